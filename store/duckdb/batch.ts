import { compareInstants, type Reading } from '../../model/reading.ts';
import type { Catalog } from './catalog.ts';
import { type DayNumber, dayOf } from './tables.ts';

/** What one transaction writes. */
export interface Batch {
  readonly newTags: readonly string[];
  /** Later than everything stored of their series: appended without looking. */
  readonly fresh: ReadonlyMap<DayNumber, readonly SeriesReading[]>;
  /** May be stored already: they replace what is there. */
  readonly late: ReadonlyMap<DayNumber, readonly SeriesReading[]>;
  readonly lateCount: number;
}

export interface SeriesReading {
  readonly series: number;
  readonly reading: Reading;
}

/** Splits readings by the way they take, and drops all but the last of those with one identity. */
export function planBatch(readings: readonly Reading[], catalog: Catalog): Batch {
  const newIds = new Map<string, number>();
  const lastOf = new Map<number, Reading | undefined>();
  const fresh = new Map<DayNumber, SeriesReading[]>();
  const late = new Map<string, SeriesReading>();
  for (const reading of readings) {
    const series = catalog.idOf(reading.tag) ?? newSeries(newIds, reading.tag, catalog.seriesCount);
    const last = lastOf.has(series) ? lastOf.get(series) : catalog.latestOf(series);
    if (last === undefined || compareInstants(last, reading) < 0) {
      lastOf.set(series, reading);
      add(fresh, { series, reading });
    } else {
      late.set(`${series} ${reading.timeMs} ${reading.timeNs}`, { series, reading });
    }
  }
  const lateByDay = new Map<DayNumber, SeriesReading[]>();
  for (const entry of late.values()) add(lateByDay, entry);
  return { newTags: [...newIds.keys()], fresh, late: lateByDay, lateCount: late.size };
}

function newSeries(newIds: Map<string, number>, tag: string, seriesCount: number): number {
  const id = newIds.get(tag) ?? seriesCount + newIds.size;
  newIds.set(tag, id);
  return id;
}

function add(byDay: Map<DayNumber, SeriesReading[]>, entry: SeriesReading): void {
  const day = dayOf(entry.reading.timeMs);
  const rows = byDay.get(day);
  if (rows) rows.push(entry);
  else byDay.set(day, [entry]);
}
