import type { TimeWindow } from '../../model/window.ts';
import { dayNightLevel, energyMean, type NoisePeriod } from './noise.ts';

/** One hour of a meter. */
export interface NoiseHour {
  readonly startMs: number;
  /** Of a valid hour, dB(A). */
  readonly leq: number | undefined;
  readonly lmax: number | undefined;
  readonly period: NoisePeriod;
}

/** Levels of a day and the night that follows it within the same local day, dB(A). */
export interface NoiseDay {
  readonly dayLeq: number | undefined;
  readonly nightLeq: number | undefined;
  readonly dayHours: number;
  readonly nightHours: number;
  /** Day-night level; undefined unless both periods are valid. */
  readonly ldn: number | undefined;
  readonly nightLmax: number | undefined;
}

/** Hours that make a period's level valid: three quarters of 16 and of 8; own choice, the standard measures by hand. */
export const NOISE_HOURS_NEEDED: Readonly<Record<NoisePeriod, number>> = { day: 12, night: 6 };

/** @param hours of the local day, in any order */
export function noiseDay(hours: readonly NoiseHour[], { startMs, endMs }: TimeWindow): NoiseDay {
  const own = hours.filter((hour) => hour.startMs >= startMs && hour.startMs < endMs);
  const levels = (period: NoisePeriod): number[] =>
    own.flatMap((hour) => (hour.period === period && hour.leq !== undefined ? [hour.leq] : []));
  const [day, night] = [levels('day'), levels('night')];
  const dayLeq = day.length >= NOISE_HOURS_NEEDED.day ? energyMean(day) : undefined;
  const nightLeq = night.length >= NOISE_HOURS_NEEDED.night ? energyMean(night) : undefined;
  const peaks = own.flatMap(({ period, lmax }) => (period === 'night' && lmax !== undefined ? [lmax] : []));
  return {
    ...{ dayLeq, nightLeq, dayHours: day.length, nightHours: night.length },
    ldn: dayLeq === undefined || nightLeq === undefined ? undefined : dayNightLevel(dayLeq, nightLeq),
    nightLmax: peaks.length === 0 ? undefined : Math.max(...peaks),
  };
}
