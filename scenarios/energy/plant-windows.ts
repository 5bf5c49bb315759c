import type { PlantCalendar } from '../../model/calendar.ts';
import { PlantscopeError } from '../../model/error.ts';
import { dayMs, minuteMs, type TimeWindow } from '../../model/window.ts';

/** Length of the intervals of a series: a part of a day in milliseconds, or a calendar unit. */
export type IntervalLength = number | 'day' | 'month';

/**
 * The intervals in plant time that touch `span`, each whole. Parts of a day count from local midnight; where the clock changes,
 * a day has more or fewer of them.
 * @throws PlantscopeError `interval-length-invalid` where a length does not divide the day
 */
export function plantWindows(
  span: TimeWindow,
  length: IntervalLength,
  calendar: PlantCalendar,
): TimeWindow[] {
  if (length === 'day' || length === 'month') return calendar.windows(length, span);
  if (length < minuteMs / 60 || dayMs % length !== 0) {
    throw new PlantscopeError(
      'interval-length-invalid',
      `An interval of ${length} ms does not divide the day`,
      {
        hint: 'Use 1m, 5m, 15m, 30m, 1h, 1d or month.',
      },
    );
  }
  return calendar.windows('day', span).flatMap((day) => partsOfDay(day, span, length));
}

function partsOfDay(day: TimeWindow, span: TimeWindow, lengthMs: number): TimeWindow[] {
  const skipped = Math.max(0, Math.floor((span.startMs - day.startMs) / lengthMs));
  const parts: TimeWindow[] = [];
  for (
    let startMs = day.startMs + skipped * lengthMs;
    startMs < Math.min(day.endMs, span.endMs);
    startMs += lengthMs
  ) {
    parts.push({ startMs, endMs: Math.min(startMs + lengthMs, day.endMs) });
  }
  return parts;
}
