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

/** @param iso as InfluxDB writes it: UTC, up to nine digits of fraction */
export function instantOf(iso: string): Instant {
  const dot = iso.indexOf('.');
  if (dot < 0) return { timeMs: Date.parse(iso), timeNs: 0 };
  const fraction = iso.slice(dot + 1, -1).padEnd(9, '0');
  const timeMs = Date.parse(`${iso.slice(0, dot)}Z`) + Number(fraction.slice(0, 3));
  return { timeMs, timeNs: Number(fraction.slice(3)) };
}
