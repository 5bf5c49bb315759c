import { substituteWaterHours } from './water-hour.ts';

/** One hour of an outlet for one pollutant. */
export interface WaterHour {
  /** Valid mean, mg/L (pH: pH); undefined where missing or invalid. */
  readonly value: number | undefined;
  /** Water discharged in the hour, m3; undefined where the flow is not known. */
  readonly volumeM3: number | undefined;
}

export interface WaterDay {
  readonly hours: number;
  readonly validHours: number;
  /** Hours in which water flowed, as far as known. */
  readonly dischargingHours: number;
  /** Enough valid hours among those with discharge. */
  readonly valid: boolean;
  /** Of the valid hours, weighted by flow; pH and hours without flow: the plain mean. */
  readonly mean: number | undefined;
  readonly volumeM3: number;
  readonly measuredKg: number;
  /** From substituted values; 0 for pH. */
  readonly substitutedKg: number;
}

/** Share of the discharging hours that a valid day needs; a parameter, texts differ. @see HJ 356-2019 */
export const WATER_DAY_SHARE = 0.75;

/**
 * A day (or any longer period) of one pollutant. Missing hours enter the mass only: with the mean of as many valid hours
 * before the gap as the gap is long, and the mean flow of those hours where the flow is missing too.
 * @param before valid hours before the period, to substitute from
 * @see HJ 356-2019
 */
export function waterDay(
  hours: readonly WaterHour[],
  before: readonly WaterHour[] = [],
  shareNeeded = WATER_DAY_SHARE,
): WaterDay {
  const valid = hours.filter(({ value }) => value !== undefined);
  const discharging = hours.filter(({ volumeM3 }) => volumeM3 === undefined || volumeM3 > 0);
  const validDischarging = discharging.filter(({ value }) => value !== undefined);
  const all = [...before, ...hours];
  const values = substituteWaterHours(
    all.map(({ value }) => value),
    'mean',
  ).slice(before.length);
  const volumes = substituteWaterHours(
    all.map(({ volumeM3 }) => volumeM3),
    'mean',
  ).slice(before.length);
  const massOf = (i: number): number => ((values[i]?.value ?? 0) * (volumes[i]?.value ?? 0)) / 1000;
  const isSubstituted = (i: number): boolean => !!values[i]?.substituted || !!volumes[i]?.substituted;
  const sum = (wanted: boolean): number =>
    hours.reduce((total, _, i) => (isSubstituted(i) === wanted ? total + massOf(i) : total), 0);
  return {
    ...{ hours: hours.length, validHours: valid.length, dischargingHours: discharging.length },
    valid: discharging.length > 0 && validDischarging.length >= shareNeeded * discharging.length,
    mean: flowWeighted(valid),
    volumeM3: hours.reduce((total, { volumeM3 }) => total + (volumeM3 ?? 0), 0),
    ...{ measuredKg: sum(false), substitutedKg: sum(true) },
  };
}

function flowWeighted(hours: readonly WaterHour[]): number | undefined {
  const known = hours.flatMap(({ value, volumeM3 }) => (value === undefined ? [] : [{ value, volumeM3 }]));
  const volume = known.reduce((total, { volumeM3 = 0 }) => total + volumeM3, 0);
  if (known.length === 0) return undefined;
  if (volume === 0) return known.reduce((total, { value }) => total + value, 0) / known.length;
  return known.reduce((total, { value, volumeM3 = 0 }) => total + value * volumeM3, 0) / volume;
}
