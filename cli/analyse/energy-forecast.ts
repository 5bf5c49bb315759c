import type { Command } from 'commander';
import type { PlantCalendar } from '../../model/calendar.ts';
import { PlantscopeError } from '../../model/error.ts';
import { dayMs } from '../../model/window.ts';
import { medianStepMs, type TimedValue } from '../../scenarios/energy/align.ts';
import { type ForecastRunDay, rollingForecast, scoreForecast } from '../../scenarios/energy/forecast-run.ts';
import {
  type IntervalStamp,
  intervalStamps,
  intervalStartOf,
} from '../../scenarios/energy/interval-stamp.ts';
import { loadHistory } from '../../scenarios/energy/load-days.ts';
import { printJson } from '../io.ts';
import { calendarOf, choiceOf, durationOf, zoneOption } from './energy-options.ts';
import { parseRange, readSeriesRows, toSeries } from './energy-series.ts';

interface ForecastOptions {
  readonly energy: string;
  readonly horizon: string;
  readonly test: string;
  readonly stamp: string;
  readonly zone: string;
}

export function registerForecast(analyse: Command): void {
  analyse
    .command('forecast')
    .description('Forecast each day at its local midnight, and score it against what was metered')
    .requiredOption('--energy <file>', 'CSV: time, energy of the interval')
    .requiredOption('--test <A/B>', 'days to forecast, B not included')
    .option('--horizon <duration>', 'how far ahead, 1d', '1d')
    .option('--stamp <mark>', `what a row's time marks: ${intervalStamps.join(', ')}`, 'start')
    .option(...zoneOption)
    .action((options: ForecastOptions) => printJson(analyseForecast(options)));
}

function analyseForecast(options: ForecastOptions): object {
  const calendar = calendarOf(options.zone);
  if (durationOf(options.horizon, '--horizon') !== dayMs) {
    throw new PlantscopeError('option-out-of-range', `--horizon is "${options.horizon}"; only 1d is there`, {
      where: '--horizon',
    });
  }
  const test = parseRange(options.test, '--test', calendar);
  const stamp = choiceOf(options.stamp, '--stamp', intervalStamps);
  const { series, intervalMs } = stampedSeries(options.energy, stamp, calendar);
  const days = rollingForecast(loadHistory(series, intervalMs, calendar), test);
  const scores = scoreForecast(days);
  return {
    ...scores,
    improvement: {
      rmse: 1 - scores.rmse / scores.reference.rmse,
      mae: 1 - scores.mae / scores.reference.mae,
    },
    intervalMinutes: intervalMs / 60_000,
    days: days.map((day) => printedDay(day, calendar)),
  };
}

function stampedSeries(
  path: string,
  stamp: IntervalStamp,
  calendar: PlantCalendar,
): { series: TimedValue[]; intervalMs: number } {
  const rows = readSeriesRows(path, calendar);
  const intervalMs = medianStepMs(toSeries(rows));
  if (intervalMs <= 0)
    throw new PlantscopeError('series-too-short', `${path} has fewer than two times`, { where: path });
  const started = rows.map((row) => ({
    ...row,
    timeMs: intervalStartOf(stamp, row.timeMs, intervalMs, calendar),
  }));
  return { series: toSeries(started), intervalMs };
}

function printedDay({ dateMs, points }: ForecastRunDay, calendar: PlantCalendar): object {
  return {
    date: calendar.dayKey(dateMs),
    origin: calendar.toIso(dateMs),
    points: points.map(({ timeMs, forecast, lower, upper, actual }) => ({
      start: calendar.toIso(timeMs),
      forecast,
      lower,
      upper,
      actual: actual ?? null,
    })),
  };
}
