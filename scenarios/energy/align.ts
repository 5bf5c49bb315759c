import type { CalendarUnit, PlantCalendar } from '../../model/calendar.ts';
import { dayMs } from '../../model/window.ts';
import type { BaselinePoint } from './baseline.ts';

export interface TimedValue {
  readonly timeMs: number;
  readonly value: number;
}

export interface AlignedSeries {
  readonly intervalMs: number;
  readonly points: readonly BaselinePoint[];
  /** Energy intervals left out because they were incomplete or had no temperature. */
  readonly dropped: number;
}

/** Share of the finer temperature readings an interval needs. */
const TEMPERATURE_COMPLETENESS = 0.75;

/**
 * Brings energy and temperature onto one interval, the coarser of the two or `leastIntervalMs`:
 * energy is summed and an interval with a part missing is left out; temperature is the mean of at least 75 % of its readings.
 * Days and months are those of the plant's calendar.
 * @param energy ascending, each stamped at its interval's start
 */
export function alignSeries(
  energy: readonly TimedValue[],
  temperature: readonly TimedValue[],
  calendar: PlantCalendar,
  leastIntervalMs = 0,
): AlignedSeries {
  const energyEveryMs = medianStepMs(energy);
  const temperatureEveryMs = medianStepMs(temperature);
  const intervalMs = Math.max(energyEveryMs, temperatureEveryMs, leastIntervalMs);
  const startOf = intervalStart(calendar, intervalMs);
  const temperatures = bucket(temperature, startOf);
  const points: BaselinePoint[] = [];
  let dropped = 0;
  for (const [timeMs, values] of bucket(energy, startOf)) {
    const lengthMs = intervalLengthMs(calendar, intervalMs, timeMs);
    const readings = temperatures.get(timeMs) ?? [];
    const isWhole = values.length >= Math.floor(lengthMs / Math.max(energyEveryMs, 1));
    const hasTemperature =
      readings.length >= Math.max(1, TEMPERATURE_COMPLETENESS * Math.floor(lengthMs / temperatureEveryMs));
    if (isWhole && hasTemperature)
      points.push({ timeMs, energy: sum(values), temperature: sum(readings) / readings.length });
    else dropped++;
  }
  return { intervalMs, points, dropped };
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** Median distance of neighbouring times; 0 with fewer than two. */
export function medianStepMs(series: readonly TimedValue[]): number {
  const steps = series
    .slice(1)
    .map((point, index) => point.timeMs - (series[index]?.timeMs ?? 0))
    .sort((a, b) => a - b);
  return steps[Math.floor(steps.length / 2)] ?? 0;
}

function bucket(series: readonly TimedValue[], startOf: (timeMs: number) => number): Map<number, number[]> {
  const buckets = new Map<number, number[]>();
  for (const { timeMs, value } of series) {
    const start = startOf(timeMs);
    const values = buckets.get(start);
    if (values) values.push(value);
    else buckets.set(start, [value]);
  }
  return buckets;
}

function calendarUnitOf(intervalMs: number): CalendarUnit | undefined {
  if (intervalMs >= 28 * dayMs) return 'month';
  return intervalMs >= dayMs ? 'day' : undefined;
}

function intervalStart(calendar: PlantCalendar, intervalMs: number): (timeMs: number) => number {
  const unit = calendarUnitOf(intervalMs);
  if (unit) return (timeMs) => calendar.startOf(unit, timeMs);
  return (timeMs) => {
    const offset = calendar.offsetMs(timeMs);
    return Math.floor((timeMs + offset) / intervalMs) * intervalMs - offset;
  };
}

function intervalLengthMs(calendar: PlantCalendar, intervalMs: number, startMs: number): number {
  const unit = calendarUnitOf(intervalMs);
  return unit ? calendar.startOfNext(unit, startMs) - startMs : intervalMs;
}
