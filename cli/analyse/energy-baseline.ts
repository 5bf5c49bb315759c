import type { Command } from 'commander';
import type { PlantCalendar } from '../../model/calendar.ts';
import { minuteMs, type TimeWindow } from '../../model/window.ts';
import { type AlignedSeries, alignSeries } from '../../scenarios/energy/align.ts';
import {
  type BaselineKind,
  type BaselineModel,
  type BaselinePoint,
  baselineKinds,
  fitBaseline,
} from '../../scenarios/energy/baseline.ts';
import { cusum, energyPerformanceIndicator } from '../../scenarios/energy/enpi.ts';
import {
  type ActualExpected,
  type ModelQuality,
  modelQuality,
} from '../../scenarios/energy/model-quality.ts';
import { autocorrelationRule, savingsWithUncertainty } from '../../scenarios/energy/savings.ts';
import { printJson } from '../io.ts';
import { calendarOf, choiceOf, durationOf, zoneOption } from './energy-options.ts';
import { parseRange, readSeries } from './energy-series.ts';

interface BaselineOptions {
  readonly energy: string;
  readonly temperature: string;
  readonly model: string;
  readonly baseline: string;
  readonly reporting?: string;
  readonly every?: string;
  readonly temperatureUnit?: string;
  readonly zone: string;
}

export function registerBaseline(analyse: Command): void {
  analyse
    .command('baseline')
    .description('Fit an energy baseline and count the savings of a reporting period')
    .requiredOption('--energy <file>', 'CSV: time, energy of the interval that starts there')
    .requiredOption('--temperature <file>', 'CSV: time, outdoor temperature')
    .requiredOption('--model <kind>', baselineKinds.join(', '))
    .requiredOption('--baseline <A/B>', 'baseline period, B not included')
    .option('--reporting <C/D>', 'reporting period, D not included')
    .option('--every <duration>', 'model at this interval (default: the coarser one of the two files)')
    .option('--temperature-unit <C|F>', 'default: told from the values')
    .option(...zoneOption)
    .action((options: BaselineOptions) => printJson(analyseBaseline(options)));
}

function analyseBaseline(options: BaselineOptions): object {
  const calendar = calendarOf(options.zone);
  const kind = choiceOf(options.model, '--model', baselineKinds);
  const period = parseRange(options.baseline, '--baseline', calendar);
  const reporting = options.reporting ? parseRange(options.reporting, '--reporting', calendar) : undefined;
  const aligned = alignSeries(
    readSeries(options.energy, calendar),
    readSeries(options.temperature, calendar),
    calendar,
    options.every ? durationOf(options.every, '--every') : 0,
  );
  const temperatureUnit = options.temperatureUnit
    ? (`°${choiceOf(options.temperatureUnit, '--temperature-unit', ['C', 'F'])}` as const)
    : temperatureUnitOf(aligned.points);
  const points = pointsIn(aligned, period);
  const model = fitBaseline(kind, points, {
    calendar,
    intervalMinutes: aligned.intervalMs / minuteMs,
    temperatureUnit,
  });
  const quality = modelQuality(pair(points, model), model.parameterCount, aligned.intervalMs);
  return {
    ...describe(kind, model, quality, temperatureUnit, aligned),
    ...(reporting ? reportPeriod(aligned, reporting, model, quality, calendar) : noReporting),
  };
}

const noReporting = {
  actual: null,
  expected: null,
  savings: null,
  savingsPct: null,
  savingsUncertaintyPct: null,
};

/** Outdoor air is never above 57 °C; a series that is must be in °F. */
const temperatureUnitOf = (points: readonly BaselinePoint[]): '°C' | '°F' =>
  points.some((point) => point.temperature > 57) ? '°F' : '°C';

const pointsIn = ({ points }: AlignedSeries, { startMs, endMs }: TimeWindow): BaselinePoint[] =>
  points.filter(({ timeMs }) => timeMs >= startMs && timeMs < endMs);

function pair(points: readonly BaselinePoint[], model: BaselineModel): ActualExpected[] {
  return points.flatMap((point) => {
    const expected = model.predict(point);
    return expected === undefined ? [] : [{ timeMs: point.timeMs, actual: point.energy, expected }];
  });
}

function describe(
  model: BaselineKind,
  { parameters }: BaselineModel,
  quality: ModelQuality,
  temperatureUnit: string,
  { intervalMs }: AlignedSeries,
): object {
  const { n, p, r2, cvRmse, nmbe, autocorrelation } = quality;
  return {
    model,
    r2,
    cvRmse,
    nmbe,
    n,
    p,
    autocorrelation,
    intervalMinutes: intervalMs / minuteMs,
    temperatureUnit,
    parameters,
  };
}

function reportPeriod(
  aligned: AlignedSeries,
  reporting: TimeWindow,
  model: BaselineModel,
  quality: ModelQuality,
  calendar: PlantCalendar,
): object {
  const points = pointsIn(aligned, reporting);
  const pairs = pair(points, model);
  const totals = {
    actual: pairs.reduce((sum, { actual }) => sum + actual, 0),
    expected: pairs.reduce((sum, { expected }) => sum + expected, 0),
    m: pairs.length,
  };
  if (totals.m === 0) return { ...noReporting, reportingIntervals: 0 };
  const result = savingsWithUncertainty(quality, totals, aligned.intervalMs);
  return {
    ...result,
    savingsUncertainty: result.savingsUncertainty ?? null,
    savingsUncertaintyPct: result.savingsUncertaintyPct ?? null,
    autocorrelationRule,
    enpi: energyPerformanceIndicator(pairs) ?? null,
    reportingIntervals: totals.m,
    intervalsWithoutExpectation: points.length - pairs.length,
    cusum: cusum(pairs).map(({ timeMs, cusum: value }) => ({ time: calendar.toIso(timeMs), value })),
  };
}
