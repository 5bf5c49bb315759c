import type { PlantCalendar } from '../../model/calendar.ts';
import { PlantscopeError } from '../../model/error.ts';
import { dayMs, type TimeWindow } from '../../model/window.ts';

export interface SpanText {
  readonly from?: string;
  readonly to?: string;
}

/**
 * `from` (inclusive) and `to` (exclusive) of a request. Default: the 24 hours up to now.
 * A time without zone, and a bare date, are plant time.
 * @throws PlantscopeError `invalid-time`
 */
export function spanOf({ from, to }: SpanText, calendar: PlantCalendar, nowMs: number): TimeWindow {
  const endMs = to === undefined ? nowMs : instantOf('to', to, calendar);
  const startMs = from === undefined ? endMs - dayMs : instantOf('from', from, calendar);
  if (startMs < endMs) return { startMs, endMs };
  throw new PlantscopeError('invalid-time', `from (${from}) is not before to (${to ?? 'now'})`, {
    where: 'from',
    hint: 'from is inclusive, to is exclusive: to must be later.',
  });
}

function instantOf(name: string, text: string, calendar: PlantCalendar): number {
  // An unescaped "+08:00" in a URL arrives as " 08:00".
  const timeMs = calendar.parse(text.replace(/ (\d{2}:?\d{2})$/, '+$1'));
  if (timeMs !== undefined) return timeMs;
  throw new PlantscopeError('invalid-time', `${name} is "${text}"`, {
    where: name,
    hint: 'Expected ISO 8601, for example 2026-11-24T08:00:00+08:00 or 2026-11-24.',
  });
}
