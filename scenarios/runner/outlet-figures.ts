import type { FigurePeriod, OutletFigures, QuantityFigures } from '../../model/outlet-figures.ts';
import type { Asset, Plant, Tag } from '../../model/plant.ts';
import { qualityOf, type StatusCode, statusCodes } from '../../model/status.ts';
import { hourMs, minuteMs, type TimeWindow } from '../../model/window.ts';
import type { RawPoint, ResultRow, TimeSeriesStore } from '../../store/time-series-store.ts';
import { type DataFlag, FLAG_CLASS, parseDataFlag } from '../environment/data-flag.ts';
import { oxygenCorrected } from '../environment/stack-units.ts';

type Store = Pick<TimeSeriesStore, 'readings' | 'latest' | 'aggregates' | 'results'>;

/** Measurement of the hourly figures of each nature that has them. */
const hourlyOf: Readonly<Record<string, string>> = {
  'stack-monitor': 'stack_hourly',
  'wastewater-outlet': 'water_hourly',
};
/** Pollutants that are reported at the reference oxygen too. */
const corrected: ReadonlySet<string> = new Set(['dust', 'so2', 'nox', 'co']);
/** Readings looked through for the newest value; a value that does not change is not stored again, and holds longer. */
const FRESH_MS = 10 * minuteMs;
/** After this long a value is lost, however steady it was. */
const HOLD_MS = hourMs;
/** Values hold only while the outlet is heard of: some quantity of it was read this shortly before. */
const HEARD_MS = 2 * minuteMs;
/** A data flag holds until the next; looked for this far back. */
const FLAG_REACH_MS = 2 * hourMs;

/** Flag of an hour that is not valid, by what it was lost to (the `method` of its row). */
const flagOfCause = new Map<string, DataFlag>([
  ...(Object.entries(FLAG_CLASS) as [DataFlag, string][]).map(([flag, cause]) => [cause, flag] as const),
  // No letter means a failed drift check; the instrument is at fault.
  ['drift', 'D'],
]);
const flagOfStatus = new Map<StatusCode, DataFlag>([
  [statusCodes.badOutOfService, 'M'],
  [statusCodes.badNoCommunication, 'B'],
  [statusCodes.badNotConnected, 'B'],
  [statusCodes.badOutOfRange, 'T'],
  [statusCodes.uncertainEngineeringUnitsExceeded, 'T'],
]);

/**
 * What an outlet or station is reported by, from the stored readings and the hourly figures of the environment service:
 * an instant holds the newest values, minutes are means of the values flagged N, hours are the service's (mass on the
 * measured concentration), a day is the mean of its valid hours (of water weighted by volume). Undefined where nothing is
 * known of the window.
 */
export class OutletFigureReader {
  readonly #store: Store;
  readonly #plant: Plant;

  constructor(store: Store, plant: Plant) {
    this.#store = store;
    this.#plant = plant;
  }

  async figures(
    assetId: string,
    period: FigurePeriod,
    window: TimeWindow,
  ): Promise<OutletFigures | undefined> {
    const asset = this.#plant.assetsById.get(assetId);
    if (asset === undefined) return undefined;
    const figures = await this.#of(asset, period, window);
    return Object.keys(figures).length > 0 ? figures : undefined;
  }

