import type { VirtualMeterSetting } from '../../../model/energy-settings.ts';
import type { Asset, Plant } from '../../../model/plant.ts';
import { fixedWindows, quarterHourMs, type TimeWindow } from '../../../model/window.ts';
import type { ResultRow, TimeSeriesStore } from '../../../store/time-series-store.ts';
import type { EnergyInterval } from '../../energy/interval-energy.ts';
import { VirtualMeters } from '../../energy/virtual-meter.ts';
import { intervalOf, mainQuantity } from './stored-interval.ts';

export type ResultsStore = Pick<TimeSeriesStore, 'results'>;

/** A quarter of an hour of a meter after validation, estimation and editing. */
export interface MeterInterval extends EnergyInterval {
  /** Of an estimate or edit: what the register gave, where it gave anything. */
  readonly original?: number;
  readonly rule?: string;
  readonly revision: number;
}

/** A meter, real or virtual, with its intervals in order; quarters without any figure are left out. */
export interface MeterSeries {
  readonly id: string;
  readonly name: string;
  readonly carrier: string;
  readonly unit: string;
  readonly parent: string | undefined;
  readonly isVirtual: boolean;
  readonly intervals: readonly MeterInterval[];
}

export interface SeriesQuery {
  readonly span: TimeWindow;
  readonly carrier?: string | undefined;
  readonly meter?: string | undefined;
  /** Default: the main one. */
  readonly quantity?: string;
  /** Without estimates: what the registers gave, and edits. */
  readonly asMetered?: boolean;
}

const MOST_ROWS = 2_000_000;

/**
 * Interval energy of the plant's meters over whole quarters of the span. Where the register left a hole, the estimate that
 * validation made stands in it, marked as such.
 */
export async function meterSeries(
  store: ResultsStore,
  plant: Pick<Plant, 'assets' | 'energy'>,
  query: SeriesQuery,
): Promise<MeterSeries[]> {
  const isAsked = ({ id, carrier }: { readonly id: string; readonly carrier: string }): boolean =>
    (query.carrier === undefined || carrier === query.carrier) &&
    (query.meter === undefined || id === query.meter);
  const virtual = query.quantity === undefined ? (plant.energy?.virtualMeters ?? []) : [];
  const wanted = virtual.filter(isAsked);
  // A virtual meter needs the meters it is made of, whatever they are.
  const { carrier: _carrier, meter: _meter, ...ofAll } = query;
  const rows = await mergedRows(store, wanted.length > 0 ? ofAll : query);
  const real = plant.assets
    .filter(({ nature }) => nature.carrier !== undefined && nature.carrier !== 'other')
    .map((asset) => seriesOf(asset, query.quantity ?? mainQuantity(asset), rows));
  const made = wanted.length > 0 ? virtualSeries(wanted, virtual, real) : [];
  return [...real.filter(isAsked), ...made];
}

async function mergedRows(
  store: ResultsStore,
  { span, carrier, meter, quantity, asMetered }: SeriesQuery,
): Promise<ReadonlyMap<string, Map<number, MeterInterval>>> {
  const where = {
    ...(carrier !== undefined && { carrier }),
    ...(meter !== undefined && { asset: meter }),
    ...(quantity !== undefined && { quantity }),
  };
  const query = { ...span, where, limit: MOST_ROWS };
  const [metered, estimated] = await Promise.all([
    store.results({ measurement: 'energy_interval', ...query }),
    asMetered ? [] : store.results({ measurement: 'energy_vee', ...query }),
  ]);
  const merged = new Map<string, Map<number, MeterInterval>>();
  for (const row of [...metered, ...estimated]) {
    if (row.fields.withdrawn === true) continue;
    const key = `${row.series.asset} ${row.series.quantity}`;
    const ofMeter = merged.get(key) ?? new Map<number, MeterInterval>();
    const interval = presented(row);
    if (interval.startMs >= span.startMs && interval.endMs <= span.endMs && !isEdited(ofMeter, row))
      ofMeter.set(row.timeMs, interval);
    merged.set(key, ofMeter);
  }
  return merged;
}

