import type { PlantCalendar } from '../../model/calendar.ts';
import { hourMs } from '../../model/window.ts';
import type { EnergyInterval } from './interval-energy.ts';

/** Mean power of an interval, kW from kWh; undefined where its energy is not known. */
export const meanPowerKw = ({ startMs, endMs, value }: EnergyInterval): number | undefined =>
  value === undefined ? undefined : value / ((endMs - startMs) / hourMs);

export interface LoadFigures {
  readonly peakKw: number;
  readonly meanKw: number;
  /** mean / peak, 0 to 1. */
  readonly loadFactor: number;
  /** Power that is there nearly always: the 5th percentile of the interval powers. */
  readonly baseLoadKw: number;
  /** Base load over the whole time, as a share of the energy. */
  readonly baseLoadShare: number;
  /** Share of the time with a known value. */
  readonly completeness: number;
}

const BASE_LOAD_PERCENTILE = 0.05;

/** Figures of a load curve; undefined where no interval has a value. */
export function loadFigures(intervals: readonly EnergyInterval[]): LoadFigures | undefined {
  const powers = intervals.map(meanPowerKw).filter((power) => power !== undefined);
  if (powers.length === 0) return undefined;
  const sorted = [...powers].sort((a, b) => a - b);
  const meanKw = powers.reduce((sum, power) => sum + power, 0) / powers.length;
  const peakKw = sorted.at(-1) ?? 0;
  const baseLoadKw = sorted[Math.floor(BASE_LOAD_PERCENTILE * (sorted.length - 1))] ?? 0;
  return {
    peakKw,
    meanKw,
    loadFactor: peakKw === 0 ? 0 : meanKw / peakKw,
    baseLoadKw,
    baseLoadShare: meanKw === 0 ? 0 : baseLoadKw / meanKw,
    completeness: powers.length / intervals.length,
  };
}

/** Mean power of each hour of the week, from Monday 00:00 in plant time: 168 values, undefined where none is known. */
export function weekProfile(
  intervals: readonly EnergyInterval[],
  calendar: PlantCalendar,
): (number | undefined)[] {
  const sums = Array.from({ length: 168 }, () => ({ sum: 0, count: 0 }));
  for (const interval of intervals) {
    const power = meanPowerKw(interval);
    if (power === undefined) continue;
    const { weekday, hour } = calendar.local(interval.startMs);
    const cell = sums[(weekday - 1) * 24 + hour] as { sum: number; count: number };
    cell.sum += power;
    cell.count++;
  }
  return sums.map(({ sum, count }) => (count === 0 ? undefined : sum / count));
}

/** Load duration curve: the interval powers from the highest to the lowest. */
export const loadDurationKw = (intervals: readonly EnergyInterval[]): number[] =>
  intervals
    .map(meanPowerKw)
    .filter((power) => power !== undefined)
    .sort((a, b) => b - a);