  #of(asset: Asset, period: FigurePeriod, window: TimeWindow): Promise<OutletFigures> {
    if (period === 'realtime') return this.#instant(asset, window.endMs);
    return period === 'minute' ? this.#minutes(asset, window) : this.#hours(asset, window);
  }

  async #instant(asset: Asset, timeMs: number): Promise<OutletFigures> {
    const tags = numbersOf(asset);
    const points = await this.#newestBy(asset.tags, timeMs);
    const isHeard = [...points.values()].some((point) => timeMs - point.timeMs <= HEARD_MS);
    if (!isHeard) return {};
    const flag = flagAt(points.get('dataFlag'), timeMs);
    const values = new Map(tags.map((tag) => [tag.quantity, points.get(tag.quantity)]));
    if ([...values.values()].every((point) => point === undefined)) return {};
    const oxygen = numberOf(values.get('oxygen'));
    const entries = tags.map(({ quantity }) => {
      const point = values.get(quantity);
      const mean = numberOf(point);
      const one = { ...(mean !== undefined && { mean }), flag: flag ?? flagOf(point) };
      return [quantity, withCorrected(asset, quantity, one, oxygen)];
    });
    return Object.fromEntries(entries);
  }

  /** Newest point of each quantity up to the instant, where it is fresh. */
  async #newestBy(tags: readonly Tag[], timeMs: number): Promise<Map<string, RawPoint>> {
    const ids = tags.map(({ id }) => id);
    const span = { startMs: timeMs - FRESH_MS, endMs: timeMs + 1 };
    const [series, latest] = await Promise.all([
      this.#store.readings({ tags: ids, ...span }),
      this.#store.latest(ids),
    ]);
    const byTag = new Map<string, RawPoint>();
    for (const reading of latest) {
      const ageMs = timeMs - reading.timeMs;
      if (ageMs >= 0 && ageMs <= HOLD_MS) byTag.set(reading.tag, reading);
    }
    for (const { tag, points } of series) {
      const last = points.at(-1);
      if (last !== undefined) byTag.set(tag, last);
    }
    return new Map(
      tags.flatMap(({ id, quantity }) => {
        const point = byTag.get(id);
        return point === undefined ? [] : [[quantity, point] as const];
      }),
    );
  }

  async #minutes(asset: Asset, window: TimeWindow): Promise<OutletFigures> {
    const tags = numbersOf(asset);
    const flagTag = asset.tags.find(({ quantity }) => quantity === 'dataFlag');
    const [series, flags] = await Promise.all([
      this.#store.readings({ tags: tags.map(({ id }) => id), ...window }),
      flagTag === undefined
        ? []
        : this.#store.readings({
            ...{ tags: [flagTag.id], startMs: window.startMs - FLAG_REACH_MS, endMs: window.endMs },
          }),
    ]);
    const letters = flags[0]?.points ?? [];
    const pointsOf = (tag: Tag) => series.find((one) => one.tag === tag.id)?.points ?? [];
    if (tags.every((tag) => pointsOf(tag).length === 0)) return {};
    const oxygen = meanOf(
      usable(tags.filter(({ quantity }) => quantity === 'oxygen').flatMap(pointsOf), letters),
    );
    const lengthH = (window.endMs - window.startMs) / hourMs;
    const entries = tags.map((tag) => {
      const figures = overPoints(pointsOf(tag), letters);
      const volume =
        tag.quantity === 'flow' && figures.mean !== undefined ? { total: figures.mean * lengthH } : {};
      return [tag.quantity, withCorrected(asset, tag.quantity, { ...figures, ...volume }, oxygen)];
    });
    return Object.fromEntries(entries);
  }

  async #hours(asset: Asset, window: TimeWindow): Promise<OutletFigures> {
    const tags = numbersOf(asset);
    const query = { tags: tags.map(({ id }) => id), ...window, every: hourMs };
    const measurement = hourlyOf[asset.nature.name];
    const [means, minima, maxima, rows] = await Promise.all([
      this.#store.aggregates({ ...query, aggregate: 'mean' }),
      this.#store.aggregates({ ...query, aggregate: 'min' }),
      this.#store.aggregates({ ...query, aggregate: 'max' }),
      measurement === undefined
        ? []
        : this.#store.results({ measurement, where: { asset: asset.id }, ...window }),
    ]);
    const valuesOf = (all: typeof means, tag: Tag) =>
      all.find((one) => one.tag === tag.id)?.points.map(({ value }) => value) ?? [];
    const entries = tags.flatMap((tag) => {
      const hourly = valuesOf(means, tag);
      const own = rows.filter(({ series }) => series.pollutant === tag.quantity);
      if (hourly.length === 0 && own.length === 0) return [];
      const plain = {
        ...definedOf({
          mean: meanOf(hourly),
          min: least(valuesOf(minima, tag)),
          max: most(valuesOf(maxima, tag)),
        }),
        ...(tag.quantity === 'flow' && { total: hourly.reduce((sum, mean) => sum + mean, 0) }),
        flag: 'N',
      };
      return [[tag.quantity, own.length > 0 ? overRows(own, plain) : plain] as const];
    });
    return Object.fromEntries(entries);
  }
}

const numbersOf = ({ tags }: Asset): Tag[] =>
  tags.filter(({ definition }) => definition.kind === 'number' && !definition.cumulates);

