import type { RawPoint, RawSeries, ReadingsQuery } from '../time-series-store.ts';
import type { Catalog } from './catalog.ts';
import type { Database } from './database.ts';
import { pointOf, readingSelection } from './reading-row.ts';
import { between, type DayNumber, dayTable } from './tables.ts';

/** Readings as stored, tag by tag in the order asked for. */
export async function readReadings(
  database: Database,
  catalog: Catalog,
  query: ReadingsQuery,
): Promise<RawSeries[]> {
  const points = new Map<number, RawPoint[]>();
  for (const tag of query.tags) {
    const id = catalog.idOf(tag);
    if (id !== undefined) points.set(id, []);
  }
  const days = catalog.readingDays(query);
  // With a limit the days are read one by one, so that a page never reads the whole span.
  for (const group of query.limit === undefined ? [days] : days.map((day) => [day])) {
    await readDays(database, group, query, points);
  }
  return query.tags.map((tag) => ({ tag, points: points.get(catalog.idOf(tag) ?? -1) ?? [] }));
}

async function readDays(
  database: Database,
  days: readonly DayNumber[],
  query: ReadingsQuery,
  points: Map<number, RawPoint[]>,
): Promise<void> {
  const limit = query.limit ?? Number.POSITIVE_INFINITY;
  const wanted = [...points].filter(([, found]) => found.length < limit).map(([id]) => id);
  if (wanted.length === 0 || days.length === 0) return;
  const condition = `series IN (${wanted}) AND ${between(query, query.startNs)}`;
  const tables = days.map((day) => `SELECT * FROM ${dayTable(day)} WHERE ${condition}`);
  const page = Number.isFinite(limit)
    ? `QUALIFY row_number() OVER (PARTITION BY series ORDER BY time) <= ${limit}`
    : '';
  const rows = await database.read(
    `SELECT ${readingSelection} FROM (${tables.join(' UNION ALL ')}) ${page} ORDER BY series, time`,
  );
  for (const [row, series] of (rows[0] ?? []).entries()) {
    const found = points.get(series as number);
    if (found && found.length < limit) found.push(pointOf(rows, row));
  }
}
