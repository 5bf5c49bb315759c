import type { PlantCalendar } from '../../model/calendar.ts';
import { dayMs, hourMs, type TimeWindow } from '../../model/window.ts';
import type { Word } from './words.ts';

export interface TimeRange extends TimeWindow {
  /** Name of a moving range, or undefined for fixed ends. */
  readonly name: RangeName | undefined;
  /** Whether the range ends now and moves on. */
  readonly isMoving: boolean;
}

export const rangeNames = ['1h', '8h', '24h', 'today', 'yesterday', '7d', '30d'] as const;
export type RangeName = (typeof rangeNames)[number];

export const rangeWords: Readonly<Record<RangeName, Word>> = {
  '1h': 'last1h',
  '8h': 'last8h',
  '24h': 'last24h',
  today: 'todayRange',
  yesterday: 'yesterdayRange',
  '7d': 'last7d',
  '30d': 'last30d',
};

const lengthsMs: Readonly<Partial<Record<RangeName, number>>> = {
  '1h': hourMs,
  '8h': 8 * hourMs,
  '24h': dayMs,
  '7d': 7 * dayMs,
  '30d': 30 * dayMs,
};

/** The range that the address names: `range=7d`, or `from=…&to=…` (ISO 8601, plant time without zone). */
export function rangeFromQuery(query: URLSearchParams, calendar: PlantCalendar, nowMs: number): TimeRange {
  const fixed = ['from', 'to'].map((name) =>
    calendar.parse((query.get(name) ?? '').replace(/ (\d{2}:\d{2})$/, '+$1')),
  );
  const [startMs, endMs] = fixed;
  if (startMs !== undefined && endMs !== undefined && startMs < endMs) {
    return { name: undefined, startMs, endMs, isMoving: false };
  }
  const asked = query.get('range');
  return namedRange(rangeNames.find((name) => name === asked) ?? '24h', calendar, nowMs);
}

export function namedRange(name: RangeName, calendar: PlantCalendar, nowMs: number): TimeRange {
  const midnight = calendar.startOf('day', nowMs);
  if (name === 'today') return { name, startMs: midnight, endMs: nowMs, isMoving: true };
  if (name === 'yesterday') {
    return { name, startMs: calendar.startOf('day', midnight - 1), endMs: midnight, isMoving: false };
  }
  return { name, startMs: nowMs - (lengthsMs[name] ?? dayMs), endMs: nowMs, isMoving: true };
}

/** As the API takes it. */
export const spanQuery = ({ startMs, endMs }: TimeWindow): { from: string; to: string } => ({
  from: new Date(startMs).toISOString(),
  to: new Date(endMs).toISOString(),
});
