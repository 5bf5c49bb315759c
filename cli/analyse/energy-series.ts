import type { PlantCalendar } from '../../model/calendar.ts';
import { PlantscopeError } from '../../model/error.ts';
import type { TimedValue } from '../../scenarios/energy/align.ts';
import { type CsvTable, numberCell, readCsv } from '../io.ts';

/** A row of the file: its time, and its value where the cell holds a number. */
export interface SeriesRow {
  readonly timeMs: number;
  readonly value: number | undefined;
  /** Line in the file, the header being line 1. */
  readonly line: number;
}

/**
 * Reads a two-column file (time, value) in file order. Times are ISO 8601, or day/month/year or month/day/year with
 * slashes; without a zone they are plant-local.
 * @throws PlantscopeError `csv-column-missing`, `time-malformed`, `series-empty`
 */
export function readSeriesRows(path: string, calendar: PlantCalendar): SeriesRow[] {
  const table = readCsv(path);
  const [timeColumn, valueColumn] = table.columns;
  if (timeColumn === undefined || valueColumn === undefined) {
    throw new PlantscopeError('csv-column-missing', `${path} needs a time column and a value column`, {
      where: path,
    });
  }
  const parse = timeParser(table, timeColumn, calendar);
  const rows = table.rows.map((row, index) => {
    const timeMs = parse(row[timeColumn] ?? '');
    if (timeMs === undefined) throw malformedTime(path, index + 2, row[timeColumn] ?? '');
    return { timeMs, value: numberCell(row[valueColumn]), line: index + 2 };
  });
  if (rows.length === 0) throw new PlantscopeError('series-empty', `${path} has no rows`, { where: path });
  return rows;
}

/** The rows that hold a number, ascending; of two rows with one time the later one in the file counts. */
export function readSeries(path: string, calendar: PlantCalendar): TimedValue[] {
  return toSeries(readSeriesRows(path, calendar));
}

export function toSeries(rows: readonly Pick<SeriesRow, 'timeMs' | 'value'>[]): TimedValue[] {
  const byTime = new Map<number, number>();
  for (const { timeMs, value } of rows) if (value !== undefined) byTime.set(timeMs, value);
  return [...byTime].map(([timeMs, value]) => ({ timeMs, value })).sort((a, b) => a.timeMs - b.timeMs);
}

function malformedTime(path: string, line: number, text: string): PlantscopeError {
  return new PlantscopeError('time-malformed', `"${text}" is not a time`, {
    where: `${path}:${line}`,
    hint: 'Use 2026-11-24 08:00, 2026-11-24T08:00:00+08:00 or 24/11/2026 08:00.',
  });
}

const slashed = /^(\d{1,2})\/(\d{1,2})\/(\d{4})(?:[ T](\d{1,2}):(\d{2})(?::(\d{2}))?)?$/;

function timeParser(
  table: CsvTable,
  column: string,
  calendar: PlantCalendar,
): (text: string) => number | undefined {
  const dayFirst = isDayFirst(table.rows.map((row) => row[column] ?? ''));
  return (text) => {
    const match = slashed.exec(text.trim());
    if (!match) return calendar.parse(text);
    const [a = 0, b = 0, year = 0, hour = 0, minute = 0, second = 0] = match
      .slice(1)
      .map((part) => Number(part ?? 0));
    const [day, month] = dayFirst ? [a, b] : [b, a];
    if (month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || minute > 59) return undefined;
    return calendar.instantMs(year, month, day, hour, minute, second);
  };
}

/** A first number above 12 settles it, else a second one; a file that settles nothing is day first. */
function isDayFirst(texts: readonly string[]): boolean {
  let isMonthFirst = false;
  for (const text of texts) {
    const match = slashed.exec(text.trim());
    if (!match) continue;
    if (Number(match[1]) > 12) return true;
    if (Number(match[2]) > 12) isMonthFirst = true;
  }
  return !isMonthFirst;
}

/**
 * A half-open range `A/B` of dates or times in plant time.
 * @throws PlantscopeError `range-malformed`
 */
export function parseRange(
  text: string,
  option: string,
  calendar: PlantCalendar,
): { startMs: number; endMs: number } {
  const parts = text.split('/').map((part) => calendar.parse(part));
  const [startMs, endMs] = parts;
  if (parts.length !== 2 || startMs === undefined || endMs === undefined || startMs >= endMs) {
    throw new PlantscopeError('range-malformed', `"${text}" is not a range`, {
      where: option,
      hint: 'Write two dates, the second one not included: 2018-07-01/2018-10-01.',
    });
  }
  return { startMs, endMs };
}
