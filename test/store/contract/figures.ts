import { expect } from 'vitest';
import type { Reading } from '../../../model/reading.ts';
import { dayMs, hourMs } from '../../../model/window.ts';
import type { Aggregate, AggregatesQuery, TimeSeriesStore } from '../../../store/time-series-store.ts';
import { contractTags, power } from '../plant-tags.ts';

export const startMs = Date.UTC(2024, 0, 15, 6);
export const nowMs = Date.UTC(2024, 11, 1);
export const always = { startMs: 0, endMs: nowMs };

export function byIdentity(one: Reading): [string, Reading] {
  return [`${one.tag} ${one.timeMs} ${one.timeNs}`, one];
}

export async function stored(store: TimeSeriesStore): Promise<Reading[]> {
  const series = await store.readings({ tags: contractTags.map(({ id }) => id).sort(), ...always });
  return series.flatMap(({ tag, points }) => points.map((point) => ({ tag, ...point })));
}

export function sorted(readings: readonly Reading[]): Reading[] {
  return [...readings].sort(
    (a, b) => (a.tag < b.tag ? -1 : a.tag > b.tag ? 1 : 0) || a.timeMs - b.timeMs || a.timeNs - b.timeNs,
  );
}

export async function aggregate(
  store: TimeSeriesStore,
  tag: string,
  kind: Aggregate,
  every: AggregatesQuery['every'],
  span: { startMs: number; endMs: number } = { startMs: startMs - dayMs, endMs: startMs + 10 * dayMs },
): Promise<number[]> {
  const [series] = await store.aggregates({ tags: [tag], ...span, aggregate: kind, every });
  return (series?.points ?? []).map(({ value }) => value);
}

/** Every kind of figure over the days of the housekeeping test, by the hour and by the local day. */
export async function figures(store: TimeSeriesStore): Promise<Map<string, number[]>> {
  const kinds = [
    'mean',
    'min',
    'max',
    'first',
    'last',
    'sum',
    'count',
    'increase',
    'time-weighted-mean',
  ] as const;
  const all = new Map<string, number[]>();
  for (const kind of kinds) {
    all.set(`${kind} by hour`, await aggregate(store, power, kind, hourMs));
    all.set(kind, await aggregate(store, power, kind, 'day'));
  }
  return all;
}

export async function maintained(store: TimeSeriesStore): Promise<void> {
  let rounds = 0;
  while ((await store.maintain()).more) expect(++rounds).toBeLessThan(1000);
}

export function expectFiguresClose(actual: Map<string, number[]>, expected: Map<string, number[]>): void {
  expect([...actual.keys()]).toEqual([...expected.keys()]);
  for (const [kind, values] of expected) expectClose(actual.get(kind), values);
}

export function expectClose(actual: readonly number[] | undefined, expected: readonly number[]): void {
  expect(actual).toHaveLength(expected.length);
  for (const [index, value] of expected.entries()) expect(actual?.[index]).toBeCloseTo(value, 6);
}

export function byMeter<Row extends { series: Readonly<Record<string, string>>; timeMs: number }>(
  rows: readonly Row[],
): Row[] {
  return [...rows].sort(
    (a, b) => a.timeMs - b.timeMs || ((a.series.meter ?? '') < (b.series.meter ?? '') ? -1 : 1),
  );
}
