import { PlantscopeError } from '../../../model/error.ts';
import { minuteMs, quarterHourMs } from '../../../model/window.ts';
import { convertedAmount } from '../../energy/carrier-amount.ts';
import { demands, maximumDemand } from '../../energy/demand.ts';
import { type EnergyInterval, intervalEnergy } from '../../energy/interval-energy.ts';
import type { RegisterLeg } from '../../energy/register-legs.ts';
import { energyCost } from '../../energy/tariff-cost.ts';
import type { TariffCalendar } from '../../energy/tariff-periods.ts';
import type { JobRow } from '../job.ts';

export const DEMAND_EDITION = 'DL/T 698.45-2017';

/**
 * Demand of the quarter of an hour as a block, and the largest of the windows of the same length that end in it and move on
 * by a minute. Without a known block there is no row.
 */
export function demandRow(
  series: JobRow['series'],
  interval: EnergyInterval,
  legs: readonly RegisterLeg[],
): JobRow[] {
  const [block] = demands([interval], { periodMinutes: 15, slipMinutes: 15 });
  if (!block) return [];
  const sliding = slidingMaximum(interval, legs) ?? { demandKw: block.demandKw, endMs: block.endMs };
  return [
    {
      measurement: 'energy_demand',
      series,
      fields: {
        ...{
          value: round(block.demandKw),
          unit: 'kW',
          slidingKw: round(Math.max(sliding.demandKw, block.demandKw)),
        },
        slidingEndMinute: Math.round((sliding.endMs - interval.startMs) / minuteMs),
        ...{ completeness: round(interval.completeness), method: 'register', edition: DEMAND_EDITION },
      },
    },
  ];
}

function slidingMaximum({ startMs, endMs }: EnergyInterval, legs: readonly RegisterLeg[]) {
  const firstMs = startMs - quarterHourMs + minuteMs;
  const minutes = Array.from({ length: (endMs - firstMs) / minuteMs }, (_, index) => ({
    startMs: firstMs + index * minuteMs,
    endMs: firstMs + (index + 1) * minuteMs,
  }));
  return maximumDemand(demands(intervalEnergy(legs, minutes), { periodMinutes: 15, slipMinutes: 1 }));
}

/** Cost by time of use; no row for a day before the first tariff version. */
export function costRow(
  series: JobRow['series'],
  interval: EnergyInterval,
  tariff: TariffCalendar,
  unit: string,
): JobRow[] {
  try {
    const { cost, currency, periods, editions } = energyCost([interval], tariff, unit);
    return [
      {
        measurement: 'energy_cost',
        series,
        fields: {
          ...{ value: round(cost), unit: currency, period: periods.map(({ period }) => period).join('+') },
          ...{ completeness: round(interval.completeness), method: 'time-of-use' },
          edition: editions.join('; '),
        },
      },
    ];
  } catch (error) {
    if (error instanceof PlantscopeError && error.code === 'tariff-not-in-force') return [];
    throw error;
  }
}

/** Standard coal and CO2 by the year's factors; no row for a carrier without a factor. */
export function carbonRow(
  series: JobRow['series'],
  { value = 0, completeness }: EnergyInterval,
  { carrier, unit, year }: { readonly carrier: string; readonly unit: string; readonly year: number },
): JobRow[] {
  const row = convertedAmount({ carrier, amount: value, unit, completeness }, year);
  if (row.kgce === undefined) return [];
  return [
    {
      measurement: 'energy_carbon',
      series,
      fields: {
        ...{ kgce: round(row.kgce), ...(row.kgCo2 !== undefined && { kgCo2: round(row.kgCo2) }) },
        ...{ completeness: round(completeness), method: row.assumption ?? 'factor' },
        edition: [row.coalEdition, row.carbonEdition].filter((one) => one !== undefined).join('; '),
      },
    },
  ];
}

const round = (value: number): number => Math.round(value * 1e9) / 1e9;
