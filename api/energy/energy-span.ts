import { PlantscopeError } from '../../model/error.ts';
import { dayMs, quarterHourMs, type TimeWindow } from '../../model/window.ts';
import type { Backend } from '../ports.ts';
import { type SpanText, spanOf } from '../query/span.ts';

const MOST_DAYS = 1830;
/** Quarters of registers that one request adds up. */
const MOST_INTERVALS = 2_000_000;

/**
 * `from` and `to` of a request for energy. A span that would be cut short in silence is refused.
 * @param meter where one alone is asked for
 * @throws PlantscopeError `invalid-time`, naming the limit
 */
export function energySpan(
  { plant, calendar, clock }: Pick<Backend, 'plant' | 'calendar' | 'clock'>,
  query: SpanText,
  meter?: string,
): TimeWindow {
  const span = spanOf(query, calendar, clock.nowMs());
  const registers = plant.assets
    .filter(({ id, nature }) => nature.carrier !== undefined && (meter === undefined || id === meter))
    .flatMap(({ tags }) => tags.filter(({ definition }) => definition.cumulates)).length;
  const byIntervals = (MOST_INTERVALS * quarterHourMs) / (Math.max(1, registers) * dayMs);
  const mostDays = Math.min(MOST_DAYS, Math.floor(byIntervals));
  const days = (span.endMs - span.startMs) / dayMs;
  if (days <= mostDays) return span;
  throw new PlantscopeError(
    'invalid-time',
    `The span is ${Math.ceil(days)} days; at most ${mostDays} days go into one answer`,
    { where: 'from', hint: `Ask for ${mostDays} days or fewer${registers > 1 ? ', or for one meter' : ''}.` },
  );
}
