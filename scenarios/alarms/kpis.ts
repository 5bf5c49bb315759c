import { dayMs, hourMs, minuteMs, type TimeWindow } from '../../model/window.ts';
import { groupBy } from './group-by.ts';
import type { AlarmTransition } from './journal.ts';

const PERIOD_MS = 10 * minuteMs;
const FLOOD_STARTS_ABOVE = 10;
const FLOOD_ENDS_BELOW = 5;
const CHATTER_COUNT = 3;
const TOP = 10;

/** Performance of the alarm system over a window. Shares are 0..1. */
export interface AlarmKpis {
  /** Alarms shown to the operator: raises that were not hidden by shelving, design or maintenance. */
  readonly annunciated: number;
  readonly perHour: number;
  readonly peakPerTenMinutes: number;
  /** Share of 10-minute periods in a flood: from one with more than 10 alarms until one with fewer than 5. */
  readonly floodShare: number;
  /** Raised 3 times or more within a minute. */
  readonly chattering: readonly string[];
  /** Cleared within a minute of being raised. */
  readonly fleeting: number;
  /** Active for more than 24 h at the window's end. */
  readonly stale: readonly string[];
  readonly topTen: readonly { readonly alarm: string; readonly count: number; readonly share: number }[];
}

/**
 * @param lines journal, oldest first; lines before the window tell what was active already
 * @see ANSI/ISA-18.2-2016 clause 16; EEMUA 191
 */
export function alarmKpis(lines: readonly AlarmTransition[], window: TimeWindow): AlarmKpis {
  const known = lines.filter((line) => line.timeMs < window.endMs);
  const raises = known.filter((line) => line.timeMs >= window.startMs && line.to === 'unacknowledged');
  const counts = countsPerPeriod(raises, window);
  return {
    annunciated: raises.length,
    perHour: raises.length / ((window.endMs - window.startMs) / hourMs),
    peakPerTenMinutes: [...counts.values()].reduce((most, count) => Math.max(most, count), 0),
    floodShare: floodPeriods(counts) / Math.ceil((window.endMs - window.startMs) / PERIOD_MS),
    chattering: chattering(raises),
    fleeting: fleeting(known, window),
    stale: stale(known, window.endMs),
    topTen: topTen(raises),
  };
}

/** Raises by the number of their 10-minute period; periods without one are not in it: a window may be decades long. */
function countsPerPeriod(
  raises: readonly AlarmTransition[],
  { startMs }: TimeWindow,
): ReadonlyMap<number, number> {
  const counts = new Map<number, number>();
  for (const { timeMs } of raises) {
    const period = Math.floor((timeMs - startMs) / PERIOD_MS);
    counts.set(period, (counts.get(period) ?? 0) + 1);
  }
  return counts;
}

/** A flood lasts over adjoining periods only: a period without a raise ends it. */
function floodPeriods(counts: ReadonlyMap<number, number>): number {
  const flooded = new Set<number>();
  for (const period of [...counts.keys()].sort((a, b) => a - b)) {
    const count = counts.get(period) ?? 0;
    const goesOn = flooded.has(period - 1) && count >= FLOOD_ENDS_BELOW;
    if (count > FLOOD_STARTS_ABOVE || goesOn) flooded.add(period);
  }
  return flooded.size;
}

function chattering(raises: readonly AlarmTransition[]): string[] {
  const times = groupBy(raises, (line) => line.alarm);
  return [...times].flatMap(([alarm, own]) => {
    const fast = own.some((line, i) => {
      const earlier = own[i - CHATTER_COUNT + 1];
      return earlier !== undefined && line.timeMs - earlier.timeMs < minuteMs;
    });
    return fast ? [alarm] : [];
  });
}

function fleeting(lines: readonly AlarmTransition[], { startMs }: TimeWindow): number {
  const raised = new Map<string, number>();
  let count = 0;
  for (const { alarm, event, timeMs } of lines) {
    if (event === 'raise') raised.set(alarm, timeMs);
    const raisedMs = raised.get(alarm);
    if (event !== 'clear' || raisedMs === undefined || timeMs < startMs) continue;
    if (timeMs - raisedMs <= minuteMs) count += 1;
  }
  return count;
}

function stale(lines: readonly AlarmTransition[], endMs: number): string[] {
  const raised = new Map<string, number>();
  for (const { alarm, event, timeMs } of lines) {
    if (event === 'raise') raised.set(alarm, timeMs);
    if (event === 'clear') raised.delete(alarm);
  }
  return [...raised].filter(([, timeMs]) => endMs - timeMs > dayMs).map(([alarm]) => alarm);
}

function topTen(raises: readonly AlarmTransition[]): AlarmKpis['topTen'] {
  return [...groupBy(raises, (line) => line.alarm)]
    .map(([alarm, own]) => ({ alarm, count: own.length, share: own.length / raises.length }))
    .sort((a, b) => b.count - a.count || (a.alarm < b.alarm ? -1 : 1))
    .slice(0, TOP);
}
