import type { TimeWindow } from '../../model/window.ts';
import {
  type ConditionRow,
  type MachineModel,
  normalRows,
} from '../../scenarios/equipment/model/machine-model.ts';
import { normalResiduals } from '../../scenarios/equipment/normal/learned-normal.ts';
import { type RemainingLife, remainingLife } from '../../scenarios/equipment/warning/remaining-life.ts';
import type { ResultRow } from '../../store/time-series-store.ts';
import type { TrendAnswer } from './condition-schemas.ts';

const BAND_SIGMAS = 4;

/** A quantity of a running machine with the band that its load and speed explain. */
export function trendPoints(
  rows: readonly ConditionRow[],
  quantity: string,
  model: MachineModel | undefined,
): TrendAnswer['points'] {
  const trend = model?.trends[quantity];
  const inputs = normalRows(rows, quantity, model?.loadQuantity);
  const residuals = trend ? normalResiduals(trend.normal, inputs) : [];
  return rows.flatMap(({ timeMs, isRunning, values }, i) => {
    const value = values[quantity];
    if (value === undefined || !isRunning) return [];
    const residual = residuals[i];
    const expected = residual === undefined ? null : digits(value - residual);
    const reach = BAND_SIGMAS * (trend?.normal.residualScale ?? 0);
    return [
      {
        ...{ time: new Date(timeMs).toISOString(), value: digits(value), expected },
        low: expected === null ? null : digits(expected - reach),
        high: expected === null ? null : digits(expected + reach),
      },
    ];
  });
}

const digits = (value: number): number => Number(value.toPrecision(6));

const MEAN_MS = 6 * 3_600_000;

/** Time until the vibration of a machine meets the lower limit of zone D, from means of six hours of its severity. */
export function lifeBySeverity(
  rows: readonly ResultRow[],
  span: TimeWindow,
): { life: RemainingLife; limit: number | undefined; values: number } {
  const means = new Map<number, { sum: number; count: number }>();
  let limit: number | undefined;
  for (const { timeMs, fields } of rows) {
    if (typeof fields.value !== 'number' || timeMs < span.startMs) continue;
    if (typeof fields.limitCD === 'number') limit = fields.limitCD;
    const slot = Math.floor(timeMs / MEAN_MS) * MEAN_MS;
    const mean = means.get(slot) ?? { sum: 0, count: 0 };
    means.set(slot, { sum: mean.sum + fields.value, count: mean.count + 1 });
  }
  const trend = [...means].map(([timeMs, { sum, count }]) => ({ timeMs, value: sum / count }));
  const life: RemainingLife =
    limit === undefined
      ? { verdict: 'not-enough-evidence', reason: 'no-limit' }
      : remainingLife(trend, limit);
  return { life, limit, values: trend.length };
}
