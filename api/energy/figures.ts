import type { PlantCalendar } from '../../model/calendar.ts';
import type { Plant } from '../../model/plant.ts';
import { convertedAmount } from '../../scenarios/energy/carrier-amount.ts';
import { demands, monthlyMaximumDemand } from '../../scenarios/energy/demand.ts';
import type { EnergyInterval } from '../../scenarios/energy/interval-energy.ts';
import { intervalOf } from '../../scenarios/runner/energy/stored-interval.ts';
import type { ResultRow } from '../../store/time-series-store.ts';
import type { CarbonRow, MeterDemand } from './figure-schemas.ts';
import type { Consumption } from './schemas.ts';

/**
 * Standard coal and CO2 of each carrier and year, from the meters that are part of no other.
 * A meter of the plant without any interval counts as not metered: it lowers the completeness.
 * @param consumption by year
 */
export function carbonOf(plant: Pick<Plant, 'assets'>, consumption: readonly Consumption[]): CarbonRow[] {
  const top = consumption.filter((meter) => meter.isMain && meter.parent === undefined);
  const groups = new Map<
    string,
    { carrier: string; unit: string; year: number; sum: number; share: number }
  >();
  for (const { carrier, unit, points } of top) {
    for (const { start, value, completeness } of points) {
      const year = Number(start.slice(0, 4));
      const group = groups.get(`${carrier} ${unit} ${year}`) ?? { carrier, unit, year, sum: 0, share: 0 };
      group.sum += value;
      group.share += completeness;
      groups.set(`${carrier} ${unit} ${year}`, group);
    }
  }
  return [...groups.values()].map(({ carrier, unit, year, sum, share }) => {
    const meters = plant.assets.filter(
      (asset) => asset.nature.carrier === carrier && asset.parent === undefined,
    ).length;
    const completeness = Math.min(1, share / Math.max(1, meters));
    return { year, ...convertedAmount({ carrier, amount: sum, unit, completeness }, year) };
  });
}

/** Block demand of each electricity meter's main register, with the maximum of each month. */
export function demandOf(
  plant: Pick<Plant, 'assetsById'>,
  rows: readonly ResultRow[],
  calendar: PlantCalendar,
): MeterDemand[] {
  const byMeter = new Map<string, EnergyInterval[]>();
  for (const row of rows) {
    const { asset = '', quantity = '' } = row.series;
    if (!plant.assetsById.get(asset)?.nature.quantities[quantity]?.required) continue;
    byMeter.set(asset, [...(byMeter.get(asset) ?? []), intervalOf(row)]);
  }
  return [...byMeter].map(([asset, intervals]) => {
    const all = demands(intervals, { periodMinutes: 15, slipMinutes: 15 });
    const months = [...monthlyMaximumDemand(all, calendar)].map(([month, { startMs, demandKw }]) => ({
      month,
      start: calendar.toIso(startMs),
      demandKw,
    }));
    const points = all.map(({ startMs, demandKw }) => ({ start: calendar.toIso(startMs), demandKw }));
    return { asset, completeness: all.length / intervals.length, points, months };
  });
}