/** A person's word goes before an estimate. */
const isEdited = (known: ReadonlyMap<number, MeterInterval>, { measurement, timeMs }: ResultRow): boolean =>
  measurement === 'energy_vee' && known.get(timeMs)?.method === 'edited';

function presented(row: ResultRow): MeterInterval {
  const { original, rule, revision } = row.fields;
  return {
    ...intervalOf(row),
    ...(typeof original === 'number' && { original }),
    ...(typeof rule === 'string' && { rule }),
    revision: Number(revision ?? 1),
  };
}

function seriesOf(
  asset: Asset,
  quantity: string | undefined,
  rows: ReadonlyMap<string, ReadonlyMap<number, MeterInterval>>,
): MeterSeries {
  const own = rows.get(`${asset.id} ${quantity}`) ?? new Map<number, MeterInterval>();
  return {
    ...{ id: asset.id, name: asset.name, parent: asset.parent, isVirtual: false },
    carrier: asset.nature.carrier ?? 'other',
    unit: asset.nature.quantities[quantity ?? '']?.unit ?? '',
    intervals: [...own.values()].sort((a, b) => a.startMs - b.startMs),
  };
}

function virtualSeries(
  wanted: readonly VirtualMeterSetting[],
  all: readonly VirtualMeterSetting[],
  real: readonly MeterSeries[],
): MeterSeries[] {
  const meters = new VirtualMeters(all, real).evaluateOver(
    new Map(real.map(({ id, intervals }) => [id, intervals])),
  );
  return wanted
    .filter(({ id }) => meters.has(id))
    .map(({ id, name, carrier, unit }) => ({
      ...{ id, name, carrier, unit, parent: undefined, isVirtual: true },
      intervals: (meters.get(id) ?? []).map((interval) => ({ ...interval, revision: 1 })),
    }));
}

/** Every whole quarter of the span in order; one that is not known has no value. */
export function filled(intervals: readonly MeterInterval[], span: TimeWindow): MeterInterval[] {
  const byStart = new Map(intervals.map((interval) => [interval.startMs, interval]));
  const startMs = Math.ceil(span.startMs / quarterHourMs) * quarterHourMs;
  const endMs = Math.floor(span.endMs / quarterHourMs) * quarterHourMs;
  if (startMs >= endMs) return [];
  return fixedWindows({ startMs, endMs }, quarterHourMs).map(
    (window) =>
      byStart.get(window.startMs) ?? {
        ...{ ...window, value: undefined, method: 'missing', completeness: 0, revision: 0 },
      },
  );
}

export interface SeriesSum {
  /** Undefined where nothing is known. */
  readonly energy: number | undefined;
  readonly completeness: number;
  /** Share of the energy that a rule or a person put in. */
  readonly estimatedShare: number;
  readonly method: string;
  readonly revision: number;
}

/** Sum over the whole quarters of the span. */
export function sumOver(intervals: readonly MeterInterval[], span: TimeWindow): SeriesSum {
  const all = filled(intervals, span);
  const known = all.filter(({ value }) => value !== undefined);
  const energy = known.reduce((sum, { value }) => sum + (value ?? 0), 0);
  const substituted = known
    .filter(({ method }) => method === 'estimated' || method === 'edited')
    .reduce((sum, { value }) => sum + (value ?? 0), 0);
  return {
    energy: known.length === 0 ? undefined : energy,
    completeness: all.reduce((sum, { completeness }) => sum + completeness, 0) / Math.max(1, all.length),
    estimatedShare: energy > 0 ? substituted / energy : 0,
    method: [...new Set(known.map(({ method }) => method))].join('+'),
    revision: Math.max(0, ...known.map(({ revision }) => revision)),
  };
}
