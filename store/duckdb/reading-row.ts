import type { DuckDBAppender } from '@duckdb/node-api';
import type { Reading, ReadingOrigin, ReadingValue } from '../../model/reading.ts';
import type { RawPoint } from '../time-series-store.ts';
import type { Columns } from './database.ts';

/** Stored as their index; only ever append to this list. */
export const origins: readonly ReadingOrigin[] = ['live', 'history', 'import', 'manual'];

/** Columns of a reading's row, in the order that `pointOf` and `readingOf` expect. */
export const readingSelection =
  'series, (time // 1000000)::DOUBLE AS ms, (time % 1000000)::INTEGER AS ns, number, flag, text, status, origin';

export function pointOf(rows: Columns, row: number): RawPoint {
  return {
    timeMs: rows[1]?.[row] as number,
    timeNs: rows[2]?.[row] as number,
    value: (rows[3]?.[row] ?? rows[4]?.[row] ?? rows[5]?.[row] ?? null) as ReadingValue,
    status: rows[6]?.[row] as number,
    origin: origins[rows[7]?.[row] as number] ?? 'live',
  };
}

export function readingOf(tag: string, rows: Columns, row: number): Reading {
  return { tag, ...pointOf(rows, row) };
}

export function appendReading(appender: DuckDBAppender, series: number, reading: Reading): void {
  const { value } = reading;
  appender.appendInteger(series);
  appender.appendBigInt(BigInt(reading.timeMs) * 1_000_000n + BigInt(reading.timeNs));
  if (typeof value === 'number') appender.appendDouble(value);
  else appender.appendNull();
  if (typeof value === 'boolean') appender.appendBoolean(value);
  else appender.appendNull();
  if (typeof value === 'string') appender.appendVarchar(value);
  else appender.appendNull();
  appender.appendUInteger(reading.status);
  appender.appendUTinyInt(origins.indexOf(reading.origin));
  appender.endRow();
}
