import { type Reading, toNanosecondText } from '../../model/reading.ts';
import type { TimeWindow } from '../../model/window.ts';
import type { RawPoint, RawSeries, ReadingsQuery, TagCount } from '../time-series-store.ts';
import type { InfluxConnection } from './connection.ts';
import { Binding } from './influxql.ts';
import { pointsOf, readingFields } from './points.ts';
import type { Selection, SeriesBook } from './series-book.ts';

export interface InfluxReader {
  readonly connection: InfluxConnection;
  readonly book: SeriesBook;
}

/** `time >= ... AND time < ...`, nanoseconds */
export function inWindow({ startMs, endMs }: TimeWindow, startNs = 0): string {
  const start = toNanosecondText({ timeMs: Math.max(0, startMs), timeNs: startNs });
  return `time >= ${start} AND time < ${toNanosecondText({ timeMs: Math.max(0, endMs), timeNs: 0 })}`;
}

export function whereOf({ condition }: Selection, time: string): string {
  return condition === undefined ? `WHERE ${time}` : `WHERE ${condition} AND ${time}`;
}

/** Readings as stored, tag by tag in the order asked for. */
export async function readReadings(reader: InfluxReader, query: ReadingsQuery): Promise<RawSeries[]> {
  const limit = query.limit === undefined ? '' : `LIMIT ${Math.max(1, Math.floor(query.limit))}`;
  const time = inWindow(query, query.startNs);
  const points = await rowsByTag(
    reader,
    query.tags,
    (selection) =>
      `SELECT ${readingFields} FROM ${selection.measurement} ${whereOf(selection, time)}
       GROUP BY "asset", "quantity" ORDER BY time ASC ${limit}`,
  );
  return query.tags.map((tag) => ({ tag, points: points.get(tag) ?? [] }));
}

export async function readLatest(
  reader: InfluxReader,
  tags: readonly string[] | undefined,
): Promise<Reading[]> {
  const points = await rowsByTag(
    reader,
    tags,
    (selection) =>
      `SELECT ${readingFields} FROM ${selection.measurement} ${whereOf(selection, 'time >= 0')}
       GROUP BY "asset", "quantity" ORDER BY time DESC LIMIT 1`,
  );
  const found = tags ?? [...points.keys()];
  return found.flatMap((tag) => (points.get(tag) ?? []).map((point) => ({ tag, ...point })));
}

async function rowsByTag(
  { connection, book }: InfluxReader,
  tags: readonly string[] | undefined,
  statement: (selection: Selection) => string,
): Promise<Map<string, RawPoint[]>> {
  const binding = new Binding();
  const selections = book.selections(tags, binding);
  const points = new Map<string, RawPoint[]>();
  if (selections.length === 0) return points;
  const results = await connection.queryAbreast(selections.map(statement), { params: binding.params });
  for (const series of results.flat()) {
    const tag = book.tagOf(series.name, series.tags);
    if (tag !== undefined) points.set(tag, pointsOf(series));
  }
  return points;
}

/** Stored readings of each tag in the window, by tag: the usable ones and the bad ones. */
export async function countReadings(
  { connection, book }: InfluxReader,
  window: TimeWindow,
): Promise<TagCount[]> {
  const time = inWindow(window);
  const statements = book
    .selections(undefined, new Binding())
    .flatMap(({ measurement }) => [
      `SELECT count("value"), count("flag"), count("text") FROM ${measurement} WHERE ${time} GROUP BY "asset", "quantity"`,
      `SELECT count("status") FROM ${measurement} WHERE ${time} AND "status" >= 2147483648 GROUP BY "asset", "quantity"`,
    ]);
  const counts = new Map<string, number>();
  for (const series of statements.length > 0
    ? (await connection.queryAbreast(statements, { epoch: 'ms' })).flat()
    : []) {
    const tag = book.tagOf(series.name, series.tags);
    const [, ...found] = series.values[0] ?? [];
    const sum = found.reduce<number>((total, count) => total + Number(count ?? 0), 0);
    if (tag !== undefined) counts.set(tag, (counts.get(tag) ?? 0) + sum);
  }
  return [...counts]
    .filter(([, count]) => count > 0)
    .map(([tag, count]) => ({ tag, count }))
    .sort((a, b) => (a.tag < b.tag ? -1 : 1));
}
