import type { Asset } from '../../../model/plant.ts';
import { quarterHourMs, type TimeWindow } from '../../../model/window.ts';
import type { ResultRow } from '../../../store/time-series-store.ts';
import type { EnergyInterval, IntervalMethod } from '../../energy/interval-energy.ts';

/** The register that counts as the consumption of a meter. */
export const mainQuantity = ({ nature }: Pick<Asset, 'nature'>): string | undefined =>
  Object.entries(nature.quantities).find(([, { required, cumulates }]) => required && cumulates)?.[0];

/** The part of a span that whole intervals of the runner fill; undefined where there is none. */
export function wholeIntervals({ startMs, endMs }: TimeWindow): (TimeWindow & { count: number }) | undefined {
  const firstMs = Math.ceil(startMs / quarterHourMs) * quarterHourMs;
  const count = Math.floor((endMs - firstMs) / quarterHourMs);
  return count > 0 ? { startMs: firstMs, endMs: firstMs + count * quarterHourMs, count } : undefined;
}

export const intervalOf = ({ timeMs, fields }: ResultRow): EnergyInterval => ({
  startMs: timeMs,
  endMs: timeMs + quarterHourMs,
  value: fields.value === undefined ? undefined : Number(fields.value),
  completeness: Number(fields.completeness ?? 1),
  method: String(fields.method ?? 'measured') as IntervalMethod,
});
