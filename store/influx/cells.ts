import type { TimeWindow } from '../../model/window.ts';
import { type Cell, cellOfSample, type Sample } from '../cell.ts';
import type { Aggregate } from '../time-series-store.ts';
import type { WindowRun } from '../window-run.ts';
import type { InfluxConnection, InfluxSeries, QueryOptions } from './connection.ts';
import { Binding } from './influxql.ts';
import { instantOf } from './points.ts';
import { type InfluxReader, inWindow, whereOf } from './reads.ts';
import { dayMeasurement, type Selection } from './series-book.ts';

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

/** What each aggregate needs of a cell; where `firstMs` is not among it, the cell's own start stands for it. */
const fieldsOf: Readonly<Record<Aggregate, readonly (keyof Cell)[]>> = {
  mean: ['count', 'sum'],
  sum: ['count', 'sum'],
  count: ['count'],
  min: ['count', 'min'],
  max: ['count', 'max'],
  first: ['count', 'first'],
  last: ['count', 'last'],
  minmax: ['count', 'min', 'minMs', 'max', 'maxMs'],
  increase: ['count', 'first', 'last', 'gain'],
  'time-weighted-mean': ['count', 'first', 'firstMs', 'last', 'lastMs', 'area'],
};

export function cellFields(aggregate: Aggregate): readonly (keyof Cell)[] {
  return fieldsOf[aggregate];
}

/** Columns of a rollup's cell, in the order they are read. */
const cellColumns = {
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

/** The column of a server's version: 3.x keeps tags and fields in one table, where `area` is a tag already. */
export function cellColumn(name: keyof Cell, { major }: Pick<InfluxConnection, 'major'>): string {
  return name === 'area' && major >= 3 ? 'area_ms' : cellColumns[name];
}

export const allCellFields = Object.keys(cellColumns) as readonly (keyof Cell)[];

/** Where cells lie: hours and minutes as the readings do, days in measurements and with a tag of their own. */
export interface Rollup {
  readonly database: string;
  /** Set: cells of whole days of this zone. */
  readonly dayZone?: string;
}

export interface GroupedQuery {
  readonly tags: readonly string[];
  readonly span: TimeWindow;
  readonly runs: readonly WindowRun[];
  readonly field: ServerField;
  /** Set: from the cells of that rollup, which is not one of days. */
  readonly rollup?: Rollup;
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

/** One cell a usable number; microseconds, as numbers, are far quicker to read than time as text. */
export async function sampleCells(
  reader: InfluxReader,
  tags: readonly string[] | undefined,
  span: TimeWindow,
): Promise<CellsByTag> {
  const statement = (selection: Selection) =>
    `SELECT "value" FROM ${selection.measurement} ${whereOf(selection, inWindow(span))} GROUP BY "asset", "quantity"`;
  return cellsOf(reader, tags, [statement], { epoch: 'u' }, ([time, value]) =>
    cellOfSample({ timeMs: Number(time) / 1000, value: Number(value) }),
  );
}

/** The cells of a rollup, with the fields named. */
export async function rollupCells(
  reader: InfluxReader,
  tags: readonly string[] | undefined,
  span: TimeWindow,
  { database, dayZone }: Rollup,
  fields: readonly (keyof Cell)[],
): Promise<CellsByTag> {
  const columns = fields.map((name) => `"${cellColumn(name, reader.connection)}"`).join(', ');
  const statement = (selection: Selection, binding: Binding) => {
    const zone = dayZone === undefined ? '' : ` AND "zone" = ${binding.of(dayZone)}`;
    const measurement = dayZone === undefined ? selection.measurement : dayMeasurement(selection.measurement);
    return `SELECT ${columns} FROM ${measurement} ${whereOf(selection, inWindow(span))}${zone}
     GROUP BY "asset", "quantity"`;
  };
  return cellsOf(reader, tags, [statement], { epoch: 'ms', database }, ([time, ...values]) => {
    const cell: { -readonly [Field in keyof Cell]: number } = cellOfSample({
      timeMs: Number(time),
      value: 0,
    });
    for (const [index, name] of fields.entries()) cell[name] = Number(values[index]);
    return cell;
  });
}

export type Scalar = string | number | boolean | null | undefined;

export function sampleOf(time: Scalar, value: Scalar): Sample {
  const { timeMs, timeNs } = instantOf(String(time));
  return { timeMs: timeMs + timeNs / 1e6, value: Number(value) };
}

function database(rollup: Rollup | undefined): Pick<QueryOptions, 'database'> {
  return rollup === undefined ? {} : { database: rollup.database };
}

async function cellsOf(
  { connection, book }: InfluxReader,
  tags: readonly string[] | undefined,
  statements: readonly ((selection: Selection, binding: Binding) => string)[],
  options: QueryOptions,
  cellOf: (row: InfluxSeries['values'][number]) => Cell | undefined,
): Promise<CellsByTag> {
  const binding = new Binding();
  const selections = book.selections(tags, binding);
  const texts = statements.flatMap((statement) =>
    selections.map((selection) => statement(selection, binding)),
  );
  const cells: CellsByTag = new Map();
  if (texts.length === 0) return cells;
  for (const series of (
    await connection.queryAbreast(texts, { ...options, params: binding.params })
  ).flat()) {
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
