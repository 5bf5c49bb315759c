import { dayMs, type TimeWindow } from '../../model/window.ts';

/** Days since the epoch, UTC: the unit of partition. Not a day of the plant's calendar. */
export type DayNumber = number;

export function dayOf(timeMs: number): DayNumber {
  return Math.floor(timeMs / dayMs);
}

/** `day_20261124` */
export function dayTable(day: DayNumber): string {
  return `day_${new Date(day * dayMs).toISOString().slice(0, 10).replaceAll('-', '')}`;
}

/** Milliseconds to the text of nanoseconds, for SQL. */
export function nanoseconds(timeMs: number, timeNs = 0): string {
  return (BigInt(timeMs) * 1_000_000n + BigInt(timeNs)).toString();
}

/** Whether a reading counts in figures: a number, good or uncertain (the top status bit is not set). */
export const usable = 'number IS NOT NULL AND status < 2147483648';

export function between({ startMs, endMs }: TimeWindow, startNs = 0): string {
  return `time >= ${nanoseconds(startMs, startNs)} AND time < ${nanoseconds(endMs)}`;
}

/** No primary key: its index would cost memory for every row. Uniqueness is kept by the writer. */
export function createDayTable(day: DayNumber): string {
  return `CREATE TABLE IF NOT EXISTS ${dayTable(day)} (${readingColumns})`;
}

const readingColumns =
  'series INTEGER NOT NULL, time BIGINT NOT NULL, number DOUBLE, flag BOOLEAN, text VARCHAR, ' +
  'status UINTEGER NOT NULL, origin UTINYINT NOT NULL';

export const schema: readonly string[] = [
  'CREATE TABLE IF NOT EXISTS series (id INTEGER NOT NULL, tag VARCHAR NOT NULL, last_day INTEGER)',
  'CREATE TABLE IF NOT EXISTS days (day INTEGER NOT NULL, readings BOOLEAN, hours BOOLEAN, minutes BOOLEAN)',
  `CREATE TABLE IF NOT EXISTS hour_cells (${cellColumns()})`,
  `CREATE TABLE IF NOT EXISTS minute_cells (${cellColumns()})`,
  'CREATE TABLE IF NOT EXISTS result_series (id INTEGER NOT NULL, measurement VARCHAR NOT NULL, series VARCHAR NOT NULL)',
  'CREATE TABLE IF NOT EXISTS result_fields (measurement VARCHAR NOT NULL, field VARCHAR NOT NULL, type VARCHAR NOT NULL)',
  'CREATE TABLE IF NOT EXISTS results (series INTEGER NOT NULL, time BIGINT NOT NULL, fields VARCHAR NOT NULL)',
  `CREATE TEMP TABLE late (${readingColumns})`,
  'CREATE TEMP TABLE late_results (series INTEGER NOT NULL, time BIGINT NOT NULL, fields VARCHAR NOT NULL)',
];

/** Rollups: one row a series and hour (minute). Times are milliseconds with fraction; `time` (ns) is the cell's start. */
function cellColumns(): string {
  return (
    'day INTEGER NOT NULL, series INTEGER NOT NULL, time BIGINT NOT NULL, count DOUBLE, sum DOUBLE, min DOUBLE, ' +
    'min_ms DOUBLE, max DOUBLE, max_ms DOUBLE, first DOUBLE, first_ms DOUBLE, last DOUBLE, last_ms DOUBLE, ' +
    'gain DOUBLE, area DOUBLE'
  );
}
