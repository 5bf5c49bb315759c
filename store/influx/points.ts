import type { Instant, ReadingOrigin, ReadingValue } from '../../model/reading.ts';
import { qualityOf } from '../../model/status.ts';
import type { RawPoint } from '../time-series-store.ts';
import type { InfluxSeries } from './connection.ts';

/** What to select of a reading: those fields that some reading has, as each more costs the server like a full one. */
export const readingFields = '*::field';

/** Rows of `readingFields`, their times as ISO text. */
export function pointsOf({ columns, values }: InfluxSeries): RawPoint[] {
  const [status, origin] = [columns.indexOf('status'), columns.indexOf('origin')];
  const usable = columnsOf(columns, ['value', 'flag', 'text']);
  const bad = columnsOf(columns, ['bad_value', 'bad_flag', 'bad_text']);
  return values.map((row) => {
    const code = Number(row[status] ?? 0);
    const { timeMs, timeNs } = instantOf(String(row[0]));
    return {
      timeMs,
      timeNs,
      value: firstOf(row, qualityOf(code) === 'bad' ? bad : usable),
      status: code,
      origin: (row[origin] ?? 'live') as ReadingOrigin,
    };
  });
}

function columnsOf(columns: readonly string[], names: readonly string[]): readonly number[] {
  return names.map((name) => columns.indexOf(name)).filter((index) => index >= 0);
}

function firstOf(row: InfluxSeries['values'][number], indexes: readonly number[]): ReadingValue {
  for (const index of indexes) {
    const value = row[index];
    if (value !== null && value !== undefined) return value;
  }
  return null;
}

/** The day read last: rows follow each other in time, and `Date.parse` costs more than the rest of a row. */
let lastDay = '';
let lastDayMs = 0;

/** @param iso as InfluxDB writes it: UTC, `2026-06-01T00:00:00Z`, up to nine digits of fraction before the Z */
export function instantOf(iso: string): Instant {
  if (!iso.startsWith(lastDay) || lastDay === '') {
    lastDay = iso.slice(0, 10);
    lastDayMs = Date.parse(`${lastDay}T00:00:00Z`);
  }
  const minutes = twoDigits(iso, 11) * 60 + twoDigits(iso, 14);
  const timeMs = lastDayMs + (minutes * 60 + twoDigits(iso, 17)) * 1000;
  if (iso.charCodeAt(19) !== 46) return { timeMs, timeNs: 0 };
  const fraction = iso.slice(20, -1).padEnd(9, '0');
  return { timeMs: timeMs + Number(fraction.slice(0, 3)), timeNs: Number(fraction.slice(3)) };
}

function twoDigits(text: string, at: number): number {
  return text.charCodeAt(at) * 10 + text.charCodeAt(at + 1) - 528;
}
