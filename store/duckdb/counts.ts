import type { TimeWindow } from '../../model/window.ts';
import type { TagCount } from '../time-series-store.ts';
import type { Catalog } from './catalog.ts';
import type { Database } from './database.ts';
import { between, dayTable } from './tables.ts';

/** Stored readings of each tag in the window, by tag. */
export async function countReadings(
  database: Database,
  catalog: Catalog,
  window: TimeWindow,
): Promise<TagCount[]> {
  const tables = catalog
    .readingDays(window)
    .map((day) => `SELECT series FROM ${dayTable(day)} WHERE ${between(window)}`);
  if (tables.length === 0) return [];
  const [series = [], counts = []] = await database.read(
    `SELECT series, count(*)::DOUBLE FROM (${tables.join(' UNION ALL ')}) GROUP BY series`,
  );
  const found = series.map((id, row) => ({ tag: catalog.tagOf(Number(id)), count: Number(counts[row]) }));
  return found.sort((a, b) => (a.tag < b.tag ? -1 : 1));
}
