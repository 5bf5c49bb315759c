import type { LocalPeriod, PeriodOf } from './local-period.ts';
import type { StackHour, StackHourItem } from './stack-hour.ts';
import type { StackRules } from './stack-rules.ts';
import type { HourMass } from './stack-substitution.ts';

export type PeriodKind = 'day' | 'month' | 'quarter' | 'year';

/** One pollutant over one local period. Means are over valid, steady (not start-up or shutdown) hours. */
export interface StackPeriod {
  readonly period: string;
  readonly hours: number;
  readonly validHours: number;
  readonly operatingHours: number;
  readonly stoppedHours: number;
  readonly transientHours: number;
  /** Valid over operating hours, 0..1; undefined when the source did not run. */
  readonly capture: number | undefined;
  readonly valid: boolean;
  readonly meanMeasuredMgPerM3: number | undefined;
  readonly meanCorrectedMgPerM3: number | undefined;
  readonly measuredKg: number;
  readonly substitutedKg: number;
  readonly totalKg: number;
  /** Operating hours whose mass is neither measured nor substituted: the total is a lower bound when above zero. */
  readonly undeterminedHours: number;
}

/**
 * Reports of one pollutant by day, month, quarter or year. A day is valid by {@link StackRules.validDay}, a month by its
 * valid days; quarters and years by the capture rate of 75 % that substitution rests on.
 * @param masses of the same hours, as `substituteMass` gives them
 */
export function stackPeriods(
  kind: PeriodKind,
  hours: readonly StackHour[],
  masses: readonly HourMass[],
  pollutant: string,
  rules: StackRules,
  periodOf: PeriodOf,
): StackPeriod[] {
  const massByHour = new Map(masses.map((mass) => [mass.startMs, mass]));
  const groups = new Map<string, { place: LocalPeriod; hours: StackHour[] }>();
  for (const hour of hours) {
    const place = periodOf(hour.startMs);
    const group = groups.get(place[kind]);
    if (group === undefined) groups.set(place[kind], { place, hours: [hour] });
    else group.hours.push(hour);
  }
  return [...groups.values()].map(({ place, hours: own }) => {
    const valid = periodIsValid(kind, place, own, pollutant, rules, periodOf);
    return periodReport(place[kind], own, massByHour, pollutant, valid);
  });
}

function periodIsValid(
  kind: PeriodKind,
  place: LocalPeriod,
  hours: readonly StackHour[],
  pollutant: string,
  rules: StackRules,
  periodOf: PeriodOf,
): boolean {
  if (kind === 'day') return dayIsValid(hours, pollutant, rules);
  if (kind !== 'month')
    return (captureOf(hours, pollutant) ?? 0) >= Math.min(...rules.substitution.map((s) => s.minCapture));
  const days = new Map<string, StackHour[]>();
  for (const hour of hours) {
    const { day } = periodOf(hour.startMs);
    days.set(day, [...(days.get(day) ?? []), hour]);
  }
  const validDays = [...days.values()].filter((day) => dayIsValid(day, pollutant, rules)).length;
  const needed = place.month.endsWith('-02') ? rules.minValidDaysInFebruary : rules.minValidDaysPerMonth;
  return validDays >= needed;
}

function dayIsValid(hours: readonly StackHour[], pollutant: string, rules: StackRules): boolean {
  const valid = countStatus(hours, pollutant, 'valid');
  if ('minHours' in rules.validDay) return valid >= rules.validDay.minHours;
  const operating = valid + countStatus(hours, pollutant, 'invalid');
  return operating > 0 && valid >= rules.validDay.minShareOfOperating * operating;
}

function periodReport(
  period: string,
  hours: readonly StackHour[],
  masses: ReadonlyMap<number, HourMass>,
  pollutant: string,
  valid: boolean,
): StackPeriod {
  const steady = hours.filter((hour) => !hour.transient && hour.items[pollutant]?.status === 'valid');
  const own = hours.flatMap((hour) => masses.get(hour.startMs) ?? []);
  const measuredKg = sumMass(own, 'measured');
  const substitutedKg = sumMass(own, 'substituted');
  const stoppedHours = countStatus(hours, pollutant, 'stopped');
  return {
    period,
    hours: hours.length,
    validHours: countStatus(hours, pollutant, 'valid'),
    operatingHours: hours.length - stoppedHours,
    stoppedHours,
    transientHours: hours.filter(({ transient }) => transient).length,
    capture: captureOf(hours, pollutant),
    valid,
    meanMeasuredMgPerM3: meanOf(steady, pollutant, (item) => item.measuredMgPerM3),
    meanCorrectedMgPerM3: meanOf(steady, pollutant, (item) => item.correctedMgPerM3),
    measuredKg,
    substitutedKg,
    totalKg: measuredKg + substitutedKg,
    undeterminedHours: own.filter(({ origin }) => origin === 'undetermined').length,
  };
}

function captureOf(hours: readonly StackHour[], pollutant: string): number | undefined {
  const valid = countStatus(hours, pollutant, 'valid');
  const operating = valid + countStatus(hours, pollutant, 'invalid');
  return operating === 0 ? undefined : valid / operating;
}

function countStatus(
  hours: readonly StackHour[],
  pollutant: string,
  status: StackHourItem['status'],
): number {
  return hours.filter((hour) => hour.items[pollutant]?.status === status).length;
}

function sumMass(masses: readonly HourMass[], origin: HourMass['origin']): number {
  return masses.reduce((sum, mass) => (mass.origin === origin ? sum + (mass.massKg ?? 0) : sum), 0);
}

function meanOf(
  hours: readonly StackHour[],
  pollutant: string,
  read: (item: StackHourItem) => number | undefined,
): number | undefined {
  const values = hours.flatMap((hour) => {
    const item = hour.items[pollutant];
    const value = item === undefined ? undefined : read(item);
    return value === undefined ? [] : [value];
  });
  return values.length === 0 ? undefined : values.reduce((a, b) => a + b, 0) / values.length;
}
