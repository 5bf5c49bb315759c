import { PlantscopeError } from '../../model/error.ts';
import { dayMs, type TimeWindow } from '../../model/window.ts';
import { FORECAST_LEVEL, scoreForecast } from '../../scenarios/energy/forecast-run.ts';
import { forecastSeries } from '../../scenarios/runner/energy/forecast-series.ts';
import { meterUnit } from '../../scenarios/runner/energy/meter-unit.ts';
import type { Backend } from '../ports.ts';
import type { ForecastAnswer } from './baseline-schemas.ts';

/** A request for more days than this would forecast for minutes. */
const MOST_DAYS = 92;

/**
 * The local days that the span touches, each forecast at its midnight, beside what came and "same time last week".
 * Without any history there are no points.
 */
export async function forecastOf(backend: Backend, meter: string, span: TimeWindow): Promise<ForecastAnswer> {
  const { store, plant, calendar } = backend;
  if (span.endMs - span.startMs > MOST_DAYS * dayMs) {
    throw new PlantscopeError('invalid-time', `The span is longer than ${MOST_DAYS} days`, {
      where: 'from',
      hint: `At most ${MOST_DAYS} days are forecast in one answer.`,
    });
  }
  const endMs = calendar.startOfNext('day', calendar.startOf('day', span.endMs - 1));
  const startMs = calendar.startOf('day', span.startMs);
  const days = (await forecastSeries(store, plant, meter, { startMs, endMs }, calendar)) ?? [];
  const points = days.flatMap((day) => day.points);
  const scores = days.length === 0 ? undefined : scoreForecast(days);
  return {
    ...{ meter, unit: meterUnit(plant, meter), level: FORECAST_LEVEL },
    method: 'load of like days, newer ones counting more; interval calibrated day by day',
    ...{ edition: 'none', completeness: comeShare(points) },
    points: points.map(({ timeMs, forecast, lower, upper, actual, lastWeek }) => ({
      ...{ start: calendar.toIso(timeMs), forecast, lower, upper },
      ...(actual !== undefined && { actual }),
      ...(lastWeek !== undefined && { lastWeek }),
    })),
    ...(scores && scores.n > 0 && { compared: comparisonOf(scores) }),
  };
}

const comeShare = (points: readonly { readonly actual?: number | undefined }[]): number =>
  points.filter(({ actual }) => actual !== undefined).length / Math.max(1, points.length);

function comparisonOf({ n, coverage, rmse, mae, reference }: ReturnType<typeof scoreForecast>) {
  return {
    ...{ n, coverage, forecast: { rmse, mae }, sameTimeLastWeek: { ...reference } },
    betterPct: reference.rmse > 0 ? 100 * (1 - rmse / reference.rmse) : 0,
  };
}
