import type { PlantCalendar } from '../../../model/calendar.ts';
import type { Plant } from '../../../model/plant.ts';
import { quarterHourMs, type TimeWindow } from '../../../model/window.ts';
import type { ResultRow } from '../../../store/time-series-store.ts';
import { convertedAmount } from '../../energy/carrier-amount.ts';
import { demands, maximumDemand } from '../../energy/demand.ts';
import { loadFigures } from '../../energy/load-profile.ts';
import { type MeterEnergy, meterBalance } from '../../energy/meter-tree.ts';
import { powerFactor } from '../../energy/power-factor.ts';
import { energyCost } from '../../energy/tariff-cost.ts';
import type { TariffCalendar } from '../../energy/tariff-periods.ts';
import { DEMAND_EDITION } from '../jobs/energy-rows.ts';
import { filled, type MeterInterval, type MeterSeries, sumOver } from './meter-intervals.ts';
import { meterNodes } from './meter-nodes.ts';

export interface DayContext {
  readonly plant: Plant;
  readonly calendar: PlantCalendar;
  readonly tariff: TariffCalendar | undefined;
  readonly nowMs: number;
}

/** The part of a day that has passed, in whole quarters. */
export const passed = ({ startMs, endMs }: TimeWindow, nowMs: number): TimeWindow => ({
  startMs,
  endMs: Math.min(endMs, Math.floor(nowMs / quarterHourMs) * quarterHourMs),
});

/** A meter's day in one row; none where nothing of it is known. */
export function dayRow(
  series: MeterSeries,
  reactive: readonly MeterInterval[],
  day: TimeWindow,
  context: DayContext,
): ResultRow[] {
  const span = passed(day, context.nowMs);
  const { energy, completeness, estimatedShare, method } = sumOver(series.intervals, span);
  if (energy === undefined) return [];
  const year = context.calendar.local(day.startMs).year;
  const converted = convertedAmount(
    { carrier: series.carrier, amount: energy, unit: series.unit, completeness },
    year,
  );
  const editions = [converted.coalEdition, converted.carbonEdition];
  const electric = series.carrier === 'electricity' ? electricFields(series, reactive, span, context) : {};
  return [
    {
      measurement: 'energy_day',
      series: { asset: series.id, carrier: series.carrier },
      timeMs: day.startMs,
      fields: {
        ...{ value: round(energy), unit: series.unit, completeness: round(completeness) },
        ...{ estimatedShare: round(estimatedShare), method },
        ...(converted.kgce !== undefined && { kgce: round(converted.kgce) }),
        ...(converted.kgCo2 !== undefined && { kgCo2: round(converted.kgCo2) }),
        ...electric,
        edition: [...editions, electric.demandKw === undefined ? undefined : DEMAND_EDITION]
          .filter((one) => one !== undefined)
          .join('; '),
      },
    },
  ];
}

function electricFields(
  { intervals, unit }: MeterSeries,
  reactive: readonly MeterInterval[],
  span: TimeWindow,
  { tariff }: DayContext,
): Readonly<Record<string, number | string>> {
  const all = filled(intervals, span);
  const load = loadFigures(all);
  const largest = maximumDemand(demands(all, { periodMinutes: 15, slipMinutes: 15 }));
  const kvarh = sumOver(reactive, span).energy;
  const kwh = sumOver(intervals, span).energy ?? 0;
  const factor = kvarh === undefined ? undefined : powerFactor(kwh, kvarh);
  const cost = tariff?.isInForce(span.startMs) ? energyCost(all, tariff, unit) : undefined;
  return {
    ...(load && {
      ...{ peakKw: round(load.peakKw), loadFactor: round(load.loadFactor) },
      baseLoadKw: round(load.baseLoadKw),
    }),
    ...(largest && { demandKw: round(largest.demandKw) }),
    ...(factor !== undefined && { powerFactor: round(factor) }),
    ...(cost && { cost: round(cost.cost), currency: cost.currency, tariffEdition: cost.editions.join('; ') }),
  };
}

/** The day's balance of each meter that has sub-meters. */
export function balanceRows(
  plant: Pick<Plant, 'assets'>,
  series: readonly MeterSeries[],
  day: TimeWindow,
  nowMs: number,
): ResultRow[] {
  const span = passed(day, nowMs);
  const energies = new Map<string, MeterEnergy>(
    series.map(({ id, intervals }) => {
      const { energy, completeness } = sumOver(intervals, span);
      return [id, { energy, completeness }];
    }),
  );
  const rows = meterBalance(meterNodes(plant), energies);
  return rows.flatMap(({ id, carrier, unit, measured, childrenSum, knownLoss, unexplained, completeness }) =>
    measured === undefined || childrenSum === undefined
      ? []
      : [
          {
            measurement: 'energy_balance',
            series: { asset: id, carrier },
            timeMs: day.startMs,
            fields: {
              ...{ value: round(measured), childrenSum: round(childrenSum), unit },
              ...{ loss: round(knownLoss ?? 0), unexplained: round(unexplained ?? 0) },
              ...{ completeness: round(completeness), method: 'meter-tree', edition: 'none' },
            },
          },
        ],
  );
}

const round = (value: number): number => Math.round(value * 1e9) / 1e9;
