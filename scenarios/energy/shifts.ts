import type { PlantCalendar } from '../../model/calendar.ts';
import { PlantscopeError } from '../../model/error.ts';
import { minuteOfDay } from '../../model/tariff.ts';
import type { TimeWindow } from '../../model/window.ts';

/** A shift by the wall clock; one whose end is not after its start goes over midnight. */
export interface Shift {
  readonly name: string;
  /** `HH:MM` */
  readonly start: string;
  readonly end: string;
}

export interface ShiftWindow extends TimeWindow {
  readonly shift: string;
  /** `YYYY-MM-DD` of the local day it starts on: a night shift belongs to the evening's day. */
  readonly date: string;
}

/**
 * The shifts that touch `span`, each whole, in order.
 * @throws PlantscopeError `shift-invalid` naming the shift
 */
export function shiftWindows(
  span: TimeWindow,
  shifts: readonly Shift[],
  calendar: PlantCalendar,
): ShiftWindow[] {
  const bounds = shifts.map(({ name, start, end }) => {
    const [from, to] = [minuteOfDay(start), minuteOfDay(end)];
    if (from === undefined || to === undefined) {
      throw new PlantscopeError('shift-invalid', `Shift "${name}": ${start}-${end} are no times of day`, {
        where: `shift "${name}"`,
      });
    }
    return { name, from, to: to > from ? to : to + 1440 };
  });
  const dayBefore = calendar.startOf('day', calendar.startOf('day', span.startMs) - 1);
  return calendar
    .windows('day', { startMs: dayBefore, endMs: span.endMs })
    .flatMap((day) => {
      const { year, month, day: date } = calendar.local(day.startMs);
      const at = (minute: number): number => calendar.instantMs(year, month, date, 0, minute);
      return bounds.map(({ name, from, to }) => ({
        shift: name,
        date: calendar.dayKey(day.startMs),
        startMs: at(from),
        endMs: at(to),
      }));
    })
    .filter(({ startMs, endMs }) => startMs < span.endMs && endMs > span.startMs)
    .sort((a, b) => a.startMs - b.startMs);
}
