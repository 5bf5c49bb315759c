import type { PlantCalendar } from '../../model/calendar.ts';
import { hourMs } from '../../model/window.ts';

/** Order of day and month in a date that has the year last. */
export type DayMonthOrder = 'day-first' | 'month-first';

const yearFirst = /^(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?:[T ]+(.+))?$/;
const yearLast = /^(\d{1,2})([-/.])(\d{1,2})\2(\d{4})(?:[T ]+(.+))?$/;
const clock = /^(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?(?: ?([AP])M)?$/i;
/** Seconds or milliseconds since 1970, within this century. */
const epoch = /^\d{10}(?:\d{3})?$/;

/**
 * An instant as files of meters, loggers and spreadsheets write it: ISO 8601, a date with `-`, `/` or `.` and one or two digits a
 * part, 24:00 for the end of a day, AM and PM, or seconds or milliseconds since 1970. Without a zone it is plant-local.
 * @returns undefined where the text is none
 */
export function parseTimeText(
  text: string,
  calendar: PlantCalendar,
  order: DayMonthOrder,
): number | undefined {
  const trimmed = text.trim();
  if (epoch.test(trimmed)) return trimmed.length === 10 ? Number(trimmed) * 1000 : Number(trimmed);
  const exact = calendar.parse(trimmed);
  if (exact !== undefined) return exact;
  const date = dateOf(trimmed, order);
  const time = date && timeOfDay(date.rest);
  if (!date || !time || !isDate(date)) return undefined;
  const { year, month, day } = date;
  return calendar.instantMs(year, month, day, time.hour, time.minute, time.second, time.ms);
}

interface DateParts {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly rest: string;
}

function dateOf(text: string, order: DayMonthOrder): DateParts | undefined {
  const leading = yearFirst.exec(text);
  if (leading) {
    const [, year, , month, day, rest = ''] = leading;
    return { year: Number(year), month: Number(month), day: Number(day), rest };
  }
  const trailing = yearLast.exec(text);
  if (!trailing) return undefined;
  const [, a, separator, b, year, rest = ''] = trailing;
  // With points the day always stands first.
  const [day, month] = order === 'day-first' || separator === '.' ? [a, b] : [b, a];
  return { year: Number(year), month: Number(month), day: Number(day), rest };
}

function isDate({ year, month, day }: DateParts): boolean {
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCMonth() + 1 === month && date.getUTCDate() === day;
}

function timeOfDay(text: string): { hour: number; minute: number; second: number; ms: number } | undefined {
  if (text === '') return { hour: 0, minute: 0, second: 0, ms: 0 };
  const match = clock.exec(text);
  if (!match) return undefined;
  const [hour12 = 0, minute = 0, second = 0] = match.slice(1, 4).map((part) => Number(part ?? 0));
  const half = match[5]?.toUpperCase();
  if (half !== undefined && (hour12 < 1 || hour12 > 12)) return undefined;
  const hour = half === undefined ? hour12 : (hour12 % 12) + (half === 'P' ? 12 : 0);
  const ms = Number((match[4] ?? '').padEnd(3, '0').slice(0, 3));
  const isEndOfDay = hour === 24 && minute === 0 && second === 0 && ms === 0;
  return (hour <= 23 || isEndOfDay) && minute <= 59 && second <= 59
    ? { hour, minute, second, ms }
    : undefined;
}

/** A first number above 12 settles it, else a second one; texts that settle nothing are day first. */
export function dayMonthOrder(texts: readonly string[]): DayMonthOrder {
  let isMonthFirst = false;
  for (const text of texts) {
    const match = yearLast.exec(text.trim());
    if (!match || match[2] === '.') continue;
    if (Number(match[1]) > 12) return 'day-first';
    if (Number(match[3]) > 12) isMonthFirst = true;
  }
  return isMonthFirst ? 'month-first' : 'day-first';
}

/** No clock was ever put back further. */
const LONGEST_CHANGE_MS = 3 * hourMs;

/**
 * The second passage of a wall-clock time in the doubled hour of an autumn change.
 * @param timeMs its first passage
 * @returns undefined where the clock shows that time once only
 */
export function secondPassage(timeMs: number, calendar: PlantCalendar): number | undefined {
  const shiftMs = calendar.offsetMs(timeMs) - calendar.offsetMs(timeMs + LONGEST_CHANGE_MS);
  const again = timeMs + shiftMs;
  const isAgain = shiftMs > 0 && again + calendar.offsetMs(again) === timeMs + calendar.offsetMs(timeMs);
  return isAgain ? again : undefined;
}