/** The hourly figures of one pollutant, over what the readings alone say. */
function overRows(rows: readonly ResultRow[], plain: QuantityFigures): QuantityFigures {
  const judged = rows.filter(({ fields }) => fields.status !== 'invalid');
  const numbers = (name: string) =>
    judged.flatMap(({ fields }) => {
      const value = fields[name];
      return typeof value === 'number' ? [value] : [];
    });
  const isWater = rows.some(({ fields }) => 'volumeM3' in fields);
  const [values, measured, masses] = [numbers('value'), numbers('measured'), numbers('massKg')];
  const volume = numbers('volumeM3').reduce((sum, one) => sum + one, 0);
  const mass = masses.reduce((sum, one) => sum + one, 0);
  const mean = isWater ? (volume > 0 ? (mass / volume) * 1000 : meanOf(values)) : meanOf(measured);
  const zs = isWater
    ? {}
    : definedOf({ mean: meanOf(values), ...(rows.length > 1 && { min: least(values), max: most(values) }) });
  const { min, max } = plain;
  return {
    ...definedOf({ mean, min, max }),
    ...(Object.keys(zs).length > 0 && { corrected: zs }),
    ...(masses.length > 0 && { total: mass }),
    flag: judged.length > 0 ? flagOfJudged(judged) : flagOfLost(rows),
  };
}

const flagOfJudged = (rows: readonly ResultRow[]): DataFlag =>
  rows.every(({ fields }) => fields.status === 'stopped') ? 'F' : 'N';

const flagOfLost = (rows: readonly ResultRow[]): DataFlag =>
  flagOfCause.get(String(rows.at(-1)?.fields.method)) ?? 'B';

function overPoints(points: readonly RawPoint[], letters: readonly RawPoint[]): QuantityFigures {
  const values = usable(points, letters);
  const last = points.at(-1);
  const letter = last === undefined ? undefined : flagAt(newestOf(letters, last.timeMs), last.timeMs);
  return {
    ...definedOf({ mean: meanOf(values), min: least(values), max: most(values) }),
    flag: values.length > 0 ? 'N' : (letter ?? flagOf(last)),
  };
}

/** Values that count: not bad, and flagged N (or not flagged). */
function usable(points: readonly RawPoint[], letters: readonly RawPoint[]): number[] {
  return points.flatMap((point) => {
    const value = numberOf(point);
    const flag = flagAt(newestOf(letters, point.timeMs), point.timeMs) ?? 'N';
    return value !== undefined && flag === 'N' ? [value] : [];
  });
}

function newestOf(points: readonly RawPoint[], timeMs: number): RawPoint | undefined {
  let [low, high] = [0, points.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((points[middle]?.timeMs ?? 0) <= timeMs) low = middle + 1;
    else high = middle;
  }
  return points[low - 1];
}

/** The flag in force; undefined where none was given. */
function flagAt(point: RawPoint | undefined, timeMs: number): DataFlag | undefined {
  if (point === undefined || point.timeMs > timeMs || typeof point.value !== 'string') return undefined;
  return parseDataFlag(point.value);
}

/** The flag that a value's status means, where its device gives none. */
function flagOf(point: RawPoint | undefined): DataFlag {
  if (point === undefined) return 'B';
  return flagOfStatus.get(point.status) ?? (qualityOf(point.status) === 'bad' ? 'D' : 'N');
}

const numberOf = (point: RawPoint | undefined): number | undefined =>
  point !== undefined && typeof point.value === 'number' && qualityOf(point.status) !== 'bad'
    ? point.value
    : undefined;

function withCorrected(
  { properties }: Asset,
  quantity: string,
  figures: QuantityFigures,
  oxygen: number | undefined,
): QuantityFigures {
  const { referenceOxygenPct: reference } = properties;
  if (!corrected.has(quantity) || oxygen === undefined || typeof reference !== 'number') return figures;
  const zs = (value: number | undefined) =>
    value === undefined ? undefined : oxygenCorrected(value, oxygen, reference);
  const all = definedOf({ mean: zs(figures.mean), min: zs(figures.min), max: zs(figures.max) });
  return Object.keys(all).length > 0 ? { ...figures, corrected: all } : figures;
}

/** Without the entries that hold nothing. */
function definedOf(numbers: Readonly<Record<string, number | undefined>>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(numbers).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

function meanOf(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length;
}

const least = (values: readonly number[]): number | undefined =>
  values.length === 0 ? undefined : values.reduce((a, b) => Math.min(a, b));
const most = (values: readonly number[]): number | undefined =>
  values.length === 0 ? undefined : values.reduce((a, b) => Math.max(a, b));
