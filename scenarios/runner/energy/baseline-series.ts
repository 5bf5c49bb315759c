import type { PlantCalendar } from '../../../model/calendar.ts';
import type { BaselineSetting } from '../../../model/energy-settings.ts';
import type { Plant } from '../../../model/plant.ts';
import { dayMs, hourMs, type TimeWindow } from '../../../model/window.ts';
import type { ResultRow, TimeSeriesStore } from '../../../store/time-series-store.ts';
import { alignSeries } from '../../energy/align.ts';
import type { BaselineKind, BaselinePoint } from '../../energy/baseline.ts';
import { type BaselineReport, baselineReport } from '../../energy/baseline-report.ts';
import { meterSeries } from './meter-intervals.ts';
import { rounded } from './rounded.ts';

export type BaselineStore = Pick<TimeSeriesStore, 'results' | 'aggregates'>;

export interface BaselineAsked extends Omit<BaselineSetting, 'period' | 'daysBefore' | 'model'> {
  readonly model: BaselineKind;
  readonly baseline: TimeWindow;
  readonly reporting: TimeWindow;
}

/** The baseline period of a setting: its fixed one, or the days before what is reported. */
export const baselinePeriod = (
  { period, daysBefore }: BaselineSetting,
  { startMs }: TimeWindow,
): TimeWindow => period ?? { startMs: startMs - daysBefore * dayMs, endMs: startMs };

/**
 * Fits the baseline of a meter on its stored intervals and the outdoor temperature, and compares the reporting period with it.
 * @throws PlantscopeError as `fitBaseline`
 */
export async function meterBaseline(
  store: BaselineStore,
  plant: Plant,
  asked: BaselineAsked,
  calendar: PlantCalendar,
): Promise<BaselineReport> {
  const every = asked.every === 'day' ? dayMs : hourMs;
  const [baseline, reporting] = await Promise.all(
    [asked.baseline, asked.reporting].map((span) => pointsOf(store, plant, asked, span, every, calendar)),
  );
  return baselineReport({
    ...{ kind: asked.model, baseline: baseline ?? [], reporting: reporting ?? [], calendar },
    ...{ intervalMs: every, temperatureUnit: '°C' },
  });
}

async function pointsOf(
  store: BaselineStore,
  plant: Plant,
  { meter, temperature }: BaselineAsked,
  span: TimeWindow,
  everyMs: number,
  calendar: PlantCalendar,
): Promise<readonly BaselinePoint[]> {
  const [[series], temperatures] = await Promise.all([
    meterSeries(store, plant, { span, meter }),
    store.aggregates({ tags: [temperature], aggregate: 'mean', every: hourMs, ...span }),
  ]);
  const energy = (series?.intervals ?? []).flatMap(({ startMs, value, completeness, method }) =>
    value !== undefined && (completeness >= 0.95 || method === 'estimated')
      ? [{ timeMs: startMs, value }]
      : [],
  );
  return alignSeries(energy, temperatures[0]?.points ?? [], calendar, everyMs).points;
}

/** Rows of `energy_baseline`: each interval of the reporting period against what its baseline expects. */
export function baselineRows(meter: string, model: string, report: BaselineReport): ResultRow[] {
  const points = report.reporting?.points ?? [];
  return points.map(({ timeMs, actual, expected }) => ({
    measurement: 'energy_baseline',
    series: { asset: meter },
    timeMs,
    fields: {
      ...{ value: round(actual), expected: round(expected), deviation: round(actual - expected) },
      ...{ completeness: 1, method: model, edition: 'ISO 50006:2014' },
    },
  }));
}

/** A row of `energy_enpi`: the reporting period as a whole. */
export function enpiRows(meter: string, model: string, report: BaselineReport, timeMs: number): ResultRow[] {
  const { reporting, quality } = report;
  if (!reporting || reporting.points.length === 0) return [];
  const { enpi, actual, expected, savings, savingsPct, savingsUncertainty } = reporting;
  return [
    {
      measurement: 'energy_enpi',
      series: { asset: meter },
      timeMs,
      fields: rounded({
        ...{ value: enpi, actual, expected, savings, savingsPct, savingsUncertainty },
        ...{ r2: quality.r2, cvRmse: quality.cvRmse, nmbe: quality.nmbe, completeness: 1, method: model },
        edition: 'ISO 50006:2014; ASHRAE Guideline 14-2014',
      }),
    },
  ];
}

const round = (value: number): number => Math.round(value * 1e6) / 1e6;
