import type { Asset } from '../../../model/plant.ts';
import { quarterHourMs, type TimeWindow } from '../../../model/window.ts';
import { demands, maximumDemand } from '../../energy/demand.ts';
import { energyCost } from '../../energy/tariff-cost.ts';
import type { TariffCalendar } from '../../energy/tariff-periods.ts';
import { type Bill, billOf } from './bill.ts';
import type { EnergySources } from './energy-sources.ts';
import { filled, meterSeries } from './meter-intervals.ts';
import { monthName } from './months.ts';

export interface MonthBill {
  readonly startMs: number;
  /** `2026-11` */
  readonly month: string;
  /** Whether the month has passed. */
  readonly isComplete: boolean;
  /** Meters that are part of no other. */
  readonly supplies: Bill[];
}

/** Bills of the months that the span touches, each over the whole month as far as it has passed. */
export async function billsOf(
  sources: EnergySources,
  tariff: TariffCalendar,
  span: TimeWindow,
  nowMs: number,
): Promise<MonthBill[]> {
  const { calendar } = sources;
  const months = calendar.windows('month', span).filter(({ startMs }) => tariff.isInForce(startMs));
  const bills: MonthBill[] = [];
  for (const month of months) {
    const past = { startMs: month.startMs, endMs: Math.min(month.endMs, pastQuarter(nowMs)) };
    if (past.startMs >= past.endMs) continue;
    const supplies = await suppliesOf(sources, tariff, past);
    bills.push({
      startMs: month.startMs,
      month: monthName(month.startMs, calendar),
      isComplete: past.endMs === month.endMs,
      supplies,
    });
  }
  return bills;
}

const pastQuarter = (nowMs: number): number => Math.floor(nowMs / quarterHourMs) * quarterHourMs;

/** Meters at the boundary of the site, where a bill comes from. */
const supplyMeters = ({ plant }: EnergySources): readonly Asset[] =>
  plant.assets.filter(({ nature, parent }) => nature.carrier === 'electricity' && parent === undefined);

async function suppliesOf(sources: EnergySources, tariff: TariffCalendar, month: TimeWindow) {
  const { store, plant } = sources;
  const supplies = [];
  for (const asset of supplyMeters(sources)) {
    const query = { span: month, meter: asset.id };
    const [[active], [reactive]] = await Promise.all([
      meterSeries(store, plant, query),
      meterSeries(store, plant, { ...query, quantity: 'reactiveEnergyTotal' }),
    ]);
    // No data is not zero: nothing metered, no bill.
    if (!active || active.intervals.length === 0) continue;
    const intervals = filled(active.intervals, month);
    const largest = maximumDemand(demands(intervals, { periodMinutes: 15, slipMinutes: 15 }));
    supplies.push(
      billOf(
        {
          ...{ asset, active, month, maximumDemandKw: largest?.demandKw },
          reactive: reactive && reactive.intervals.length > 0 ? reactive : undefined,
          energyCost: energyCost(intervals, tariff, active.unit),
        },
        tariff,
      ),
    );
  }
  return supplies;
}
