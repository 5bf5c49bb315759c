import { PlantscopeError } from '../../model/error.ts';
import {
  type DayType,
  dayTypes,
  minuteOfDay,
  type Tariff,
  type TariffSchedule,
  type TariffVersion,
} from '../../model/tariff.ts';

/**
 * Refuses a tariff that leaves a minute of any day without exactly one period, or a period without a price.
 * @throws PlantscopeError `tariff-invalid`; `where` names the place, as `tariff "x" version 2025-06-01 schedule 2`
 */
export function checkTariff(tariff: Tariff): void {
  const name = `tariff "${tariff.name}"`;
  if (tariff.versions.length === 0) throw refused(name, 'has no version');
  const froms = tariff.versions.map((version) => version.from);
  const twice = froms.find((from, index) => froms.indexOf(from) !== index);
  if (twice !== undefined) throw refused(name, `has two versions from ${twice}`);
  for (const version of tariff.versions) checkVersion(version, `${name} version ${version.from}`);
}

function checkVersion(version: TariffVersion, where: string): void {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(version.from) || Number.isNaN(Date.parse(version.from))) {
    throw refused(where, `"${version.from}" is not a date`);
  }
  version.schedules.forEach((schedule, index) => {
    checkSchedule(schedule, version, `${where} schedule ${index + 1}`);
  });
  checkDays(version.schedules, where);
}

function checkSchedule(schedule: TariffSchedule, version: TariffVersion, where: string): void {
  const wrongMonth = schedule.months.find((month) => !Number.isInteger(month) || month < 1 || month > 12);
  if (wrongMonth !== undefined) throw refused(where, `month ${wrongMonth} is not one of 1 to 12`);
  for (const { period } of schedule.slots) {
    const price = version.energyPrices[period];
    if (price === undefined || !Number.isFinite(price)) throw refused(where, `period ${period} has no price`);
  }
  checkSlots(schedule, where);
}

function checkSlots(schedule: TariffSchedule, where: string): void {
  const slots = schedule.slots
    .map(({ start, end }) => {
      const [from, to] = [minuteOfDay(start), minuteOfDay(end)];
      if (from === undefined || to === undefined || from >= to) {
        throw refused(where, `${start}-${end} is not a stretch of the day (write over midnight as two)`);
      }
      return { from, to, start, end };
    })
    .sort((a, b) => a.from - b.from);
  let [covered, coveredText] = [0, '00:00'];
  for (const slot of slots) {
    if (slot.from < covered)
      throw refused(where, `${slot.start}-${slot.end} overlaps what ends at ${coveredText}`);
    if (slot.from > covered) throw refused(where, `nothing covers ${coveredText}-${slot.start}`);
    [covered, coveredText] = [slot.to, slot.end];
  }
  if (covered < 1440) throw refused(where, `nothing covers ${coveredText}-24:00`);
}

/** Each month and kind of day has exactly one schedule. */
function checkDays(schedules: readonly TariffSchedule[], where: string): void {
  for (let month = 1; month <= 12; month++) {
    for (const dayType of dayTypes) {
      const count = schedules.filter((schedule) => applies(schedule, month, dayType)).length;
      if (count === 1) continue;
      throw refused(
        where,
        `month ${month}, ${dayType} days: ${count === 0 ? 'no schedule' : `${count} schedules`}`,
      );
    }
  }
}

export const applies = (schedule: TariffSchedule, month: number, dayType: DayType): boolean =>
  schedule.months.includes(month) && schedule.dayTypes.includes(dayType);

const refused = (where: string, what: string): PlantscopeError =>
  new PlantscopeError('tariff-invalid', `${where}: ${what}`, { where });
