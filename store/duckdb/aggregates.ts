import type { PlantCalendar } from '../../model/calendar.ts';
import { dayMs, hourMs, minuteMs, type TimeWindow } from '../../model/window.ts';
import { aggregatePoints, cellsByWindow } from '../aggregate.ts';
import type { Cell, Sample } from '../cell.ts';
import type { AggregateSeries, AggregatesQuery } from '../time-series-store.ts';
import { fitsGrid, type WindowRun, windowRuns } from '../window-run.ts';
import type { Catalog } from './catalog.ts';
import { type CellField, cellFields, cellOfRow, cellsFromCells, cellsFromReadings } from './cell-sql.ts';
import type { Database } from './database.ts';
import { between, type DayNumber, dayOf, dayTable, nanoseconds, usable } from './tables.ts';

export interface AggregateSource {
  readonly database: Database;
  readonly catalog: Catalog;
  readonly calendar: PlantCalendar;
  readonly nowMs: number;
}

export async function readAggregates(
  source: AggregateSource,
  query: AggregatesQuery,
): Promise<AggregateSeries[]> {
  const runs = windowRuns(query, query.every, source.calendar);
  const ids = query.tags.map((tag) => source.catalog.idOf(tag)).filter((id) => id !== undefined);
  if (runs.length === 0 || ids.length === 0) return query.tags.map((tag) => ({ tag, points: [] }));
  const fields = cellFields(query.aggregate);
  const cells = await readCells(source, query, runs, ids, fields);
  const before = fields.includes('gain') ? await lastBefore(source, ids, query.startMs) : new Map();
  return query.tags.map((tag) => {
    const id = source.catalog.idOf(tag) ?? -1;
    const windows = cellsByWindow(cells.get(id) ?? [], runs);
    const context = {
      aggregate: query.aggregate,
      span: query,
      before: before.get(id),
      nowMs: source.nowMs,
    };
    return { tag, points: aggregatePoints(windows, context) };
  });
}

/** Ascending cells by series, none across a window's edge. */
async function readCells(
  { database, catalog }: AggregateSource,
  span: TimeWindow,
  runs: readonly WindowRun[],
  ids: readonly number[],
  fields: readonly CellField[],
): Promise<Map<number, Cell[]>> {
  const plan = planSources(catalog, span, runs);
  const statements: string[] = [];
  if (plan.raw.length > 0) {
    const tables = plan.raw.map(
      (day) => `SELECT series, time, number FROM ${dayTable(day)}
        WHERE series IN (${ids}) AND ${between(span)} AND ${usable}`,
    );
    statements.push(cellsFromReadings(tables.join(' UNION ALL '), runs, fields));
  }
  for (const { table, days } of plan.rollups) {
    const rows = `SELECT * FROM ${table} WHERE series IN (${ids}) AND day IN (${days}) AND ${between(span)}`;
    statements.push(cellsFromCells(rows, runs, fields));
  }
  if (statements.length === 0) return new Map();
  return cellsBySeries(await database.read(`${statements.join(' UNION ALL ')} ORDER BY 1, 4`), fields);
}

function cellsBySeries(rows: Awaited<ReturnType<Database['read']>>, fields: readonly CellField[]) {
  const cells = new Map<number, Cell[]>();
  for (const [row, series] of (rows[0] ?? []).entries()) {
    const list = cells.get(series as number);
    const cell = cellOfRow(rows, row, fields);
    if (list) list.push(cell);
    else cells.set(series as number, [cell]);
  }
  return cells;
}

interface SourcePlan {
  readonly raw: readonly DayNumber[];
  readonly rollups: readonly { readonly table: string; readonly days: readonly DayNumber[] }[];
}

/**
 * Hours where they are built and neither a window nor the span cuts one, raw readings elsewhere; where raw readings are
 * gone, minutes if they are fine enough, and else hours in any case.
 */
function planSources(catalog: Catalog, span: TimeWindow, runs: readonly WindowRun[]): SourcePlan {
  const wholeHours = fitsGrid(runs, hourMs);
  const wholeMinutes = fitsGrid(runs, minuteMs);
  const plan = { raw: [] as DayNumber[], hours: [] as DayNumber[], minutes: [] as DayNumber[] };
  for (const day of catalog.days(span)) {
    const state = catalog.day(day);
    if (state?.hours && wholeHours && !cutsAnHour(day, span)) plan.hours.push(day);
    else if (state?.readings) plan.raw.push(day);
    else if (state?.minutes && wholeMinutes) plan.minutes.push(day);
    else if (state?.hours) plan.hours.push(day);
  }
  const rollups = [
    { table: 'hour_cells', days: plan.hours },
    { table: 'minute_cells', days: plan.minutes },
  ];
  return { raw: plan.raw, rollups: rollups.filter(({ days }) => days.length > 0) };
}

function cutsAnHour(day: DayNumber, { startMs, endMs }: TimeWindow): boolean {
  const firstMs = Math.max(startMs, day * dayMs);
  const lastMs = Math.min(endMs, (day + 1) * dayMs);
  return firstMs % hourMs !== 0 || lastMs % hourMs !== 0;
}

/** Days looked through in one statement for the last value before a span. */
const DAYS_PER_LOOK_BACK = 32;

/** The last usable number before an instant, of each series that has one. */
async function lastBefore(
  { database, catalog }: AggregateSource,
  ids: readonly number[],
  timeMs: number,
): Promise<Map<number, Sample>> {
  const found = new Map<number, Sample>();
  const days = catalog.readingDays({ startMs: 0, endMs: timeMs }).reverse();
  // The day itself nearly always has it; older days are asked for the rest only.
  const firstDays = days.filter((day) => day >= dayOf(timeMs - dayMs));
  const groups = [firstDays, ...chunks(days.slice(firstDays.length), DAYS_PER_LOOK_BACK)];
  for (const group of groups) {
    const missing = ids.filter((id) => !found.has(id));
    if (missing.length === 0) break;
    if (group.length === 0) continue;
    const tables = group.map(
      (day) => `SELECT series, time, number FROM ${dayTable(day)}
        WHERE series IN (${missing}) AND time < ${nanoseconds(timeMs)} AND ${usable}`,
    );
    const [series = [], times = [], values = []] = await database.read(
      `SELECT series, max(time) / 1e6, arg_max(number, time) FROM (${tables.join(' UNION ALL ')}) GROUP BY series`,
    );
    for (const [row, id] of series.entries()) {
      found.set(id as number, { timeMs: times[row] as number, value: values[row] as number });
    }
  }
  return found;
}

function chunks<Item>(items: readonly Item[], size: number): Item[][] {
  const groups: Item[][] = [];
  for (let start = 0; start < items.length; start += size) groups.push(items.slice(start, start + size));
  return groups;
}
