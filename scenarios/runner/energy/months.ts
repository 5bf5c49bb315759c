import type { PlantCalendar } from '../../../model/calendar.ts';
import { PlantscopeError } from '../../../model/error.ts';
import type { TimeWindow } from '../../../model/window.ts';

/**
 * A local month.
 * @param text `2026-11`; undefined is the month that runs
 * @throws PlantscopeError `invalid-time`
 */
export function monthOf(text: string | undefined, calendar: PlantCalendar, nowMs: number): TimeWindow {
  const startMs = text === undefined ? calendar.startOf('month', nowMs) : calendar.parse(`${text}-01`);
  const isRead = startMs !== undefined && (text === undefined || monthName(startMs, calendar) === text);
  if (isRead) return { startMs, endMs: calendar.startOfNext('month', startMs) };
  throw new PlantscopeError('invalid-time', `month is "${text}"`, { where: 'month', hint: 'As 2026-11.' });
}

/** `2026-11` */
export const monthName = (timeMs: number, calendar: PlantCalendar): string =>
  calendar.dayKey(timeMs).slice(0, 7);
