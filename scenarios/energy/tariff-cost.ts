import type { TariffPeriod } from '../../model/tariff.ts';
import { converter } from '../../model/unit.ts';
import { overlapMs } from '../../model/window.ts';
import type { EnergyInterval } from './interval-energy.ts';
import type { TariffCalendar } from './tariff-periods.ts';

export interface PeriodCost {
  readonly period: TariffPeriod;
  /** In the tariff's unit of energy. */
  readonly energy: number;
  /** In the tariff's currency. */
  readonly cost: number;
}

export interface EnergyCost {
  readonly currency: string;
  readonly periods: readonly PeriodCost[];
  readonly energy: number;
  readonly cost: number;
  /** Mean completeness of the intervals, weighted by their length; an interval without value counts 0. */
  readonly completeness: number;
  /** Documents of the versions that priced it. */
  readonly editions: readonly string[];
}

/**
 * Prices interval energy by time of use. An interval across a change of period is split by time.
 * @param unit of the intervals, where it is not the tariff's
 * @throws PlantscopeError `tariff-not-in-force`, `unit-mismatch`
 */
export function energyCost(
  intervals: readonly EnergyInterval[],
  tariff: TariffCalendar,
  unit = tariff.tariff.unit,
): EnergyCost {
  const inTariffUnit = converter(unit, tariff.tariff.unit);
  const sums = new Map<TariffPeriod, { energy: number; cost: number }>();
  const editions = new Set<string>();
  let [known, all] = [0, 0];
  for (const interval of intervals) {
    const lengthMs = interval.endMs - interval.startMs;
    all += lengthMs;
    if (interval.value === undefined) continue;
    known += lengthMs * interval.completeness;
    for (const window of tariff.windows(interval)) {
      const energy = (inTariffUnit(interval.value) * overlapMs(window, interval)) / lengthMs;
      const sum = sums.get(window.period) ?? { energy: 0, cost: 0 };
      sums.set(window.period, { energy: sum.energy + energy, cost: sum.cost + energy * window.price });
      editions.add(window.edition);
    }
  }
  const periods = [...sums].map(([period, sum]) => ({ period, ...sum }));
  return {
    currency: tariff.tariff.currency,
    periods,
    energy: periods.reduce((sum, { energy }) => sum + energy, 0),
    cost: periods.reduce((sum, { cost }) => sum + cost, 0),
    completeness: all === 0 ? 0 : known / all,
    editions: [...editions],
  };
}
