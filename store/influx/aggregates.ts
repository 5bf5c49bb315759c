import type { PlantCalendar } from '../../model/calendar.ts';
import type { TimeWindow } from '../../model/window.ts';
import { aggregatePoints, cellsByWindow } from '../aggregate.ts';
import type { Sample } from '../cell.ts';
import type { AggregateSeries, AggregatesQuery } from '../time-series-store.ts';
import { type WindowRun, windowRuns } from '../window-run.ts';
import {
  type CellsByTag,
  cellFields,
  groupedCells,
  rollupCells,
  sampleCells,
  sampleOf,
  serverField,
} from './cells.ts';
import { Binding } from './influxql.ts';
import { type InfluxReader, inWindow, whereOf } from './reads.ts';
import type { PlanPart, RollupPlan } from './rollup-plan.ts';

export interface AggregateReader extends InfluxReader {
  readonly plan: RollupPlan;
  readonly calendar: PlantCalendar;
  readonly nowMs: number;
}

export async function readAggregates(
  reader: AggregateReader,
  query: AggregatesQuery,
): Promise<AggregateSeries[]> {
  const runs = windowRuns(query, query.every, reader.calendar);
  const cells: CellsByTag = new Map();
  for (const part of runs.length > 0 ? await reader.plan.parts(query, runs, reader.nowMs) : []) {
    for (const [tag, found] of await readPart(reader, query, part, runs)) {
      const list = cells.get(tag);
      if (list === undefined) cells.set(tag, found);
      else for (const cell of found) list.push(cell);
    }
  }
  const before = await lastBefore(reader, query);
  return query.tags.map((tag) => {
    const windows = cellsByWindow(cells.get(tag) ?? [], runs);
    const { aggregate } = query;
    const context = { aggregate, span: query, before: before.get(tag), nowMs: reader.nowMs };
    return { tag, points: aggregatePoints(windows, context) };
  });
}

function readPart(
  reader: InfluxReader,
  { tags, aggregate }: AggregatesQuery,
  part: PlanPart,
  runs: readonly WindowRun[],
): Promise<CellsByTag> {
  const field = serverField(aggregate);
  const { rollup } = part;
  if (rollup?.dayZone !== undefined || (rollup !== undefined && field === undefined)) {
    return rollupCells(reader, tags, part, rollup, cellFields(aggregate));
  }
  if (field !== undefined) {
    return groupedCells(reader, { tags, span: part, runs, field, ...(rollup !== undefined && { rollup }) });
  }
  return reducedSamples(reader, tags, part, runs);
}

/** Readings fetched at a time, if each tag has one a second. */
const SAMPLES_PER_QUERY = 1_000_000;

/** Cells of single readings, fetched piece by piece and merged by window at once: a long span must not fill the memory. */
async function reducedSamples(
  reader: InfluxReader,
  tags: readonly string[],
  span: TimeWindow,
  runs: readonly WindowRun[],
): Promise<CellsByTag> {
  const pieceMs = Math.ceil(SAMPLES_PER_QUERY / Math.max(1, tags.length)) * 1000;
  const cells: CellsByTag = new Map();
  for (let startMs: number | undefined = span.startMs; startMs !== undefined && startMs < span.endMs; ) {
    const piece: TimeWindow = { startMs, endMs: Math.min(startMs + pieceMs, span.endMs) };
    const found = await sampleCells(reader, tags, piece);
    // Years without a reading are passed in one step.
    const rest = { startMs: piece.endMs, endMs: span.endMs };
    startMs = found.size > 0 ? piece.endMs : await firstValueMs(reader, tags, rest);
    for (const [tag, samples] of found) {
      const list = cells.get(tag) ?? [];
      cells.set(tag, list);
      for (const { cell } of cellsByWindow(samples, runs)) list.push(cell);
    }
  }
  return cells;
}

/** When the first usable number of the span was read; undefined: there is none. */
async function firstValueMs(
  { connection, book }: InfluxReader,
  tags: readonly string[],
  span: TimeWindow,
): Promise<number | undefined> {
  if (span.startMs >= span.endMs) return undefined;
  const binding = new Binding();
  const statements = book
    .selections(tags, binding)
    .map(
      (selection) =>
        `SELECT "value" FROM ${selection.measurement} ${whereOf(selection, inWindow(span))} ORDER BY time ASC LIMIT 1`,
    );
  const options = { params: binding.params, epoch: 'ms' } as const;
  const found = (await connection.queryAbreast(statements, options)).flat();
  const times = found.map(({ values }) => Number(values[0]?.[0]));
  return times.length > 0 ? Math.min(...times) : undefined;
}

/** The last usable number before the span, for the aggregates that start from it. */
async function lastBefore(
  { connection, book }: InfluxReader,
  { aggregate, startMs, tags }: AggregatesQuery,
): Promise<Map<string, Sample>> {
  const found = new Map<string, Sample>();
  if (aggregate !== 'increase' && aggregate !== 'time-weighted-mean') return found;
  const binding = new Binding();
  const earlier = inWindow({ startMs: 0, endMs: startMs });
  const statements = book
    .selections(tags, binding)
    .map(
      (selection) =>
        `SELECT last("value") FROM ${selection.measurement} ${whereOf(selection, earlier)} GROUP BY "asset", "quantity"`,
    );
  if (statements.length === 0) return found;
  for (const series of (await connection.queryAbreast(statements, { params: binding.params })).flat()) {
    const tag = book.tagOf(series.name, series.tags);
    const [time, value] = series.values[0] ?? [];
    if (tag !== undefined && value !== undefined) found.set(tag, sampleOf(time, value));
  }
  return found;
}
