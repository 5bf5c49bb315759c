import { dayMs, minuteMs } from '../../model/window.ts';

/** Minutes of a block: profiles are computed and kept for one UTC day at a time, whatever the plant's zone. */
export const blockMinutes = 1440;

/** One value a minute of a UTC day, at each minute's start. */
export type Profile = (block: number) => Float64Array;

export const blockOf = (timeMs: number): number => Math.floor(timeMs / dayMs);

export const blockStartMs = (block: number): number => block * dayMs;

/** How many blocks of a profile are kept: a few weeks at a minute of resolution are some 300 kB a signal. */
const keptBlocks = 24;

/** The same function, with its most recent results kept. */
export function kept<T>(compute: (block: number) => T): (block: number) => T {
  const known = new Map<number, T>();
  return (block) => {
    const before = known.get(block);
    if (before !== undefined) return before;
    const result = compute(block);
    if (known.size >= keptBlocks) known.delete(known.keys().next().value ?? block);
    known.set(block, result);
    return result;
  };
}

/** A profile from a function of the minute's start. */
export function profileOf(value: (timeMs: number, minute: number, block: number) => number): Profile {
  return kept((block) => {
    const startMs = blockStartMs(block);
    const values = new Float64Array(blockMinutes);
    for (let minute = 0; minute < blockMinutes; minute += 1) {
      values[minute] = value(startMs + minute * minuteMs, minute, block);
    }
    return values;
  });
}

/** A value from up to six others; takes only as many as it names. */
type Formula = (a: number, b: number, c: number, d: number, e: number, f: number) => number;

/** A profile computed minute by minute from other profiles, at most six, in their order. */
export function combine(inputs: readonly Profile[], formula: Formula): Profile {
  return kept((block) => {
    const [a, b, c, d, e, f] = inputs.map((input) => input(block));
    const at = (column: Float64Array | undefined, minute: number) => column?.[minute] ?? 0;
    const values = new Float64Array(blockMinutes);
    for (let i = 0; i < blockMinutes; i += 1) {
      values[i] = formula(at(a, i), at(b, i), at(c, i), at(d, i), at(e, i), at(f, i));
    }
    return values;
  });
}

/**
 * First-order lag (a thermal mass, a basin) of a profile. Settles over seven time constants of the past, so that the
 * result depends on nothing older than that and any block can be asked for alone.
 * @param tauMin time constant, minutes; at most 200
 */
export function lagged(input: Profile, tauMin: number): Profile {
  const step = 1 - Math.exp(-1 / tauMin);
  const settleMinutes = Math.min(blockMinutes, Math.ceil(7 * tauMin));
  return kept((block) => {
    const past = input(block - 1);
    let level = past[blockMinutes - settleMinutes] ?? 0;
    for (let i = blockMinutes - settleMinutes; i < blockMinutes; i += 1)
      level += step * ((past[i] ?? 0) - level);
    const present = input(block);
    const values = new Float64Array(blockMinutes);
    for (let i = 0; i < blockMinutes; i += 1) {
      level += step * ((present[i] ?? 0) - level);
      values[i] = level;
    }
    return values;
  });
}

/** The value at an instant: straight lines between the minutes. */
export function interpolate(profile: Profile, timeMs: number): number {
  const block = blockOf(timeMs);
  const minute = Math.floor((timeMs - blockStartMs(block)) / minuteMs);
  const fraction = (timeMs - blockStartMs(block)) / minuteMs - minute;
  const from = profile(block)[minute] ?? 0;
  if (fraction === 0) return from;
  const to = minute + 1 < blockMinutes ? profile(block)[minute + 1] : profile(block + 1)[0];
  return from + ((to ?? 0) - from) * fraction;
}

/** The value at an instant: that of the minute it is in. */
export function atMinute(profile: Profile, timeMs: number): number {
  const block = blockOf(timeMs);
  return profile(block)[Math.floor((timeMs - blockStartMs(block)) / minuteMs)] ?? 0;
}
