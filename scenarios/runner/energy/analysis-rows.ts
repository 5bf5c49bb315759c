import type { TimeWindow } from '../../../model/window.ts';
import type { ResultRow } from '../../../store/time-series-store.ts';
import { fitRateTable2006 } from '../../energy/metering-fit-rate.ts';
import { ANOMALY_METHOD, anomaliesIn } from './anomalies.ts';
import type { Bill } from './bill.ts';
import type { MonthBill } from './bills.ts';
import type { EnergySources } from './energy-sources.ts';
import { fitRatesOf } from './fit-rate.ts';
import { idleOf } from './idle.ts';
import { groupings, INTENSITY_EDITION, intensityOf } from './intensity.ts';
import type { MeterSeries } from './meter-intervals.ts';
import { meterUnit } from './meter-unit.ts';
import { rounded } from './rounded.ts';
import { utilitiesOf } from './utilities.ts';

/** Rows of `energy_intensity`: a day's energy by product, area, line, machine and shift, and per unit of output. */
export async function intensityRows(sources: EnergySources, day: TimeWindow): Promise<ResultRow[]> {
  const { plant } = sources;
  const carriers = new Set(
    plant.assets.flatMap(({ nature }) => (nature.carrier === undefined ? [] : [nature.carrier])),
  );
  const rows: ResultRow[] = [];
  for (const carrier of carriers) {
    if (carrier === 'other') continue;
    for (const by of groupings) {
      for (const group of await intensityOf(sources, day, by, carrier)) {
        const { energy, output, intensity, energyUnit, outputUnit, completeness, method } = group;
        if (energy === undefined) continue;
        rows.push({
          measurement: 'energy_intensity',
          series: { group: group.group, by, carrier },
          timeMs: day.startMs,
          fields: rounded({
            ...{ value: energy, unit: energyUnit, output, outputUnit, intensity },
            ...{ completeness, method, edition: INTENSITY_EDITION },
          }),
        });
      }
    }
  }
  return rows;
}

/** Rows of `energy_idle` and `energy_night`: what machines drew while they stood, what meters counted at night. */
export async function idleRows(sources: EnergySources, day: TimeWindow): Promise<ResultRow[]> {
  const { machines, nights } = await idleOf(sources, day);
  const common = { unit: 'kWh', edition: 'none' };
  return [
    ...machines.map(({ machine, state, meter, hours, energyKwh, meanKw, completeness }) => ({
      measurement: 'energy_idle',
      series: { asset: machine, state },
      timeMs: day.startMs,
      fields: rounded({
        ...{ value: energyKwh, meanKw, hours, meter, completeness },
        ...{ ...common, method: 'quarters in one state throughout' },
      }),
    })),
    ...nights.map(({ meter, nightKwh, nightKw, share, completeness }) => ({
      measurement: 'energy_night',
      series: { asset: meter },
      timeMs: day.startMs,
      fields: rounded({
        ...{ value: nightKwh, meanKw: nightKw, share, completeness },
        ...{ ...common, method: 'quarters of the night' },
      }),
    })),
  ];
}

/** Rows of `energy_air` and `energy_boiler`. */
export async function utilityRows(sources: EnergySources, day: TimeWindow): Promise<ResultRow[]> {
  const { air, boilers } = await utilitiesOf(sources, day);
  const known = air.filter(({ energyKwh, airM3 }) => energyKwh !== undefined || airM3 !== undefined);
  const fired = boilers.filter(({ fuel, steamT }) => fuel !== undefined || steamT !== undefined);
  return [
    ...known.map(({ name, revision: _revision, specificPowerKwPerM3Min, ...figures }) => ({
      measurement: 'energy_air',
      series: { station: name },
      timeMs: day.startMs,
      fields: rounded({ value: specificPowerKwPerM3Min, unit: 'kW/(m3/min)', ...figures }),
    })),
    ...fired.map(({ name, revision: _revision, efficiency, ...figures }) => ({
      measurement: 'energy_boiler',
      series: { boiler: name },
      timeMs: day.startMs,
      fields: rounded({ value: efficiency, unit: '1', ...figures }),
    })),
  ];
}

/**
 * Rows of `energy_anomaly`, an hour each, and of `energy_anomaly_part`, what each sub-meter had in it.
 * @param series of every meter, over the day and the four weeks before
 */
export function anomalyRows(
  sources: Pick<EnergySources, 'plant' | 'calendar'>,
  meter: string,
  day: TimeWindow,
  series: readonly MeterSeries[],
): ResultRow[] {
  const unit = meterUnit(sources.plant, meter);
  const common = { unit, completeness: 1, method: ANOMALY_METHOD, edition: 'none' };
  return anomaliesIn(sources, meter, day, series).found.flatMap(({ timeMs, contributions, ...found }) => [
    {
      measurement: 'energy_anomaly',
      series: { asset: meter },
      timeMs,
      fields: rounded({
        ...{ value: found.actual, expected: found.expected, deviation: found.deviation },
        ...{ score: found.score, kind: found.kind, rest: found.rest, ...common },
      }),
    },
    ...contributions.map(({ id, actual, expected, deviation, share }) => ({
      measurement: 'energy_anomaly_part',
      series: { asset: meter, part: id },
      timeMs,
      fields: rounded({ value: actual, expected, deviation, share, ...common }),
    })),
  ]);
}

/** Rows of `energy_fit_rate`: what the plant file says on the day. */
export const fitRateRows = ({ plant }: Pick<EnergySources, 'plant'>, timeMs: number): ResultRow[] =>
  fitRatesOf(plant).map(({ carrier, level, required, installed, ratePct, leastPct, isMet }) => ({
    measurement: 'energy_fit_rate',
    series: { carrier, level },
    timeMs,
    fields: rounded({
      ...{ value: ratePct, unit: '%', required, installed, leastPct, isMet, completeness: 1 },
      ...{ method: 'installed over required', edition: fitRateTable2006.edition },
    }),
  }));

/** Rows of `energy_bill`: one supply and month, at the month's first instant. */
export const billRows = (bills: readonly MonthBill[], currency: string): ResultRow[] =>
  bills.flatMap(({ startMs, isComplete, supplies }) =>
    supplies.map((bill) => billRow(bill, { startMs, isComplete, currency })),
  );

function billRow(
  { asset, total, notes, energyEdition, basicEdition, adjustmentEdition, ...figures }: Bill,
  { startMs, isComplete, currency }: { startMs: number; isComplete: boolean; currency: string },
): ResultRow {
  const editions = [energyEdition, basicEdition, adjustmentEdition].filter((one) => one !== undefined);
  return {
    measurement: 'energy_bill',
    series: { asset },
    timeMs: startMs,
    fields: rounded({
      ...{ value: total, unit: currency, isComplete, ...figures },
      ...(notes.length > 0 && { notes: notes.join('; ') }),
      edition: editions.join('; '),
    }),
  };
}
