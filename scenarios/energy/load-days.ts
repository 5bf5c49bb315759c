import type { PlantCalendar } from '../../model/calendar.ts';
import { dayMs, minuteMs } from '../../model/window.ts';
import type { TimedValue } from './align.ts';

/** One local day of interval data, laid out by wall-clock time. */
export interface LoadDay {
  readonly startMs: number;
  /** Days since 1970-01-01 of the local date: neighbours differ by one whatever the clock does. */
  readonly index: number;
  /** Monday = 1 to Sunday = 7. */
  readonly weekday: number;
  /** Value of each interval of the day; undefined where there is none. */
  readonly slots: readonly (number | undefined)[];
}

export interface LoadHistory {
  readonly calendar: PlantCalendar;
  readonly intervalMs: number;
  readonly slotsPerDay: number;
  readonly byIndex: ReadonlyMap<number, LoadDay>;
}

/** Lays a series out by local day and time of day. @param series each stamped at its interval's start */
export function loadHistory(
  series: readonly TimedValue[],
  intervalMs: number,
  calendar: PlantCalendar,
): LoadHistory {
  const slotsPerDay = Math.max(1, Math.round(dayMs / intervalMs));
  const days = new Map<number, { startMs: number; weekday: number; slots: (number | undefined)[] }>();
  for (const { timeMs, value } of series) {
    const index = dayIndexOf(timeMs, calendar);
    let day = days.get(index);
    if (!day) {
      day = {
        startMs: calendar.startOf('day', timeMs),
        weekday: weekdayOf(index),
        slots: new Array<number | undefined>(slotsPerDay).fill(undefined),
      };
      days.set(index, day);
    }
    day.slots[slotOf(timeMs, intervalMs, slotsPerDay, calendar)] = value;
  }
  return {
    calendar,
    intervalMs,
    slotsPerDay,
    byIndex: new Map([...days].map(([index, day]) => [index, { ...day, index }])),
  };
}

export const dayIndexOf = (timeMs: number, calendar: PlantCalendar): number =>
  Math.floor((timeMs + calendar.offsetMs(timeMs)) / dayMs);

/** 1970-01-01 was a Thursday. */
export const weekdayOf = (dayIndex: number): number => ((((dayIndex + 3) % 7) + 7) % 7) + 1;

/** Place of an instant in its local day, by the wall clock. */
export function slotOf(
  timeMs: number,
  intervalMs: number,
  slotsPerDay: number,
  calendar: PlantCalendar,
): number {
  const { hour, minute, second } = calendar.local(timeMs);
  const intoDayMs = (hour * 60 + minute) * minuteMs + second * 1000;
  return Math.min(slotsPerDay - 1, Math.floor(intoDayMs / intervalMs));
}
