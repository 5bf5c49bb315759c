import type { Cell } from '../cell.ts';
import type { Aggregate } from '../time-series-store.ts';
import type { WindowRun } from '../window-run.ts';
import type { Columns } from './database.ts';
import { nanoseconds } from './tables.ts';

export type CellField = keyof Cell;

/** What each aggregate needs of a cell; the rest is left out of the statement. */
const fieldsOf: Readonly<Record<Aggregate, readonly CellField[]>> = {
  mean: ['sum'],
  sum: ['sum'],
  count: [],
  min: ['min'],
  max: ['max'],
  first: ['first'],
  last: ['last', 'lastMs'],
  minmax: ['min', 'minMs', 'max', 'maxMs'],
  increase: ['first', 'last', 'lastMs', 'gain'],
  'time-weighted-mean': ['first', 'last', 'lastMs', 'gain', 'area'],
};

export const allFields: readonly CellField[] = [
  'sum',
  'min',
  'minMs',
  'max',
  'maxMs',
  'first',
  'last',
  'lastMs',
  'gain',
  'area',
];

export function cellFields(aggregate: Aggregate): readonly CellField[] {
  return fieldsOf[aggregate];
}

const fromReadings: Readonly<Record<CellField, string>> = {
  count: 'count(*)::DOUBLE',
  sum: 'sum(number)',
  min: 'min(number)',
  minMs: 'arg_min(time, number) / 1e6',
  max: 'max(number)',
  maxMs: 'arg_max(time, number) / 1e6',
  first: 'arg_min(number, time)',
  firstMs: 'min(time) / 1e6',
  last: 'arg_max(number, time)',
  lastMs: 'max(time) / 1e6',
  gain: 'coalesce(sum(CASE WHEN number >= before THEN number - before ELSE number END) FILTER (before IS NOT NULL), 0)',
  area: 'coalesce(sum(before * (time - before_time)) FILTER (before IS NOT NULL), 0) / 1e6',
};

/** A cell a series and window from `source`, which has series, time, number: usable readings only. */
export function cellsFromReadings(
  source: string,
  runs: readonly WindowRun[],
  fields: readonly CellField[],
): string {
  const windowed = `SELECT series, time, number, ${windowOf('time', runs)} AS w FROM (${source})`;
  const input = fields.includes('gain')
    ? `SELECT *, lag(number) OVER o AS before, lag(time) OVER o AS before_time FROM (${windowed})
       WINDOW o AS (PARTITION BY series, w ORDER BY time)`
    : windowed;
  return `SELECT series, w, ${selection(fromReadings, fields)} FROM (${input}) GROUP BY series, w`;
}

const fromCells: Readonly<Record<CellField, string>> = {
  count: 'sum(count)',
  sum: 'sum(sum)',
  min: 'min(min)',
  minMs: 'arg_min(min_ms, min)',
  max: 'max(max)',
  maxMs: 'arg_max(max_ms, max)',
  first: 'arg_min(first, first_ms)',
  firstMs: 'min(first_ms)',
  last: 'arg_max(last, last_ms)',
  lastMs: 'max(last_ms)',
  gain:
    'sum(gain) + coalesce(sum(CASE WHEN first >= before THEN first - before ELSE first END) ' +
    'FILTER (before IS NOT NULL), 0)',
  area: 'sum(area) + coalesce(sum(before * (first_ms - before_ms)) FILTER (before IS NOT NULL), 0)',
};

/** The same from rollups: `source` has the columns of a table of cells. */
export function cellsFromCells(
  source: string,
  runs: readonly WindowRun[],
  fields: readonly CellField[],
): string {
  const windowed = `SELECT *, ${windowOf('time', runs)} AS w FROM (${source})`;
  const input = fields.includes('gain')
    ? `SELECT *, lag(last) OVER o AS before, lag(last_ms) OVER o AS before_ms FROM (${windowed})
       WINDOW o AS (PARTITION BY series, w ORDER BY first_ms)`
    : windowed;
  return `SELECT series, w, ${selection(fromCells, fields)} FROM (${input}) GROUP BY series, w`;
}

function selection(columns: Readonly<Record<CellField, string>>, fields: readonly CellField[]): string {
  const needed: CellField[] = ['count', 'firstMs', ...fields];
  return needed.map((field) => columns[field]).join(', ');
}

/** Start of the window that holds `time`, nanoseconds. */
function windowOf(time: string, runs: readonly WindowRun[]): string {
  const cases = runs.map(({ startMs, endMs, stepMs }) => {
    const [start, step] = [nanoseconds(startMs), nanoseconds(stepMs)];
    return `WHEN ${time} < ${nanoseconds(endMs)} THEN ${start} + (${time} - ${start}) // ${step} * ${step}`;
  });
  return `CASE ${cases.join(' ')} END`;
}

/** The cell of a row of one of the statements above, from its third column on. Fields not asked for are 0. */
export function cellOfRow(rows: Columns, row: number, fields: readonly CellField[]): Cell {
  const cell: Record<CellField, number> = { ...emptyCell };
  cell.count = rows[2]?.[row] as number;
  cell.firstMs = rows[3]?.[row] as number;
  for (const [index, field] of fields.entries()) cell[field] = rows[index + 4]?.[row] as number;
  if (!fields.includes('lastMs')) cell.lastMs = cell.firstMs;
  return cell;
}

const emptyCell: Cell = {
  count: 0,
  sum: 0,
  min: 0,
  minMs: 0,
  max: 0,
  maxMs: 0,
  first: 0,
  firstMs: 0,
  last: 0,
  lastMs: 0,
  gain: 0,
  area: 0,
};
