import type { TimeWindow } from '../../model/window.ts';
import type { LegKind, RegisterLeg } from './register-legs.ts';

/**
 * How an interval's value came about, the weakest part of it: `measured` between readings near each other; `rollover` the same
 * through the register's ceiling; `interpolated` spread evenly between readings further apart than the interval, or over a gap;
 * `reset` and `implausible` without the energy of a leg that is not known; `missing` without any reading; `estimated` by a rule and
 * `edited` by a person, after the register had its say; `virtual` by a formula over meters.
 */
export type IntervalMethod = RegisterMethod | 'estimated' | 'edited' | 'virtual';
type RegisterMethod = 'measured' | 'rollover' | 'interpolated' | 'implausible' | 'reset' | 'missing';

export interface EnergyInterval extends TimeWindow {
  /** Energy in the meter's unit; undefined where nothing is known: no data is not zero. */
  readonly value: number | undefined;
  readonly method: IntervalMethod;
  /** Share of the interval's time that lies between readings near each other, 0 to 1. */
  readonly completeness: number;
}

const methodOf: Readonly<Record<LegKind, RegisterMethod>> = {
  accepted: 'measured',
  rollover: 'rollover',
  gap: 'interpolated',
  implausible: 'implausible',
  reset: 'reset',
};

const weakness: Readonly<Record<RegisterMethod, number>> = {
  measured: 0,
  rollover: 1,
  interpolated: 2,
  implausible: 3,
  reset: 4,
  missing: 5,
};

/** Readings further apart than the interval is long tell its energy, but not its course. */
const coarser = (kind: LegKind): RegisterMethod =>
  kind === 'accepted' || kind === 'rollover' ? 'interpolated' : methodOf[kind];

/**
 * Energy of each window: the legs' energy spread evenly over their time, so that boundaries are interpolated and the sum over
 * windows that cover the legs is the sum over the legs.
 * @param legs in time order, not overlapping
 * @param windows in time order, not overlapping
 */
export function intervalEnergy(
  legs: readonly RegisterLeg[],
  windows: readonly TimeWindow[],
): EnergyInterval[] {
  let first = 0;
  return windows.map((window) => {
    while (first < legs.length && (legs[first] as RegisterLeg).endMs <= window.startMs) first++;
    return oneInterval(legs, first, window);
  });
}

function oneInterval(
  legs: readonly RegisterLeg[],
  first: number,
  { startMs, endMs }: TimeWindow,
): EnergyInterval {
  let value: number | undefined;
  let [method, hasLeg]: [RegisterMethod, boolean] = ['measured', false];
  let measuredMs = 0;
  for (let i = first; i < legs.length; i++) {
    const leg = legs[i] as RegisterLeg;
    if (leg.startMs >= endMs) break;
    const sharedMs = Math.min(leg.endMs, endMs) - Math.max(leg.startMs, startMs);
    hasLeg = true;
    const legMethod = leg.endMs - leg.startMs > endMs - startMs ? coarser(leg.kind) : methodOf[leg.kind];
    if (weakness[legMethod] > weakness[method]) method = legMethod;
    if (leg.energy === undefined) continue;
    value = (value ?? 0) + leg.energy * (sharedMs / (leg.endMs - leg.startMs));
    if (leg.kind === 'accepted' || leg.kind === 'rollover') measuredMs += sharedMs;
  }
  return {
    startMs,
    endMs,
    value,
    method: hasLeg ? method : 'missing',
    completeness: measuredMs / (endMs - startMs),
  };
}
