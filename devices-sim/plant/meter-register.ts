import type { FaultEffects } from '../faults/effect.ts';
import type { Fault, FaultKind } from '../faults/fault.ts';
import { blockOf } from '../physics/day-block.ts';
import type { Rate } from '../physics/rate.ts';

/** Shares of the three phases in a meter's power; they add up to one. */
export type PhaseShares = readonly [l1: number, l2: number, l3: number];

/** What share of the true flow a wrongly wired meter sees. */
export function meterGain(kind: FaultKind, [, l2, l3]: PhaseShares): number {
  if (kind === 'reversed-ct') return 1 - 2 * l2;
  if (kind === 'dead-phase') return 1 - l3;
  return kind === 'wrong-multiplier' ? 0.5 : 1;
}

const evenShares: PhaseShares = [1 / 3, 1 / 3, 1 / 3];

/**
 * What a meter's register shows: the integral of what the meter sees, frozen while stuck, from zero again after a reset.
 */
export function registerOf(
  rate: Rate,
  faults: FaultEffects,
  asset: string,
  start: number,
  shares: PhaseShares = evenShares,
): (timeMs: number) => number {
  const remembered = faults.registerFaults(asset);
  const seen = (timeMs: number, past: readonly Fault[]): number => {
    let total = start + rate.total(timeMs);
    for (const fault of past) {
      if (fault.startMs >= timeMs) break;
      const gain = meterGain(fault.kind, shares);
      if (gain !== 1)
        total -= (1 - gain) * (rate.total(Math.min(timeMs, fault.endMs)) - rate.total(fault.startMs));
    }
    return total;
  };
  return (timeMs) => {
    const past = remembered(blockOf(timeMs));
    const stuck = past.find(
      ({ kind, startMs, endMs }) => kind === 'stuck-register' && startMs <= timeMs && timeMs < endMs,
    );
    const readMs = stuck?.startMs ?? timeMs;
    const reset = past.findLast(({ kind, startMs }) => kind === 'meter-reset' && startMs <= readMs);
    return seen(readMs, past) - (reset ? seen(reset.startMs, past) : 0);
  };
}
