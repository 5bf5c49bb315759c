import type { PlantCalendar } from '../../model/calendar.ts';
import { hourMs, overlapMs, type TimeWindow } from '../../model/window.ts';
import type { EnergyInterval } from './interval-energy.ts';

/** A stretch in which a machine did not produce, from the equipment scenario. */
export interface StateWindow extends TimeWindow {
  readonly state: 'running' | 'idle' | 'stopped' | 'unknown';
}

export interface IdleConsumption {
  readonly state: 'idle' | 'stopped';
  readonly hours: number;
  readonly energyKwh: number;
  /** "Machine stopped but drawing 12 kW". */
  readonly meanKw: number;
}

/**
 * Energy drawn while the machine was idle or stopped. Only intervals that lie within one state count whole; one across a change is
 * split by time.
 * @param states in time order, not overlapping
 */
export function idleConsumption(
  intervals: readonly EnergyInterval[],
  states: readonly StateWindow[],
): IdleConsumption[] {
  return (['idle', 'stopped'] as const).flatMap((state) => {
    const { energyKwh, ms } = energyDuring(
      intervals,
      states.filter((window) => window.state === state),
    );
    return ms === 0 ? [] : [{ state, hours: ms / hourMs, energyKwh, meanKw: energyKwh / (ms / hourMs) }];
  });
}

/** Energy and known time of the intervals within the windows. */
export function energyDuring(
  intervals: readonly EnergyInterval[],
  windows: readonly TimeWindow[],
): { energyKwh: number; ms: number } {
  let [energyKwh, ms, first] = [0, 0, 0];
  for (const interval of intervals) {
    if (interval.value === undefined) continue;
    while (first < windows.length && (windows[first] as TimeWindow).endMs <= interval.startMs) first++;
    for (let i = first; i < windows.length && (windows[i] as TimeWindow).startMs < interval.endMs; i++) {
      const shared = overlapMs(interval, windows[i] as TimeWindow);
      ms += shared;
      energyKwh += (interval.value * shared) / (interval.endMs - interval.startMs);
    }
  }
  return { energyKwh, ms };
}

/** The nights of a span, local time. @param fromHour 0 to 23, of the evening; @param toHour of the next morning */
export function nights(span: TimeWindow, calendar: PlantCalendar, fromHour = 22, toHour = 6): TimeWindow[] {
  return calendar.windows('day', { startMs: span.startMs - 1, endMs: span.endMs }).flatMap((day) => {
    const { year, month, day: date } = calendar.local(day.startMs);
    const startMs = Math.max(span.startMs, calendar.instantMs(year, month, date, fromHour));
    const endMs = Math.min(span.endMs, calendar.instantMs(year, month, date + 1, toHour));
    return startMs < endMs ? [{ startMs, endMs }] : [];
  });
}
