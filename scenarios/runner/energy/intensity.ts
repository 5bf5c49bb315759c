import type { Asset, Plant } from '../../../model/plant.ts';
import { quarterHourMs, type TimeWindow } from '../../../model/window.ts';
import { specificConsumption } from '../../energy/enpi.ts';
import { type ShiftWindow, shiftWindows } from '../../energy/shifts.ts';
import type { EnergySources } from './energy-sources.ts';
import { type MeterSeries, meterSeries, sumOver } from './meter-intervals.ts';

export const INTENSITY_EDITION = 'ISO 50006:2014';
export const groupings = ['product', 'area', 'line', 'asset', 'shift'] as const;
export type GroupBy = (typeof groupings)[number];

/** Energy of one group, and what it is per unit of output. */
export interface IntensityGroup {
  readonly group: string;
  readonly name: string;
  /** Meters in the sum. */
  readonly meters: string[];
  readonly energyUnit: string;
  readonly outputUnit: string;
  /** Left out where a meter has no value. */
  readonly energy?: number;
  /** Left out where nothing counts it. */
  readonly output?: number;
  /** Energy per unit of output; left out where nothing was made. */
  readonly intensity?: number;
  readonly completeness: number;
  readonly method: string;
  readonly revision: number;
}

type Gains = ReadonlyMap<string, ReadonlyMap<number, number>>;

interface Member {
  readonly group: string;
  readonly name: string;
  readonly meters: readonly string[];
  readonly outputs: readonly string[];
  /** Of the output; empty where nothing counts it. */
  readonly unit: string;
}

/**
 * Energy of each group and what it is per unit of output. A group's meters are those of its machines (the machine's property `meter`);
 * of meters that hang under each other the upper one counts alone.
 */
export async function intensityOf(
  sources: EnergySources,
  span: TimeWindow,
  by: GroupBy,
  carrier: string,
): Promise<IntensityGroup[]> {
  const { store, plant } = sources;
  const series = await meterSeries(store, plant, { span, carrier });
  const byId = new Map(series.map((one) => [one.id, one]));
  if (by === 'shift') return await byShift(sources, span, byId);
  const groups = by === 'product' ? products(sources) : places(sources, by);
  const made = await gains(sources, span, [...new Set(groups.flatMap((group) => group.outputs))]);
  return groups.flatMap((group) => {
    const meters = group.meters.flatMap((id) => byId.get(id) ?? []);
    return meters.length === 0 ? [] : [groupRow(group, meters, span, made)];
  });
}

function products({ plant }: EnergySources): Member[] {
  return (plant.energy?.products ?? []).map(({ id, name, meters, outputs, unit }) => ({
    ...{ group: id, name, outputs, unit },
    meters: withoutNested(meters, plant.assetsById),
  }));
}

const OUTPUTS = ['goodPartsTotal', 'partsTotal', 'massTotal'];

const outputOf = ({ tags, nature }: Asset): string[] => {
  if (nature.scenario !== 'equipment' && nature.name !== 'production-counter') return [];
  const found = OUTPUTS.flatMap((quantity) => tags.find((tag) => tag.quantity === quantity)?.id ?? []);
  return found.slice(0, 1);
};

function places({ plant, layout }: EnergySources, by: 'area' | 'line' | 'asset'): Member[] {
  const groups = new Map<string, { name: string; meters: Set<string>; outputs: string[] }>();
  for (const asset of plant.assets) {
    const { meter } = asset.properties;
    if (typeof meter !== 'string') continue;
    const key = { area: asset.area, line: `${asset.area}/${asset.line}`, asset: asset.id }[by];
    const name = by === 'asset' ? asset.name : (layout?.names.get(key) ?? key);
    const group = groups.get(key) ?? { name, meters: new Set<string>(), outputs: [] };
    group.meters.add(meter);
    group.outputs.push(...outputOf(asset));
    groups.set(key, group);
  }
  return [...groups].map(([group, { name, meters, outputs }]) => ({
    ...{ group, name, outputs, unit: unitOf(plant, outputs) },
    meters: withoutNested([...meters], plant.assetsById),
  }));
}

/** Unit that all counters share: pieces and tonnes make no sum. */
function unitOf({ tagsById }: Plant, outputs: readonly string[]): string {
  const units = new Set(outputs.flatMap((tag) => tagsById.get(tag)?.unit ?? []));
  return units.size === 1 ? ([...units][0] as string) : '';
}

/** A meter below another of the list is in that one's figure already. */
function withoutNested(meters: readonly string[], assets: ReadonlyMap<string, Asset>): string[] {
  const listed = new Set(meters);
  const isNested = (id: string): boolean => {
    for (let at = assets.get(id)?.parent; at !== undefined; at = assets.get(at)?.parent)
      if (listed.has(at)) return true;
    return false;
  };
  return [...listed].filter((id) => !isNested(id));
}

