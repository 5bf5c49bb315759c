/** Noise of one interval, dB(A). */
export interface NoiseFigures {
  readonly leq: number;
  /** Levels exceeded 10, 50 and 90 % of the time. */
  readonly l10: number;
  readonly l50: number;
  readonly l90: number;
  readonly lmax: number;
}

/** @param levels sound levels at even intervals, dB(A) @returns undefined without any level */
export function noiseFigures(levels: readonly number[]): NoiseFigures | undefined {
  const ascending = [...levels].sort((a, b) => a - b);
  const lmax = ascending.at(-1);
  if (lmax === undefined) return undefined;
  return {
    leq: energyMean(levels),
    l10: percentile(ascending, 0.9),
    l50: percentile(ascending, 0.5),
    l90: percentile(ascending, 0.1),
    lmax,
  };
}

/** Level of the mean sound energy, dB. @see GB 12348-2008 3.3: equivalent continuous A-weighted level */
export function energyMean(levels: readonly number[]): number {
  return 10 * Math.log10(levels.reduce((sum, level) => sum + 10 ** (level / 10), 0) / levels.length);
}

/** Linear between the two neighbours of the rank. */
function percentile(ascending: readonly number[], share: number): number {
  const rank = share * (ascending.length - 1);
  const low = ascending[Math.floor(rank)] ?? 0;
  const high = ascending[Math.ceil(rank)] ?? low;
  return low + (high - low) * (rank - Math.floor(rank));
}

export type NoisePeriod = 'day' | 'night';

/** Day is 06:00 to 22:00 local. */
export const noisePeriodOf = (localHour: number): NoisePeriod =>
  localHour >= 6 && localHour < 22 ? 'day' : 'night';

/** Day-night level of 16 h day and 8 h night, the night with 10 dB added; dB(A). */
export function dayNightLevel(dayLeq: number, nightLeq: number): number {
  return 10 * Math.log10((16 * 10 ** (dayLeq / 10) + 8 * 10 ** ((nightLeq + 10) / 10)) / 24);
}

export const NOISE_EDITION = 'GB 12348-2008';

/** Limits at the boundary of a factory by acoustic class, dB(A). @see GB 12348-2008 table 1 */
export const NOISE_LIMITS: Readonly<Record<string, Readonly<Record<NoisePeriod, number>>>> = {
  '0': { day: 50, night: 40 },
  '1': { day: 55, night: 45 },
  '2': { day: 60, night: 50 },
  '3': { day: 65, night: 55 },
  '4': { day: 70, night: 55 },
};

/** Greatest level of a frequent and of an occasional noise burst at night, dB above the limit. @see GB 12348-2008 4.1 */
export const NIGHT_BURST_ALLOWANCE_DB = { frequent: 10, occasional: 15 } as const;

/**
 * Level without the background, dB(A); undefined where the difference is below 3 dB and the measurement not usable.
 * The standard's correction: 3 dB off at a difference of 3, 2 at 4 to 5, 1 at 6 to 10, none above 10.
 * @see GB 12348-2008 5.7, HJ 706-2014
 */
export function withoutBackground(measured: number, background: number): number | undefined {
  const difference = Math.round(measured - background);
  if (measured - background < 3) return undefined;
  if (difference <= 3) return measured - 3;
  if (difference <= 5) return measured - 2;
  return difference <= 10 ? measured - 1 : measured;
}
