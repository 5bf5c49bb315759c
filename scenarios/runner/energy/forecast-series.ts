import type { PlantCalendar } from '../../../model/calendar.ts';
import type { Plant } from '../../../model/plant.ts';
import { dayMs, quarterHourMs, type TimeWindow } from '../../../model/window.ts';
import type { ResultRow } from '../../../store/time-series-store.ts';
import { FORECAST_LEVEL, type ForecastRunDay, rollingForecast } from '../../energy/forecast-run.ts';
import { type LoadHistory, loadHistory } from '../../energy/load-days.ts';
import { meterSeries, type ResultsStore } from './meter-intervals.ts';

/** Days that the forecaster looks back, and calibrates its interval on. */
const BACK_MS = 130 * dayMs;

/**
 * Day-ahead forecast of a meter's quarters over the local days of `span`, each from what was known at its midnight, with
 * what came and what the same time last week was.
 * @returns undefined where there is no history to forecast from
 */
export async function forecastSeries(
  store: ResultsStore,
  plant: Pick<Plant, 'assets' | 'energy'>,
  meter: string,
  span: TimeWindow,
  calendar: PlantCalendar,
): Promise<readonly ForecastRunDay[] | undefined> {
  const history = await historyOf(
    store,
    plant,
    meter,
    { startMs: span.startMs - BACK_MS, endMs: span.endMs },
    calendar,
  );
  const first = Math.min(...[...history.byIndex.values()].map(({ startMs }) => startMs));
  return first < calendar.startOf('day', span.endMs - 1) ? rollingForecast(history, span) : undefined;
}

async function historyOf(
  store: ResultsStore,
  plant: Pick<Plant, 'assets' | 'energy'>,
  meter: string,
  span: TimeWindow,
  calendar: PlantCalendar,
): Promise<LoadHistory> {
  const [series] = await meterSeries(store, plant, { span, meter });
  const known = (series?.intervals ?? []).flatMap(({ startMs, value, completeness, method }) =>
    value !== undefined && (completeness >= 0.95 || method === 'estimated')
      ? [{ timeMs: startMs, value }]
      : [],
  );
  return loadHistory(known, quarterHourMs, calendar);
}

/** Rows of `energy_forecast`: what was expected of each quarter, written once, before it came. */
export function forecastRows(meter: string, unit: string, days: readonly ForecastRunDay[]): ResultRow[] {
  return days
    .flatMap(({ points }) => points)
    .map(({ timeMs, forecast, lower, upper }) => ({
      measurement: 'energy_forecast',
      series: { asset: meter },
      timeMs,
      fields: {
        ...{ value: round(forecast), lower: round(lower), upper: round(upper), level: FORECAST_LEVEL, unit },
        ...{ completeness: 1, method: 'like days, calibrated interval', edition: 'none' },
      },
    }));
}

const round = (value: number): number => Math.round(value * 1e6) / 1e6;
