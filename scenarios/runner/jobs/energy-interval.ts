import { PlantCalendar } from '../../../model/calendar.ts';
import type { Asset, Plant } from '../../../model/plant.ts';
import { dayMs, quarterHourMs, type TimeWindow } from '../../../model/window.ts';
import { type EnergyInterval, intervalEnergy } from '../../energy/interval-energy.ts';
import type { RegisterLeg } from '../../energy/register-legs.ts';
import { TariffCalendar } from '../../energy/tariff-periods.ts';
import type { EnergyEdits, IntervalEdit } from '../energy/energy-edits.ts';
import type { Job, JobReadings, JobRow, JobSubject } from '../job.ts';
import { carbonRow, costRow, demandRow } from './energy-rows.ts';
import { type MeterRegister, meterRegister, registerHistory } from './meter-register.ts';

interface MeterSubject extends JobSubject {
  readonly registers: readonly MeterRegister[];
  readonly calendar: PlantCalendar;
  readonly tariff: TariffCalendar | undefined;
}

/**
 * Consumption of each meter in each quarter of an hour, from its register; and what follows from it at once: demand, cost,
 * standard coal and CO2.
 */
export const energyIntervalJob: Job = energyIntervalJobWith(undefined);

/** @param edits values that persons put in place of intervals; the metered one stays as `original` */
export function energyIntervalJobWith(edits: Pick<EnergyEdits, 'of'> | undefined): Job {
  return {
    measurement: 'energy_interval',
    alsoWrites: ['energy_demand', 'energy_cost', 'energy_carbon'],
    windowMs: quarterHourMs,
    reachMs: quarterHourMs,
    bridgeMs: 35 * dayMs,
    subjects: metersOf,
    compute: (subject, window, readings) =>
      (subject as MeterSubject).registers.flatMap((register) =>
        registerRows(subject as MeterSubject, register, window, readings, edits),
      ),
  };
}

function metersOf(plant: Plant): MeterSubject[] {
  const calendar = new PlantCalendar(plant.site.timeZone);
  const tariff = plant.tariff && new TariffCalendar(plant.tariff, calendar);
  return plant.assets
    .filter((asset) => asset.nature.carrier !== undefined)
    .map((asset) => {
      const tags = asset.tags.filter((tag) => tag.definition.cumulates);
      return { asset, tags, calendar, tariff, registers: tags.map((tag) => meterRegister(plant, tag)) };
    });
}

function registerRows(
  { asset, calendar, tariff }: MeterSubject,
  register: MeterRegister,
  window: TimeWindow,
  readings: JobReadings,
  edits: Pick<EnergyEdits, 'of'> | undefined,
): JobRow[] {
  const { tag } = register;
  const { legs } = registerHistory(register, readings.of(tag.quantity));
  const isMain = tag.definition.required === true;
  const metered = intervalEnergy(legs, [window])[0];
  const edit = isMain ? edits?.of(asset.id, window.startMs) : undefined;
  if (!metered || (metered.value === undefined && !edit)) return [];
  const interval = edit ? { ...metered, value: edit.value } : metered;
  const series = { asset: asset.id, carrier: asset.nature.carrier ?? 'other', quantity: tag.quantity };
  const rows: JobRow[] = [{ series, fields: intervalFields(metered, edit, tag.unit) }];
  if (!isMain) return rows;
  return [...rows, ...followingRows(asset, series, interval, legs, { calendar, tariff, unit: tag.unit })];
}

function intervalFields(
  metered: EnergyInterval,
  edit: IntervalEdit | undefined,
  unit: string,
): JobRow['fields'] {
  const fields = { unit, completeness: round(metered.completeness), edition: 'none' };
  if (!edit) return { ...fields, value: round(metered.value ?? 0), method: metered.method };
  return {
    ...{ ...fields, value: edit.value ?? 0, method: 'edited', rule: `edit by ${edit.by}: ${edit.reason}` },
    ...(metered.value !== undefined && { original: round(metered.value) }),
  };
}

function followingRows(
  asset: Asset,
  series: JobRow['series'],
  interval: EnergyInterval,
  legs: readonly RegisterLeg[],
  { calendar, tariff, unit }: Pick<MeterSubject, 'calendar' | 'tariff'> & { readonly unit: string },
): JobRow[] {
  const carrier = asset.nature.carrier ?? 'other';
  if (carrier === 'other') return [];
  const year = calendar.local(interval.startMs).year;
  return [
    ...(carrier === 'electricity' ? demandRow(series, interval, legs) : []),
    ...(carrier === 'electricity' && tariff ? costRow(series, interval, tariff, unit) : []),
    ...carbonRow(series, interval, { carrier, unit, year }),
  ];
}

/** Keeps nine decimals: enough for any register, and the same figure from the same readings. */
const round = (value: number): number => Math.round(value * 1e9) / 1e9;
