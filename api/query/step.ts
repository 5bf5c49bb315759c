import type { CalendarUnit, PlantCalendar } from '../../model/calendar.ts';
import { PlantscopeError } from '../../model/error.ts';
import { dayMs, hourMs, minuteMs, parseDurationMs, type TimeWindow } from '../../model/window.ts';

/** What the store is asked for, and how the answer names it. */
export interface Step {
  readonly every: number | CalendarUnit;
  readonly text: string;
  /** Shortest length, for counting. */
  readonly lengthMs: number;
}

const calendarSteps: Readonly<Record<string, Step>> = {
  '1d': { every: 'day', text: '1d', lengthMs: dayMs },
  '1w': { every: 'week', text: '1w', lengthMs: 7 * dayMs },
  '1mo': { every: 'month', text: '1mo', lengthMs: 28 * dayMs },
  '1y': { every: 'year', text: '1y', lengthMs: 365 * dayMs },
};

/**
 * `1m`, `15m`, `1h` are windows of fixed length; `1d`, `1w`, `1mo`, `1y` are the plant's calendar.
 * @throws PlantscopeError `invalid-request`
 */
export function stepOf(text: string, calendar: PlantCalendar, nowMs: number): Step {
  const calendarStep = calendarSteps[text];
  if (calendarStep) return calendarStep;
  const lengthMs = /^\d+(ms|s|m|h)$/.test(text) ? parseDurationMs(text) : undefined;
  if (lengthMs === undefined || lengthMs < 1) {
    throw new PlantscopeError('invalid-request', `every is "${text}"`, {
      where: 'every',
      hint: 'Expected a fixed step such as 10s, 1m, 15m, 1h, or one of 1d, 1w, 1mo, 1y (plant calendar).',
    });
  }
  // Where the zone is off by half an hour, an hour of the plant is not an hour since the epoch.
  if (text === '1h' && calendar.offsetMs(nowMs) % hourMs !== 0) return { every: 'hour', text, lengthMs };
  return { every: lengthMs, text, lengthMs };
}

const niceStepsMs = [
  1,
  2,
  5,
  10,
  20,
  50,
  100,
  200,
  500,
  1000,
  2000,
  5000,
  10_000,
  15_000,
  30_000,
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * minuteMs),
  ...[1, 2, 3, 6, 12, 24, 48, 168, 336, 720, 2160, 8760].map((hours) => hours * hourMs),
];

/** The shortest round step that cuts `span` into at most `windows` windows. */
export function stepFor(span: TimeWindow, windows: number): Step {
  const wanted = (span.endMs - span.startMs) / Math.max(1, windows);
  const lengthMs = niceStepsMs.find((step) => step >= wanted) ?? Math.ceil(wanted / dayMs) * dayMs;
  return { every: lengthMs, text: durationText(lengthMs), lengthMs };
}

function durationText(ms: number): string {
  for (const [unit, length] of [
    ['h', hourMs],
    ['m', minuteMs],
    ['s', 1000],
  ] as const) {
    if (ms % length === 0) return `${ms / length}${unit}`;
  }
  return `${ms}ms`;
}
