import type { PlantCalendar } from '../../model/calendar.ts';
import { PlantscopeError } from '../../model/error.ts';

const digitsOf: Readonly<Record<string, string>> = {
  yyyy: '\\d{4}',
  MM: '\\d{1,2}',
  dd: '\\d{1,2}',
  HH: '\\d{1,2}',
  mm: '\\d{1,2}',
  ss: '\\d{1,2}',
  SSS: '\\d{1,3}',
};

/**
 * A reader of times written in a pattern of yyyy, MM, dd, HH, mm, ss, SSS, as plant time.
 * Without a pattern: ISO 8601, as plant time where it names no zone.
 * @returns a function that gives epoch milliseconds, or undefined where the text does not match
 * @throws PlantscopeError `time-format` where the pattern lacks the date
 */
export function timeReader(
  pattern: string | undefined,
  calendar: PlantCalendar,
): (text: string) => number | undefined {
  if (pattern === undefined) return (text) => calendar.parse(text);
  const missing = ['yyyy', 'MM', 'dd'].filter((token) => !pattern.includes(token));
  if (missing.length > 0) {
    throw new PlantscopeError('time-format', `the time format "${pattern}" lacks ${missing.join(', ')}`, {
      hint: 'For instance dd/MM/yyyy HH:mm',
    });
  }
  const expression = new RegExp(
    `^${pattern
      .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
      .replace(/yyyy|MM|dd|HH|mm|SSS|ss/g, (token) => `(?<${token}>${digitsOf[token]})`)}$`,
  );
  return (text) => {
    const field = expression.exec(text.trim())?.groups;
    if (!field) return undefined;
    const [year, month, day] = [Number(field.yyyy), Number(field.MM), Number(field.dd)];
    if (month < 1 || month > 12 || day < 1 || day > new Date(Date.UTC(year, month, 0)).getUTCDate())
      return undefined;
    const [hour, minute, second] = [Number(field.HH ?? 0), Number(field.mm ?? 0), Number(field.ss ?? 0)];
    return calendar.instantMs(year, month, day, hour, minute, second, Number(field.SSS ?? 0));
  };
}
