import type { BaselineSetting } from '../../model/energy-settings.ts';
import { PlantscopeError } from '../../model/error.ts';
import type { TimeWindow } from '../../model/window.ts';
import { dayMs, hourMs } from '../../model/window.ts';
import type { BaselineKind } from '../../scenarios/energy/baseline.ts';
import type { BaselineReport } from '../../scenarios/energy/baseline-report.ts';
import type { ActualExpected } from '../../scenarios/energy/model-quality.ts';
import { autocorrelationRule } from '../../scenarios/energy/savings.ts';
import { baselinePeriod, meterBaseline } from '../../scenarios/runner/energy/baseline-series.ts';
import { meterUnit } from '../../scenarios/runner/energy/meter-unit.ts';
import type { Backend } from '../ports.ts';
import type { BaselineAnswer } from './baseline-schemas.ts';

export interface BaselineAsked {
  readonly meter?: string | undefined;
  readonly model?: string | undefined;
  readonly baseline?: TimeWindow | undefined;
}

/** @throws PlantscopeError `not-available` without a setting, `baseline-too-few-points`, `baseline-flat-temperature` */
export async function baselineOf(
  backend: Backend,
  asked: BaselineAsked,
  reporting: TimeWindow,
): Promise<BaselineAnswer> {
  const { store, plant, calendar } = backend;
  const setting = settingOf(backend, asked);
  const baseline = asked.baseline ?? baselinePeriod(setting, reporting);
  const model = (asked.model ?? setting.model) as BaselineKind;
  const report = await meterBaseline(store, plant, { ...setting, model, baseline, reporting }, calendar);
  const temperatures = await temperaturesOf(backend, setting, [baseline, reporting]);
  const present = ({ timeMs, actual, expected }: ActualExpected) => {
    const temperature = temperatures.get(timeMs);
    const start = calendar.toIso(timeMs);
    return { start, actual, expected, ...(temperature !== undefined && { temperature }) };
  };
  const everyMs = setting.every === 'day' ? dayMs : hourMs;
  const asWindow = { start: calendar.toIso(baseline.startMs), end: calendar.toIso(baseline.endMs) };
  return {
    ...{ meter: setting.meter, unit: meterUnit(plant, setting.meter), model, every: setting.every },
    ...{ edition: 'ISO 50006:2014; ASHRAE Guideline 14-2014', baseline: asWindow, autocorrelationRule },
    ...fitOf(report),
    completeness: Math.min(
      1,
      ((report.reporting?.points.length ?? 0) * everyMs) / (reporting.endMs - reporting.startMs),
    ),
    fitted: report.fitted.map(present),
    points: (report.reporting?.points ?? []).map(present),
    ...savingsOf(report),
    cusum: (report.reporting?.cusum ?? []).map(({ timeMs, cusum }) => ({
      start: calendar.toIso(timeMs),
      cusum,
    })),
  };
}

function settingOf({ plant }: Backend, { meter }: BaselineAsked): BaselineSetting {
  const settings = plant.energy?.baselines ?? [];
  const own = meter === undefined ? settings[0] : settings.find((one) => one.meter === meter);
  const any = own ?? settings[0];
  if (any && meter !== undefined) return { ...any, meter };
  if (any) return any;
  throw new PlantscopeError('not-available', 'The plant file has no energy baseline', {
    hint: 'Add energy: baselines: with a meter, a model and a temperature tag.',
  });
}

function fitOf({ model, quality }: BaselineReport) {
  const parameters = Object.fromEntries(
    Object.entries(model.parameters).map(([name, value]) => [
      name,
      typeof value === 'object' ? [...value] : value,
    ]),
  );
  const { r2, cvRmse, nmbe, n } = quality;
  return { parameters, r2, cvRmse, nmbe, n };
}

function savingsOf({ reporting }: BaselineReport) {
  if (!reporting) return {};
  const { actual, expected, savings, savingsPct, enpi, savingsUncertainty, savingsUncertaintyPct } =
    reporting;
  return {
    ...{ actual, expected, savings, savingsPct },
    ...(enpi !== undefined && { enpi }),
    ...(savingsUncertainty !== undefined && { savingsUncertainty }),
    ...(savingsUncertaintyPct !== undefined && { savingsUncertaintyPct }),
  };
}

/** Mean outdoor temperature of each hour or day, by its start. */
async function temperaturesOf(
  { store }: Backend,
  { temperature, every }: BaselineSetting,
  spans: readonly TimeWindow[],
): Promise<ReadonlyMap<number, number>> {
  const read = spans.map((span) =>
    store.aggregates({
      tags: [temperature],
      aggregate: 'mean',
      every: every === 'day' ? 'day' : hourMs,
      ...span,
    }),
  );
  const series = (await Promise.all(read)).flat();
  return new Map(series.flatMap(({ points }) => points.map(({ timeMs, value }) => [timeMs, value] as const)));
}