async function byShift(
  sources: EnergySources,
  span: TimeWindow,
  series: ReadonlyMap<string, MeterSeries>,
): Promise<IntensityGroup[]> {
  const { plant, calendar, layout } = sources;
  const shifts = layout?.shifts ?? [];
  const worked = shiftWindows(span, shifts, calendar).filter(({ shift, startMs }) =>
    shifts.find(({ name }) => name === shift)?.weekdays.includes(calendar.local(startMs).weekday),
  );
  const roots = [...series.values()].filter(({ parent, isVirtual }) => parent === undefined && !isVirtual);
  const outputs = plant.assets.flatMap(outputOf);
  const made = await gains(sources, span, outputs);
  const names = [...new Set(worked.map(({ shift }) => shift))];
  return names.flatMap((name) => {
    const group = { group: name, name, meters: [], outputs, unit: unitOf(plant, outputs) };
    const rows = worked
      .filter(({ shift }) => shift === name)
      .map((window) => groupRow(group, roots, clipped(window, span), made));
    return rows.length === 0 ? [] : [merged(rows)];
  });
}

const clipped = ({ startMs, endMs }: ShiftWindow, span: TimeWindow): TimeWindow => ({
  startMs: Math.max(startMs, span.startMs),
  endMs: Math.min(endMs, span.endMs),
});

/** Several windows of one group as one row. */
function merged(rows: readonly IntensityGroup[]): IntensityGroup {
  const first = rows[0] as IntensityGroup;
  const known = rows.filter(({ energy }) => energy !== undefined);
  const energy = known.length === 0 ? undefined : known.reduce((sum, row) => sum + (row.energy ?? 0), 0);
  const outputs = rows.filter(({ output }) => output !== undefined);
  const output = outputs.length === 0 ? undefined : outputs.reduce((sum, row) => sum + (row.output ?? 0), 0);
  const completeness = rows.reduce((sum, row) => sum + row.completeness, 0) / rows.length;
  const { energy: _e, output: _o, intensity: _i, ...rest } = first;
  return { ...rest, ...figures(energy, output), completeness };
}

function figures(energy: number | undefined, output: number | undefined) {
  const intensity =
    energy === undefined || output === undefined ? undefined : specificConsumption(energy, output);
  return {
    ...(energy !== undefined && { energy }),
    ...(output !== undefined && { output }),
    ...(intensity !== undefined && { intensity }),
  };
}

function groupRow(
  { group, name, outputs, unit }: Member,
  meters: readonly MeterSeries[],
  span: TimeWindow,
  made: Gains,
): IntensityGroup {
  const sums = meters.map(({ intervals }) => sumOver(intervals, span));
  const isKnown = sums.every(({ energy }) => energy !== undefined);
  const energy = isKnown ? sums.reduce((total, sum) => total + (sum.energy ?? 0), 0) : undefined;
  const isCounted = energy !== undefined && unit !== '';
  const output = isCounted ? outputOver(outputs, made, meters, span) : undefined;
  return {
    ...{
      group,
      name,
      meters: meters.map(({ id }) => id),
      energyUnit: meters[0]?.unit ?? '',
      outputUnit: unit,
    },
    ...figures(energy, output),
    completeness: sums.reduce((total, sum) => total + sum.completeness, 0) / Math.max(1, sums.length),
    method: [...new Set(sums.map(({ method }) => method).filter((one) => one !== ''))].join('+'),
    revision: Math.max(0, ...sums.map(({ revision }) => revision)),
  };
}

/** What each counter gained in each quarter of an hour, by the quarter's start; a counter without readings is left out. */
async function gains({ store }: EnergySources, span: TimeWindow, tags: readonly string[]): Promise<Gains> {
  if (tags.length === 0) return new Map();
  const series = await store.aggregates({ tags, aggregate: 'increase', every: quarterHourMs, ...span });
  return new Map(
    series
      .filter(({ points }) => points.length > 0)
      .map(({ tag, points }) => [tag, new Map(points.map(({ timeMs, value }) => [timeMs, value]))]),
  );
}

/**
 * Output of the quarters whose energy is known of every meter: an output without its energy would make each piece look thrifty.
 * @returns undefined where nothing counts the output
 */
function outputOver(
  tags: readonly string[],
  made: Gains,
  meters: readonly MeterSeries[],
  span: TimeWindow,
): number | undefined {
  const counters = tags.flatMap((tag) => made.get(tag) ?? []);
  if (counters.length === 0) return undefined;
  const known = meters.map(
    ({ intervals }) =>
      new Set(intervals.flatMap(({ startMs, value }) => (value === undefined ? [] : [startMs]))),
  );
  let sum = 0;
  for (const counter of counters) {
    for (const [startMs, gain] of counter) {
      const isInside = startMs >= span.startMs && startMs + quarterHourMs <= span.endMs;
      if (isInside && known.every((starts) => starts.has(startMs))) sum += gain;
    }
  }
  return sum;
}
