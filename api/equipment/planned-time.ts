import type { PlantCalendar } from '../../model/calendar.ts';
import { overlapMs, type TimeWindow } from '../../model/window.ts';
import type { Shift } from '../plant-layout.ts';

/** The shifts within a span, by start, none overlapping another: time two shifts share is planned once. */
export function plannedWindows(
  shifts: readonly Shift[],
  calendar: PlantCalendar,
  span: TimeWindow,
): TimeWindow[] {
  // A night shift of the day before may reach in.
  const dayBefore = { startMs: calendar.startOf('day', span.startMs) - 1, endMs: span.endMs };
  const days = calendar.windows('day', dayBefore);
  const windows = days.flatMap(({ startMs }) => shiftsOfDay(shifts, calendar, startMs));
  const inside = windows.flatMap((window) => {
    const cut = {
      startMs: Math.max(window.startMs, span.startMs),
      endMs: Math.min(window.endMs, span.endMs),
    };
    return cut.startMs < cut.endMs ? [cut] : [];
  });
  return merged(inside.sort((a, b) => a.startMs - b.startMs));
}

function shiftsOfDay(shifts: readonly Shift[], calendar: PlantCalendar, dayMs: number): TimeWindow[] {
  const { year, month, day, weekday } = calendar.local(dayMs);
  return shifts
    .filter(({ weekdays }) => weekdays.includes(weekday))
    .map(({ start, end }) => {
      const [fromHour, fromMinute] = clockOf(start);
      const [toHour, toMinute] = clockOf(end);
      return {
        startMs: calendar.instantMs(year, month, day, fromHour, fromMinute),
        endMs: calendar.instantMs(year, month, end <= start ? day + 1 : day, toHour, toMinute),
      };
    });
}

const clockOf = (text: string): [hour: number, minute: number] => [
  Number(text.slice(0, 2)),
  Number(text.slice(3, 5)),
];

function merged(windows: readonly TimeWindow[]): TimeWindow[] {
  const result: TimeWindow[] = [];
  for (const window of windows) {
    const last = result.at(-1);
    if (last && window.startMs <= last.endMs)
      result[result.length - 1] = { startMs: last.startMs, endMs: Math.max(last.endMs, window.endMs) };
    else result.push(window);
  }
  return result;
}

/** Seconds of a window that lie in the (not overlapping) planned windows. */
export const plannedSeconds = (window: TimeWindow, planned: readonly TimeWindow[]): number =>
  planned.reduce((sum, one) => sum + overlapMs(one, window), 0) / 1000;
