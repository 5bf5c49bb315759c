import type { PlantCalendar } from '../../model/calendar.ts';
import { hourMs, minuteMs, type TimeWindow } from '../../model/window.ts';
import type { EnergyInterval } from './interval-energy.ts';

/**
 * Demand period and slip of the meter. Window length = `periodMinutes`; it moves on by `slipMinutes`. A slip as long as the
 * period is the fixed block.
 * @see DL/T 698.45-2017 OI 4100 (demand period, usually 15 min) and OI 4101 (slip time)
 */
export interface DemandRule {
  readonly periodMinutes: number;
  readonly slipMinutes: number;
  /** A window with less of its time metered gives no demand. Default 0.95. */
  readonly leastCompleteness?: number;
}

export interface Demand extends TimeWindow {
  /** Mean power over the window. */
  readonly demandKw: number;
}

/**
 * Mean power of each demand window, from interval energy in kWh. The windows start at multiples of the slip since local
 * midnight if the intervals do: they are cut where the intervals are.
 * @param intervals contiguous or with gaps, ascending, each as long as the slip or a whole part of it
 */
export function demands(intervals: readonly EnergyInterval[], rule: DemandRule): Demand[] {
  const periodMs = rule.periodMinutes * minuteMs;
  const slipMs = rule.slipMinutes * minuteMs;
  const origin = intervals[0]?.startMs ?? 0;
  const result: Demand[] = [];
  let [first, next, energyKwh, coveredMs] = [0, 0, 0, 0];
  const take = (interval: EnergyInterval, sign: 1 | -1): void => {
    if (interval.value === undefined) return;
    energyKwh += sign * interval.value;
    coveredMs += sign * (interval.endMs - interval.startMs) * interval.completeness;
  };
  const last = intervals.at(-1)?.endMs ?? 0;
  for (let startMs = origin; startMs + periodMs <= last; startMs += slipMs) {
    const endMs = startMs + periodMs;
    while (next < intervals.length && (intervals[next] as EnergyInterval).endMs <= endMs)
      take(intervals[next++] as EnergyInterval, 1);
    while (first < next && (intervals[first] as EnergyInterval).startMs < startMs)
      take(intervals[first++] as EnergyInterval, -1);
    if (first === next) [energyKwh, coveredMs] = [0, 0];
    if (coveredMs < (rule.leastCompleteness ?? 0.95) * periodMs) continue;
    result.push({ startMs, endMs, demandKw: energyKwh / (periodMs / hourMs) });
  }
  return result;
}

/** The largest demand; of equal ones the first. Undefined where there is none. */
export function maximumDemand(all: readonly Demand[]): Demand | undefined {
  return all.reduce<Demand | undefined>(
    (largest, demand) => (largest === undefined || demand.demandKw > largest.demandKw ? demand : largest),
    undefined,
  );
}

/** The largest demand of each local month, by the month its window ends in; the key is `YYYY-MM`. */
export function monthlyMaximumDemand(all: readonly Demand[], calendar: PlantCalendar): Map<string, Demand> {
  const largest = new Map<string, Demand>();
  for (const demand of all) {
    const month = calendar.dayKey(demand.endMs - 1).slice(0, 7);
    const known = largest.get(month);
    if (!known || demand.demandKw > known.demandKw) largest.set(month, demand);
  }
  return largest;
}
