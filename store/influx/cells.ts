import type { TimeWindow } from '../../model/window.ts';
import { type Cell, cellOfSample, type Sample } from '../cell.ts';
import type { Aggregate } from '../time-series-store.ts';
import type { WindowRun } from '../window-run.ts';
import type { InfluxSeries, QueryOptions } from './connection.ts';
import { Binding } from './influxql.ts';
import { instantOf } from './points.ts';
import { type InfluxReader, inWindow, whereOf } from './reads.ts';
import type { Selection } from './series-book.ts';

export type CellsByTag = Map<string, Cell[]>;

/** Field of a cell that InfluxQL computes, with the function of the same name. */
type ServerField = 'sum' | 'min' | 'max' | 'first' | 'last';

const serverFields: Partial<Readonly<Record<Aggregate, ServerField>>> = {
  mean: 'sum',
  sum: 'sum',
  count: 'sum',
  min: 'min',
  max: 'max',
  first: 'first',
  last: 'last',
};

/** What InfluxQL can compute by itself; undefined where it takes cells of single readings or rollups. */
export function serverField(aggregate: Aggregate): ServerField | undefined {
  return serverFields[aggregate];
}

/** Columns of a rollup's cell, in the order they are read. */
export const cellColumns = {
  count: 'count',
  sum: 'sum',
  min: 'min',
  minMs: 'min_ms',
  max: 'max',
  maxMs: 'max_ms',
  first: 'first',
  firstMs: 'first_ms',
  last: 'last',
  lastMs: 'last_ms',
  gain: 'gain',
  area: 'area',
} as const satisfies Readonly<Record<keyof Cell, string>>;

export interface GroupedQuery {
  readonly tags: readonly string[];
  readonly span: TimeWindow;
  readonly runs: readonly WindowRun[];
  readonly field: ServerField;
  /** Set: from the cells of that rollup. */
  readonly rollup?: string;
}

/** One cell a window, computed by the server: its count and one field hold, the rest does not. */
export async function groupedCells(reader: InfluxReader, query: GroupedQuery): Promise<CellsByTag> {
  const { field, rollup } = query;
  const columns = rollup
    ? `sum("count"), ${field}(${JSON.stringify(field)})`
    : `count("value"), ${field}("value")`;
  const statements = clipped(query.runs, query.span).map(
    ({ startMs, endMs, stepMs, anchorMs }) =>
      (selection: Selection) =>
        `SELECT ${columns} FROM ${selection.measurement} ${whereOf(selection, inWindow({ startMs, endMs }))}
         GROUP BY time(${stepMs}ms, ${anchorMs % stepMs}ms), "asset", "quantity" fill(none)`,
  );
  return cellsOf(
    reader,
    query.tags,
    statements,
    { epoch: 'ms', ...database(rollup) },
    ([time, count, value]) =>
      Number(count) > 0
        ? {
            ...cellOfSample({ timeMs: Number(time), value: 0 }),
            count: Number(count),
            [field]: Number(value),
          }
        : undefined,
  );
}

/** The runs cut to the span; the anchor keeps where their windows start. */
function clipped(runs: readonly WindowRun[], span: TimeWindow) {
  return runs
    .map(({ startMs, endMs, stepMs }) => ({
      startMs: Math.max(startMs, span.startMs),
      endMs: Math.min(endMs, span.endMs),
      stepMs,
      anchorMs: startMs,
    }))
    .filter(({ startMs, endMs }) => startMs < endMs);
}

/** One cell a usable number. */
export async function sampleCells(
  reader: InfluxReader,
  tags: readonly string[] | undefined,
  span: TimeWindow,
): Promise<CellsByTag> {
  const statement = (selection: Selection) =>
    `SELECT "value" FROM ${selection.measurement} ${whereOf(selection, inWindow(span))} GROUP BY "asset", "quantity"`;
  return cellsOf(reader, tags, [statement], {}, ([time, value]) => cellOfSample(sampleOf(time, value)));
}

/** The cells of a rollup, whole. */
export async function rollupCells(
  reader: InfluxReader,
  tags: readonly string[],
  span: TimeWindow,
  rollup: string,
): Promise<CellsByTag> {
  const names = Object.keys(cellColumns) as (keyof Cell)[];
  const columns = names.map((name) => `"${cellColumns[name]}"`).join(', ');
  const statement = (selection: Selection) =>
    `SELECT ${columns} FROM ${selection.measurement} ${whereOf(selection, inWindow(span))}
     GROUP BY "asset", "quantity"`;
  return cellsOf(reader, tags, [statement], { epoch: 'ms', database: rollup }, ([, ...values]) => {
    const cell = cellOfSample({ timeMs: 0, value: 0 });
    return { ...cell, ...Object.fromEntries(names.map((name, index) => [name, Number(values[index])])) };
  });
}

export type Scalar = string | number | boolean | null | undefined;

export function sampleOf(time: Scalar, value: Scalar): Sample {
  const { timeMs, timeNs } = instantOf(String(time));
  return { timeMs: timeMs + timeNs / 1e6, value: Number(value) };
}

function database(rollup: string | undefined): Pick<QueryOptions, 'database'> {
  return rollup === undefined ? {} : { database: rollup };
}

async function cellsOf(
  { connection, book }: InfluxReader,
  tags: readonly string[] | undefined,
  statements: readonly ((selection: Selection) => string)[],
  options: QueryOptions,
  cellOf: (row: InfluxSeries['values'][number]) => Cell | undefined,
): Promise<CellsByTag> {
  const binding = new Binding();
  const selections = book.selections(tags, binding);
  const texts = statements.flatMap((statement) => selections.map(statement));
  const cells: CellsByTag = new Map();
  if (texts.length === 0) return cells;
  for (const series of (await connection.query(texts, { ...options, params: binding.params })).flat()) {
    const tag = book.tagOf(series.name, series.tags);
    if (tag === undefined) continue;
    const found = cells.get(tag) ?? [];
    cells.set(tag, found);
    for (const row of series.values) {
      const cell = cellOf(row);
      if (cell) found.push(cell);
    }
  }
  return cells;
}
