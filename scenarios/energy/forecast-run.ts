import { PlantscopeError } from '../../model/error.ts';
import type { TimeWindow } from '../../model/window.ts';
import { forecastDay } from './forecast.ts';
import { dayIndexOf, type LoadHistory, slotOf } from './load-days.ts';

/** Share of actual values that shall lie within the prediction interval. */
export const FORECAST_LEVEL = 0.9;
/** How far one day's misses move the share that the next day's interval leaves out. */
const CALIBRATION_RATE = 0.05;
const MISS_SHARE_RANGE = [0.002, 0.4] as const;
/** Days before the test on which the interval is calibrated. */
const WARM_UP_DAYS = 60;

export interface ForecastPoint {
  readonly timeMs: number;
  readonly forecast: number;
  readonly lower: number;
  readonly upper: number;
  readonly actual: number | undefined;
  /** Value of the same time last week. */
  readonly lastWeek: number | undefined;
}

export interface ForecastRunDay {
  readonly dateMs: number;
  readonly points: readonly ForecastPoint[];
}

export interface ForecastScores {
  readonly level: number;
  readonly rmse: number;
  readonly mae: number;
  /** Share of actual values within [lower, upper]. */
  readonly coverage: number;
  /** Intervals scored: those with a forecast, an actual value and a value of last week. */
  readonly n: number;
  /** The reference, "same time last week", over the same intervals. */
  readonly reference: { readonly rmse: number; readonly mae: number };
}

/**
 * Forecasts each local day of `test` at its midnight from what was known then, and calibrates the prediction interval day by
 * day on how many values the last ones missed.
 * @throws PlantscopeError `forecast-no-history` where no day of the test has an earlier like day
 * @see Gibbs, Candès: Adaptive Conformal Inference Under Distribution Shift, NeurIPS 2021 (the calibration rule)
 */
export function rollingForecast(history: LoadHistory, test: TimeWindow): ForecastRunDay[] {
  const first = dayIndexOf(test.startMs, history.calendar);
  const end = dayIndexOf(test.endMs - 1, history.calendar) + 1;
  const days: ForecastRunDay[] = [];
  let missShare = 1 - FORECAST_LEVEL;
  for (let index = first - WARM_UP_DAYS; index < end; index++) {
    const day = forecastPoints(history, index, missShare);
    if (index >= first) days.push(withinTest(day, test));
    missShare = calibrate(missShare, day.points);
  }
  if (days.every((day) => day.points.length === 0)) {
    throw new PlantscopeError(
      'forecast-no-history',
      'There is no data before the test period to forecast it from',
    );
  }
  return days;
}

const withinTest = ({ dateMs, points }: ForecastRunDay, { startMs, endMs }: TimeWindow): ForecastRunDay => ({
  dateMs,
  points: points.filter(({ timeMs }) => timeMs >= startMs && timeMs < endMs),
});

/** Forecast of one day with what was metered then, for the comparison. */
export function forecastPoints(history: LoadHistory, dayIndex: number, missShare: number): ForecastRunDay {
  const { calendar, intervalMs, slotsPerDay, byIndex } = history;
  const noonMs = dayIndex * 86_400_000 + 43_200_000;
  const startMs = calendar.startOf('day', noonMs - calendar.offsetMs(noonMs));
  const endMs = calendar.startOfNext('day', startMs);
  const slots = forecastDay(history, dayIndex, missShare);
  const points: ForecastPoint[] = [];
  for (let timeMs = startMs; timeMs < endMs; timeMs += intervalMs) {
    const slot = slotOf(timeMs, intervalMs, slotsPerDay, calendar);
    const made = slots[slot];
    if (!made) continue;
    const actual = byIndex.get(dayIndex)?.slots[slot];
    const lastWeek = byIndex.get(dayIndex - 7)?.slots[slot];
    points.push({ timeMs, forecast: made.value, lower: made.lower, upper: made.upper, actual, lastWeek });
  }
  return { dateMs: startMs, points };
}

/** The share that the next day's interval leaves out, given how the last one did. */
export function calibrate(missShare: number, points: readonly ForecastPoint[]): number {
  const known = points.filter((point) => point.actual !== undefined);
  if (known.length === 0) return missShare;
  const missed = known.filter((point) => !isCovered(point)).length / known.length;
  const [least, most] = MISS_SHARE_RANGE;
  return Math.min(most, Math.max(least, missShare + CALIBRATION_RATE * (1 - FORECAST_LEVEL - missed)));
}

const isCovered = ({ actual, lower, upper }: ForecastPoint): boolean =>
  actual !== undefined && actual >= lower && actual <= upper;

export function scoreForecast(days: readonly ForecastRunDay[]): ForecastScores {
  const points = days
    .flatMap((day) => day.points)
    .filter(({ actual, lastWeek }) => actual !== undefined && lastWeek !== undefined);
  const errors = points.map(({ actual, forecast }) => (actual ?? 0) - forecast);
  const reference = points.map(({ actual, lastWeek }) => (actual ?? 0) - (lastWeek ?? 0));
  return {
    level: FORECAST_LEVEL,
    rmse: rootMeanSquare(errors),
    mae: meanAbsolute(errors),
    coverage: points.filter(isCovered).length / points.length,
    n: points.length,
    reference: { rmse: rootMeanSquare(reference), mae: meanAbsolute(reference) },
  };
}

const rootMeanSquare = (values: readonly number[]): number =>
  Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);
const meanAbsolute = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + Math.abs(value), 0) / values.length;
