import type { PlantCalendar } from '../../model/calendar.ts';
import type { Plant } from '../../model/plant.ts';
import { minuteMs } from '../../model/window.ts';
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
  const top = consumption.filter((meter) => meter.isMain && !meter.isVirtual && meter.parent === undefined);
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

/**
 * Block and sliding demand of each electricity meter's main register, with the maxima of each month.
 * @param slidingRows `energy_demand`
 */
export function demandOf(
  plant: Pick<Plant, 'assetsById'>,
  rows: readonly ResultRow[],
  calendar: PlantCalendar,
  slidingRows: readonly ResultRow[] = [],
): MeterDemand[] {
  const sliding = slidingOf(slidingRows);
  const byMeter = new Map<string, EnergyInterval[]>();
  for (const row of rows) {
    const { asset = '', quantity = '' } = row.series;
    if (!plant.assetsById.get(asset)?.nature.quantities[quantity]?.required) continue;
    byMeter.set(asset, [...(byMeter.get(asset) ?? []), intervalOf(row)]);
  }
  const order = [...plant.assetsById.keys()];
  const inOrder = [...byMeter].sort(([a], [b]) => order.indexOf(a) - order.indexOf(b));
  return inOrder.map(([asset, intervals]) => {
    const all = demands(intervals, { periodMinutes: 15, slipMinutes: 15 });
    const own = sliding.get(asset) ?? new Map<number, Sliding>();
    const months = [...monthlyMaximumDemand(all, calendar)].map(([month, { startMs, demandKw }]) => ({
      ...{ month, start: calendar.toIso(startMs), demandKw },
      ...slidingMaximum(own, month, calendar),
    }));
    const points = all.map(({ startMs, demandKw }) => {
      const slidingKw = own.get(startMs)?.slidingKw;
      return { start: calendar.toIso(startMs), demandKw, ...(slidingKw !== undefined && { slidingKw }) };
    });
    return { asset, completeness: all.length / intervals.length, points, months };
  });
}

interface Sliding {
  readonly slidingKw: number;
  readonly endMs: number;
}

function slidingOf(rows: readonly ResultRow[]): Map<string, Map<number, Sliding>> {
  const meters = new Map<string, Map<number, Sliding>>();
  for (const { measurement, series, timeMs, fields } of rows) {
    if (measurement !== 'energy_demand') continue;
    const own = meters.get(series.asset ?? '') ?? new Map<number, Sliding>();
    const endMs = timeMs + Number(fields.slidingEndMinute) * minuteMs;
    own.set(timeMs, { slidingKw: Number(fields.slidingKw), endMs });
    meters.set(series.asset ?? '', own);
  }
  return meters;
}

function slidingMaximum(
  sliding: ReadonlyMap<number, Sliding>,
  month: string,
  calendar: PlantCalendar,
): { slidingKw?: number; slidingEnd?: string } {
  let largest: Sliding | undefined;
  for (const one of sliding.values()) {
    const isOfMonth = calendar.dayKey(one.endMs - 1).startsWith(month);
    if (isOfMonth && (largest === undefined || one.slidingKw > largest.slidingKw)) largest = one;
  }
  return largest ? { slidingKw: largest.slidingKw, slidingEnd: calendar.toIso(largest.endMs) } : {};
}
