import type { PlantCalendar } from '../../../model/calendar.ts';
import type { TimeWindow } from '../../../model/window.ts';
import type { ResultRow } from '../../../store/time-series-store.ts';
import { type ForecastPoint, scoreForecast } from '../../energy/forecast-run.ts';
import type { MeterInterval } from './meter-intervals.ts';
import { rounded } from './rounded.ts';

export interface ScoredForecast {
  readonly meter: string;
  readonly unit: string;
  readonly day: TimeWindow;
  /** `energy_forecast` of the day, as it was made before the day. */
  readonly forecast: readonly ResultRow[];
  /** The day's quarters, and those of a week before. */
  readonly actual: readonly MeterInterval[];
  readonly lastWeek: readonly MeterInterval[];
}

/** A row of `energy_forecast_score`: the day's forecast so far beside "same time last week" of the wall clock. */
export function forecastScoreRows(scored: ScoredForecast, calendar: PlantCalendar): ResultRow[] {
  const { meter, unit, day, forecast } = scored;
  const [actual, lastWeek] = [scored.actual, scored.lastWeek].map(
    (intervals) => new Map(intervals.map(({ startMs, value }) => [startMs, value])),
  );
  const points = forecast
    .filter(({ fields }) => fields.withdrawn !== true)
    .map(
      ({ timeMs, fields }): ForecastPoint => ({
        ...{ timeMs, forecast: Number(fields.value) },
        ...{ lower: Number(fields.lower), upper: Number(fields.upper) },
        actual: actual?.get(timeMs),
        lastWeek: lastWeek?.get(weekBefore(timeMs, calendar)),
      }),
    );
  const scores = points.length === 0 ? undefined : scoreForecast([{ dateMs: day.startMs, points }]);
  if (!scores || scores.n === 0) return [];
  const { n, rmse, mae, coverage, reference, level } = scores;
  return [
    {
      measurement: 'energy_forecast_score',
      series: { asset: meter },
      timeMs: day.startMs,
      fields: rounded({
        ...{ value: rmse, unit, mae, coverage, level, n },
        ...{ lastWeekRmse: reference.rmse, lastWeekMae: reference.mae },
        ...{ completeness: n / points.length, method: 'forecast of the midnight before', edition: 'none' },
      }),
    },
  ];
}

export function weekBefore(timeMs: number, calendar: PlantCalendar): number {
  const { year, month, day, hour, minute } = calendar.local(timeMs);
  return calendar.instantMs(year, month, day - 7, hour, minute);
}
