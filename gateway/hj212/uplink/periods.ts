import type { FigurePeriod } from '../../../model/outlet-figures.ts';
import { dayMs, hourMs, minuteMs, type TimeWindow } from '../../../model/window.ts';

/** CN of the upload of each period. @see HJ 212-2017 table 6 */
export const commandOf: Readonly<Record<FigurePeriod, string>> = {
  realtime: '2011',
  minute: '2051',
  hour: '2061',
  day: '2031',
};

/** How long after its end a period is sent: its readings come through the spool, its figures through the runner. */
export const settleMs: Readonly<Record<FigurePeriod, number>> = {
  realtime: 2000,
  minute: 30_000,
  hour: 2 * minuteMs,
  day: 10 * minuteMs,
};

/** Days begin at midnight of China Standard Time, which the standard's times are in: 16:00 UTC. */
const DAY_OFFSET_MS = 16 * hourMs;

export interface Intervals {
  readonly realtimeS: number;
  readonly minuteMin: number;
}

export function lengthOf(period: FigurePeriod, { realtimeS, minuteMin }: Intervals): number {
  const lengths = { realtime: realtimeS * 1000, minute: minuteMin * minuteMs, hour: hourMs, day: dayMs };
  return lengths[period];
}

/** The window of a period that holds the instant. */
export function windowAt(period: FigurePeriod, timeMs: number, intervals: Intervals): TimeWindow {
  const length = lengthOf(period, intervals);
  const offset = period === 'day' ? DAY_OFFSET_MS : 0;
  const startMs = Math.floor((timeMs - offset) / length) * length + offset;
  return { startMs, endMs: startMs + length };
}

/** DataTime of a period: its start, and of real-time data the instant itself (the window's end). */
export const dataTimeOf = (period: FigurePeriod, { startMs, endMs }: TimeWindow): number =>
  period === 'realtime' ? endMs : startMs;
