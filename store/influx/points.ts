import type { Instant, ReadingOrigin, ReadingValue } from '../../model/reading.ts';
import { qualityOf } from '../../model/status.ts';
import type { RawPoint } from '../time-series-store.ts';

/** What to select of a reading, in the order that `pointOf` expects; time comes first by itself. */
export const readingFields =
  '"value", "flag", "text", "status", "origin", "bad_value", "bad_flag", "bad_text"';

type Row = readonly (string | number | boolean | null)[];

/** A row of `readingFields`, its time as ISO text. */
export function pointOf(row: Row): RawPoint {
  const [time, value, flag, text, status, origin, badValue, badFlag, badText] = row;
  const code = Number(status ?? 0);
  const shown = qualityOf(code) === 'bad' ? [badValue, badFlag, badText] : [value, flag, text];
  return {
    ...instantOf(String(time)),
    value: (shown[0] ?? shown[1] ?? shown[2] ?? null) as ReadingValue,
    status: code,
    origin: (origin ?? 'live') as ReadingOrigin,
  };
}

/** The minute read last: rows follow each other in time, and `Date.parse` costs more than the rest of a row. */
let lastMinute = '';
let lastMinuteMs = 0;

/** @param iso as InfluxDB writes it: UTC, `2026-06-01T00:00:00Z`, up to nine digits of fraction before the Z */
export function instantOf(iso: string): Instant {
  const minute = iso.slice(0, 16);
  if (minute !== lastMinute) {
    lastMinuteMs = Date.parse(`${minute}Z`);
    lastMinute = minute;
  }
  const timeMs = lastMinuteMs + Number(iso.slice(17, 19)) * 1000;
  if (iso.charCodeAt(19) !== 46) return { timeMs, timeNs: 0 };
  const fraction = iso.slice(20, -1).padEnd(9, '0');
  return { timeMs: timeMs + Number(fraction.slice(0, 3)), timeNs: Number(fraction.slice(3)) };
}
