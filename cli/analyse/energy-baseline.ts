import type { Command } from 'commander';
import type { PlantCalendar } from '../../model/calendar.ts';
import { minuteMs, type TimeWindow } from '../../model/window.ts';
import { type AlignedSeries, alignSeries } from '../../scenarios/energy/align.ts';
import { type BaselinePoint, baselineKinds } from '../../scenarios/energy/baseline.ts';
import {
  type BaselineReport,
  baselineReport,
  type ReportingResult,
} from '../../scenarios/energy/baseline-report.ts';
import { autocorrelationRule } from '../../scenarios/energy/savings.ts';
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
  const unit = options.temperatureUnit
    ? (`°${choiceOf(options.temperatureUnit, '--temperature-unit', ['C', 'F'])}` as const)
    : undefined;
  const aligned = alignSeries(
    readSeries(options.energy, calendar),
    readSeries(options.temperature, calendar),
    calendar,
    options.every ? durationOf(options.every, '--every') : 0,
  );
  const report = baselineReport({
    kind,
    baseline: pointsIn(aligned, period),
    intervalMs: aligned.intervalMs,
    calendar,
    ...(reporting ? { reporting: pointsIn(aligned, reporting) } : {}),
    ...(unit ? { temperatureUnit: unit } : {}),
  });
  return { ...printedFit(report, aligned), ...printedReporting(report.reporting, calendar) };
}

const pointsIn = ({ points }: AlignedSeries, { startMs, endMs }: TimeWindow): BaselinePoint[] =>
  points.filter(({ timeMs }) => timeMs >= startMs && timeMs < endMs);

function printedFit(
  { model, quality, temperatureUnit }: BaselineReport,
  { intervalMs }: AlignedSeries,
): object {
  const { n, p, r2, cvRmse, nmbe, autocorrelation } = quality;
  const { kind, parameters } = model;
  return {
    model: kind,
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

function printedReporting(result: ReportingResult | undefined, calendar: PlantCalendar): object {
  if (!result) {
    return { actual: null, expected: null, savings: null, savingsPct: null, savingsUncertaintyPct: null };
  }
  const { actual, expected, savings, savingsPct, confidence } = result;
  return {
    actual,
    expected,
    savings,
    savingsPct,
    savingsUncertaintyPct: result.savingsUncertaintyPct ?? null,
    savingsUncertainty: result.savingsUncertainty ?? null,
    confidence,
    autocorrelationRule,
    enpi: result.enpi ?? null,
    reportingIntervals: result.points.length,
    intervalsWithoutExpectation: result.withoutExpectation,
    cusum: result.cusum.map(({ timeMs, cusum: value }) => ({ time: calendar.toIso(timeMs), value })),
  };
}
