import type { Asset } from '../../model/plant.ts';
import { quarterHourMs, type TimeWindow } from '../../model/window.ts';
import { demands, maximumDemand } from '../../scenarios/energy/demand.ts';
import { energyCost } from '../../scenarios/energy/tariff-cost.ts';
import type { TariffCalendar } from '../../scenarios/energy/tariff-periods.ts';
import { filled, meterSeries } from '../../scenarios/runner/energy/meter-intervals.ts';
import type { Backend } from '../ports.ts';
import { billOf } from './bill.ts';
import type { MonthBill } from './cost-schemas.ts';
import { monthName } from './months.ts';

/** Bills of the months that the span touches, each over the whole month as far as it has passed. */
export async function billsOf(
  backend: Backend,
  tariff: TariffCalendar,
  span: TimeWindow,
): Promise<MonthBill[]> {
  const { calendar, clock } = backend;
  const months = calendar.windows('month', span).filter(({ startMs }) => tariff.isInForce(startMs));
  const bills: MonthBill[] = [];
  for (const month of months) {
    const past = { startMs: month.startMs, endMs: Math.min(month.endMs, pastQuarter(clock.nowMs())) };
    if (past.startMs >= past.endMs) continue;
    const supplies = await suppliesOf(backend, tariff, past);
    bills.push({
      month: monthName(month.startMs, calendar),
      isComplete: past.endMs === month.endMs,
      supplies,
    });
  }
  return bills;
}

const pastQuarter = (nowMs: number): number => Math.floor(nowMs / quarterHourMs) * quarterHourMs;

/** Meters at the boundary of the site, where a bill comes from. */
const supplyMeters = ({ plant }: Backend): readonly Asset[] =>
  plant.assets.filter(({ nature, parent }) => nature.carrier === 'electricity' && parent === undefined);

async function suppliesOf(backend: Backend, tariff: TariffCalendar, month: TimeWindow) {
  const { store, plant } = backend;
  const supplies = [];
  for (const asset of supplyMeters(backend)) {
    const query = { span: month, meter: asset.id };
    const [[active], [reactive]] = await Promise.all([
      meterSeries(store, plant, query),
      meterSeries(store, plant, { ...query, quantity: 'reactiveEnergyTotal' }),
    ]);
    if (!active) continue;
    const intervals = filled(active.intervals, month);
    const largest = maximumDemand(demands(intervals, { periodMinutes: 15, slipMinutes: 15 }));
    supplies.push(
      billOf(
        {
          ...{ asset, active, month, maximumDemandKw: largest?.demandKw },
          reactive: reactive && reactive.intervals.length > 0 ? reactive : undefined,
          energyCost: energyCost(intervals, tariff, active.unit).cost,
        },
        tariff,
      ),
    );
  }
  return supplies;
}
