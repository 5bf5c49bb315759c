import type { PlantCalendar } from '../../model/calendar.ts';

/**
 * What the time of a row marks: the start of its interval; its end; or its end, where the row 00:00 that closes a day
 * still carries that day's date (and so would sort to the front of it).
 */
export const intervalStamps = ['start', 'end', 'end-same-day'] as const;
export type IntervalStamp = (typeof intervalStamps)[number];

/** Start of the interval of a row that is stamped `timeMs`. */
export function intervalStartOf(
  stamp: IntervalStamp,
  timeMs: number,
  intervalMs: number,
  calendar: PlantCalendar,
): number {
  if (stamp === 'start') return timeMs;
  const isMidnight = calendar.startOf('day', timeMs) === timeMs;
  const endMs = stamp === 'end-same-day' && isMidnight ? calendar.startOfNext('day', timeMs) : timeMs;
  return endMs - intervalMs;
}
