import type { PlantCalendar } from '../../model/calendar.ts';
import { minuteMs } from '../../model/window.ts';
import { type BaselineKind, type BaselineModel, type BaselinePoint, fitBaseline } from './baseline.ts';
import { type CusumPoint, cusum, energyPerformanceIndicator } from './enpi.ts';
import { type ActualExpected, type ModelQuality, modelQuality } from './model-quality.ts';
import { type SavingsResult, savingsWithUncertainty } from './savings.ts';

export interface BaselineRequest {
  readonly kind: BaselineKind;
  readonly baseline: readonly BaselinePoint[];
  readonly reporting?: readonly BaselinePoint[];
  readonly intervalMs: number;
  readonly calendar: PlantCalendar;
  /** Default: told from the baseline's temperatures. */
  readonly temperatureUnit?: '°C' | '°F';
}

export interface BaselineReport {
  readonly model: BaselineModel;
  readonly quality: ModelQuality;
  readonly temperatureUnit: '°C' | '°F';
  /** Baseline period, for the scatter plot. */
  readonly fitted: readonly ActualExpected[];
  readonly reporting: ReportingResult | undefined;
}

export interface ReportingResult extends SavingsResult {
  /** actual / expected; undefined where nothing was expected. */
  readonly enpi: number | undefined;
  readonly cusum: readonly CusumPoint[];
  readonly points: readonly ActualExpected[];
  /** Intervals of the period the model has no expectation for: left out of both sums. */
  readonly withoutExpectation: number;
}

/**
 * Fits a baseline and, where a reporting period is given, counts its savings.
 * @throws PlantscopeError as {@link fitBaseline}
 */
export function baselineReport(request: BaselineRequest): BaselineReport {
  const { kind, baseline, reporting, intervalMs, calendar } = request;
  const temperatureUnit = request.temperatureUnit ?? temperatureUnitOf(baseline);
  const model = fitBaseline(kind, baseline, {
    calendar,
    intervalMinutes: intervalMs / minuteMs,
    temperatureUnit,
  });
  const fitted = compare(baseline, model);
  const quality = modelQuality(fitted, model.parameterCount, intervalMs);
  return {
    model,
    quality,
    temperatureUnit,
    fitted,
    reporting: reporting && reportingResult(reporting, model, quality, intervalMs),
  };
}

/** Outdoor air is never above 57 °C; a series that is must be in °F. */
export const temperatureUnitOf = (points: readonly Pick<BaselinePoint, 'temperature'>[]): '°C' | '°F' =>
  points.some((point) => point.temperature > 57) ? '°F' : '°C';

function compare(points: readonly BaselinePoint[], model: BaselineModel): ActualExpected[] {
  return points.flatMap((point) => {
    const expected = model.predict(point);
    return expected === undefined ? [] : [{ timeMs: point.timeMs, actual: point.energy, expected }];
  });
}

function reportingResult(
  points: readonly BaselinePoint[],
  model: BaselineModel,
  quality: ModelQuality,
  intervalMs: number,
): ReportingResult | undefined {
  const compared = compare(points, model);
  if (compared.length === 0) return undefined;
  const totals = {
    actual: compared.reduce((sum, { actual }) => sum + actual, 0),
    expected: compared.reduce((sum, { expected }) => sum + expected, 0),
    m: compared.length,
  };
  return {
    ...savingsWithUncertainty(quality, totals, intervalMs),
    enpi: energyPerformanceIndicator(compared),
    cusum: cusum(compared),
    points: compared,
    withoutExpectation: points.length - compared.length,
  };
}
