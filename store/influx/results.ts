import { PlantscopeError } from '../../model/error.ts';
import { checkResults } from '../result-check.ts';
import type { ResultRow, ResultsQuery } from '../time-series-store.ts';
import type { InfluxConnection, InfluxSeries } from './connection.ts';
import { Binding, identifier } from './influxql.ts';
import { fieldValue, linePrefix } from './line-protocol.ts';
import { inWindow } from './reads.ts';

/** Rows of one request: some 1 MB. */
const ROWS_PER_WRITE = 5000;

export async function writeResults(connection: InfluxConnection, rows: readonly ResultRow[]): Promise<void> {
  checkResults(rows);
  const prefixes = new Map<string, string>();
  for (let start = 0; start < rows.length; start += ROWS_PER_WRITE) {
    const lines = rows.slice(start, start + ROWS_PER_WRITE).map((row) => lineOf(row, prefixes));
    const { status, message } = await connection.write(lines.join('\n'));
    if (status === 204) continue;
    throw new PlantscopeError('result-refused', `InfluxDB refuses derived figures: ${message}`, {
      where: connection.location,
    });
  }
}

function lineOf({ measurement, series, timeMs, fields }: ResultRow, prefixes: Map<string, string>): string {
  const key = measurement + JSON.stringify(series);
  const prefix = prefixes.get(key) ?? linePrefix(measurement, series);
  prefixes.set(key, prefix);
  const pairs = Object.entries(fields).map(([field, value]) => `${field}=${fieldValue(value)}`);
  return `${prefix}${pairs.join(',')} ${timeMs}000000`;
}

export async function readResults(connection: InfluxConnection, query: ResultsQuery): Promise<ResultRow[]> {
  const binding = new Binding();
  const filters = Object.entries(query.where ?? {}).map(
    ([key, value]) => `${identifier(key)} = ${binding.of(value)}`,
  );
  const limit = query.limit === undefined ? '' : `LIMIT ${Math.max(1, Math.floor(query.limit))}`;
  const [series = []] = await connection.query(
    [
      `SELECT * FROM ${identifier(query.measurement)} WHERE ${[...filters, inWindow(query)].join(' AND ')}
       GROUP BY * ORDER BY time ASC ${limit}`,
    ],
    { params: binding.params, epoch: 'ms' },
  );
  const rows = series.flatMap((one) => one.values.map((values) => rowOf(query.measurement, one, values)));
  rows.sort((a, b) => a.timeMs - b.timeMs);
  return query.limit === undefined ? rows : rows.slice(0, query.limit);
}

function rowOf(
  measurement: string,
  { tags = {}, columns }: InfluxSeries,
  values: InfluxSeries['values'][number],
): ResultRow {
  const fields: Record<string, number | string | boolean> = {};
  for (const [index, name] of columns.entries()) {
    const value = values[index];
    if (name !== 'time' && value !== null && value !== undefined) fields[name] = value;
  }
  // A series that lacks a tag that others of the measurement have shows it as an empty text.
  const series = Object.fromEntries(Object.entries(tags).filter(([, value]) => value !== ''));
  return { measurement, series, timeMs: Number(values[0]), fields };
}
