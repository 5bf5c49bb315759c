import type { LoadDay, LoadHistory } from './load-days.ts';
import { weekdayOf } from './load-days.ts';

/** What the forecaster takes as given; the defaults hold for a plant with a weekly rhythm and shifting levels. */
export interface ForecastSettings {
  /** Weight of a past day falls by a factor e over so many days. */
  readonly memoryDays: number;
  /** Days looked back. */
  readonly lookBackDays: number;
  /** Weight of another working day, for a working day; the same weekday has 1. */
  readonly otherWorkingDayWeight: number;
  /** Weight of a day of another kind: only matters where nothing else is there. */
  readonly otherDayWeight: number;
  /**
   * A past day counts less the more the mean load of the day before it differs from yesterday's: one such width, in standard deviations, takes
   * it to 0.6. So a shutdown or a full week carries on.
   */
  readonly yesterdayWidth: number;
  /** Share of the weighted median in the point forecast; the rest is the weighted mean. */
  readonly medianShare: number;
  /** Neighbouring intervals on each side whose values widen the sample of the prediction interval. */
  readonly neighbourSlots: number;
}

export const forecastDefaults: ForecastSettings = {
  memoryDays: 42,
  lookBackDays: 70,
  otherWorkingDayWeight: 0.5,
  otherDayWeight: 0.02,
  yesterdayWidth: 1.2,
  medianShare: 0.7,
  neighbourSlots: 1,
};

export interface ForecastSlot {
  readonly value: number;
  readonly lower: number;
  readonly upper: number;
}

interface WeightedDay {
  readonly day: LoadDay;
  readonly weight: number;
}

interface WeightedValue {
  readonly value: number;
  readonly weight: number;
}

/**
 * Forecast of one local day from the days before it alone: the load of like days, newer ones counting more.
 * The prediction interval leaves out `missShare` of the weighted past values, half below and half above.
 * @param dayIndex see {@link LoadDay.index}; nothing at or after this day is read
 * @param missShare in (0, 1); 1 - level before calibration
 * @returns a slot is undefined where no earlier like day has a value near it
 */
export function forecastDay(
  history: LoadHistory,
  dayIndex: number,
  missShare: number,
  settings: ForecastSettings = forecastDefaults,
): (ForecastSlot | undefined)[] {
  const days = weightedDays(history, dayIndex, settings);
  return Array.from({ length: history.slotsPerDay }, (_, slot) => {
    const own = valuesAround(days, slot, 0);
    const near = valuesAround(days, slot, settings.neighbourSlots);
    if (own.length === 0) return undefined;
    const value =
      (1 - settings.medianShare) * weightedMean(own) + settings.medianShare * weightedQuantile(own, 0.5);
    return {
      value,
      lower: Math.min(value, weightedQuantile(near, missShare / 2)),
      upper: Math.max(value, weightedQuantile(near, 1 - missShare / 2)),
    };
  });
}

function weightedDays(history: LoadHistory, dayIndex: number, settings: ForecastSettings): WeightedDay[] {
  const weekday = weekdayOf(dayIndex);
  const afterLike = likenessOfYesterday(history, dayIndex, settings);
  const days: WeightedDay[] = [];
  for (let age = 1; age <= settings.lookBackDays; age++) {
    const day = history.byIndex.get(dayIndex - age);
    if (!day) continue;
    const freshness = Math.exp(-age / settings.memoryDays);
    days.push({ day, weight: freshness * likeness(weekday, day.weekday, settings) * afterLike(day.index) });
  }
  return days;
}

/** A day whose yesterday was quite another keeps a little weight: there may be no better one. */
const LEAST_YESTERDAY_WEIGHT = 0.02;

/** How much a past day counts by what preceded it; 1 for all where yesterday is not known or the load never differs. */
function likenessOfYesterday(
  history: LoadHistory,
  dayIndex: number,
  settings: ForecastSettings,
): (pastIndex: number) => number {
  const means = new Map<number, number>();
  for (let age = 1; age <= settings.lookBackDays + 1; age++) {
    const mean = meanOfDay(history.byIndex.get(dayIndex - age));
    if (mean !== undefined) means.set(dayIndex - age, mean);
  }
  const yesterday = means.get(dayIndex - 1);
  const width = settings.yesterdayWidth * standardDeviation([...means.values()]);
  if (yesterday === undefined || width === 0) return () => 1;
  return (pastIndex) => {
    const before = means.get(pastIndex - 1);
    if (before === undefined) return 1;
    return Math.exp(-0.5 * ((before - yesterday) / width) ** 2) + LEAST_YESTERDAY_WEIGHT;
  };
}

function meanOfDay(day: LoadDay | undefined): number | undefined {
  const known = (day?.slots ?? []).filter((value) => value !== undefined);
  return known.length === 0 ? undefined : known.reduce((sum, value) => sum + value, 0) / known.length;
}

function standardDeviation(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}

const isWorkingDay = (weekday: number): boolean => weekday <= 5;

function likeness(a: number, b: number, settings: ForecastSettings): number {
  if (a === b) return 1;
  return isWorkingDay(a) && isWorkingDay(b) ? settings.otherWorkingDayWeight : settings.otherDayWeight;
}

/** Values of the slot and its neighbours, ascending. */
function valuesAround(days: readonly WeightedDay[], slot: number, neighbours: number): WeightedValue[] {
  const values: WeightedValue[] = [];
  for (const { day, weight } of days) {
    for (let near = slot - neighbours; near <= slot + neighbours; near++) {
      const value = day.slots[near];
      if (value !== undefined) values.push({ value, weight });
    }
  }
  return values.sort((a, b) => a.value - b.value);
}

function weightedMean(values: readonly WeightedValue[]): number {
  const total = values.reduce((sum, { weight }) => sum + weight, 0);
  return values.reduce((sum, { value, weight }) => sum + value * weight, 0) / total;
}

/** @param values ascending */
function weightedQuantile(values: readonly WeightedValue[], share: number): number {
  const total = values.reduce((sum, { weight }) => sum + weight, 0);
  let passed = 0;
  for (const { value, weight } of values) {
    passed += weight;
    if (passed >= share * total) return value;
  }
  return values.at(-1)?.value ?? Number.NaN;
}
