import type { Asset, Plant } from '../../model/plant.ts';
import type { TimeWindow } from '../../model/window.ts';
import { energyCost } from '../../scenarios/energy/tariff-cost.ts';
import type { TariffCalendar } from '../../scenarios/energy/tariff-periods.ts';
import { intervalOf, mainQuantity, wholeIntervals } from '../../scenarios/runner/energy/stored-interval.ts';
import type { ResultRow } from '../../store/time-series-store.ts';
import type { MeterCost } from './cost-schemas.ts';

/**
 * What the energy of each electricity meter costs by time of use, over the whole intervals of the span.
 * A meter without any interval has no cost: no data is not zero.
 * @param rows `energy_interval` of the span
 * @throws PlantscopeError `tariff-not-in-force`
 */
export function costOf(
  plant: Pick<Plant, 'assets'>,
  rows: readonly ResultRow[],
  tariff: TariffCalendar,
  span: TimeWindow,
): MeterCost[] {
  const byMeter = groupByMeter(rows);
  return plant.assets
    .filter(({ nature }) => nature.carrier === 'electricity')
    .map((asset) => meterCost(asset, byMeter.get(`${asset.id} ${mainQuantity(asset)}`) ?? [], tariff, span));
}

function groupByMeter(rows: readonly ResultRow[]): Map<string, ResultRow[]> {
  const meters = new Map<string, ResultRow[]>();
  for (const row of rows) {
    const key = `${row.series.asset} ${row.series.quantity}`;
    const meter = meters.get(key);
    if (meter) meter.push(row);
    else meters.set(key, [row]);
  }
  return meters;
}

function meterCost(
  { id, parent, nature }: Asset,
  rows: readonly ResultRow[],
  tariff: TariffCalendar,
  span: TimeWindow,
): MeterCost {
  const whole = wholeIntervals(span);
  const intervals = rows
    .map(intervalOf)
    .filter(({ startMs, endMs }) => whole && startMs >= whole.startMs && endMs <= whole.endMs);
  const meter = { asset: id, ...(parent !== undefined && { parent }) };
  if (!whole || intervals.length === 0) return { ...meter, completeness: 0, periods: [], editions: [] };
  const unit = nature.quantities[mainQuantity({ nature }) ?? '']?.unit;
  const { energy, cost, periods, editions, completeness } = energyCost(intervals, tariff, unit);
  return {
    ...meter,
    ...{ energy, cost },
    completeness: Math.min(1, (completeness * intervals.length) / whole.count),
    ...{ periods: [...periods], editions: [...editions] },
  };
}
