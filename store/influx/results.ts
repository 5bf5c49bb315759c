import { PlantscopeError } from '../../model/error.ts';
import { checkResults } from '../result-check.ts';
import type { ResultRow, ResultsQuery } from '../time-series-store.ts';
import type { InfluxConnection, InfluxSeries } from './connection.ts';
import { Binding, identifier } from './influxql.ts';
import { fieldValue, linePrefix, storedTag } from './line-protocol.ts';
import { inWindow } from './reads.ts';

/** Rows of one request: some 1 MB. */
const ROWS_PER_WRITE = 5000;

/** Deletions of one request. */
const DELETES_PER_QUERY = 200;

export async function writeResults(
  connection: InfluxConnection,
  rows: readonly ResultRow[],
  database: string,
): Promise<void> {
  checkResults(rows);
  await clearWithdrawn(connection, rows, database);
  const prefixes = new Map<string, string>();
  for (let start = 0; start < rows.length; start += ROWS_PER_WRITE) {
    const lines = rows.slice(start, start + ROWS_PER_WRITE).map((row) => lineOf(row, prefixes));
    const { status, message } = await connection.write(lines.join('\n'), database);
    if (status === 204) continue;
    throw new PlantscopeError('result-refused', `InfluxDB refuses derived figures: ${message}`, {
      where: connection.location,
    });
  }
}

/** A field can't be unset: the figures of a row that is withdrawn go with its point. 3.x can't delete; there they stay. */
async function clearWithdrawn(
  connection: InfluxConnection,
  rows: readonly ResultRow[],
  database: string,
): Promise<void> {
  const withdrawn = rows.filter(({ fields }) => fields.withdrawn === true);
  if (withdrawn.length === 0 || connection.major >= 3) return;
  const keys = await tagKeys(connection, new Set(withdrawn.map(({ measurement }) => measurement)), database);
  for (let start = 0; start < withdrawn.length; start += DELETES_PER_QUERY) {
    const binding = new Binding();
    const statements = withdrawn
      .slice(start, start + DELETES_PER_QUERY)
      .map((row) => deletionOf(row, keys.get(row.measurement) ?? [], binding));
    await connection.query(statements, { params: binding.params, database });
  }
}

/** A tag that the row lacks is asked to be empty, as the series that have it are others. */
function deletionOf(
  { measurement, series, timeMs }: ResultRow,
  keys: readonly string[],
  binding: Binding,
): string {
  const tags = [...new Set([...keys, ...Object.keys(series)])].map(
    (key) => `${identifier(key)} = ${binding.of(storedTag(series[key] ?? ''))}`,
  );
  const time = `time >= ${timeMs}000000 AND time <= ${timeMs}000000`;
  return `DELETE FROM ${identifier(measurement)} WHERE ${[...tags, time].join(' AND ')}`;
}

async function tagKeys(
  connection: InfluxConnection,
  measurements: ReadonlySet<string>,
  database: string,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const statements = [...measurements].map((name) => `SHOW TAG KEYS FROM ${identifier(name)}`);
  const found = (await connection.query(statements, { database })).flat();
  return new Map(found.map(({ name, values }) => [name, values.map(([key]) => String(key))]));
}

function lineOf({ measurement, series, timeMs, fields }: ResultRow, prefixes: Map<string, string>): string {
  const key = measurement + JSON.stringify(series);
  const prefix = prefixes.get(key) ?? linePrefix(measurement, series);
  prefixes.set(key, prefix);
  const pairs = Object.entries(fields).map(([field, value]) => `${field}=${fieldValue(value)}`);
  return `${prefix}${pairs.join(',')} ${timeMs}000000`;
}

export async function readResults(
  connection: InfluxConnection,
  query: ResultsQuery,
  database: string,
): Promise<ResultRow[]> {
  if (Object.values(query.where ?? {}).some((wanted) => Array.isArray(wanted) && wanted.length === 0))
    return [];
  const binding = new Binding();
  const filters = Object.entries(query.where ?? {}).map(([key, wanted]) => anyOf(key, wanted, binding));
  const limit = query.limit === undefined ? '' : `LIMIT ${Math.max(1, Math.floor(query.limit))}`;
  const [series = []] = await connection.query(
    [
      `SELECT * FROM ${identifier(query.measurement)} WHERE ${[...filters, inWindow(query)].join(' AND ')}
       GROUP BY * ORDER BY time ASC ${limit}`,
    ],
    { params: binding.params, epoch: 'ms', database },
  );
  const rows = series.flatMap((one) => one.values.map((values) => rowOf(query.measurement, one, values)));
  rows.sort((a, b) => a.timeMs - b.timeMs);
  return query.limit === undefined ? rows : rows.slice(0, query.limit);
}

function anyOf(key: string, wanted: string | readonly string[], binding: Binding): string {
  const values = typeof wanted === 'string' ? [wanted] : wanted;
  return `(${values.map((value) => `${identifier(key)} = ${binding.of(value)}`).join(' OR ')})`;
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
