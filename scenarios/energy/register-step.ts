import { hourMs } from '../../model/window.ts';

/** A reading of a cumulating register, in register units (before the multiplier). */
export interface RegisterReading {
  readonly timeMs: number;
  readonly value: number;
}

/** What is known of a meter's register. */
export interface RegisterRule {
  /** Integer digits: the register rolls over to 0 at 10^digits. */
  readonly digits: number;
  /** CT × PT, or pulse weight: energy of one register unit. Above 0. */
  readonly multiplier: number;
  /** Fastest believable rise, register units per hour, before the multiplier. Above 0. */
  readonly maxRatePerHour: number;
  /** Smallest step the register shows, register units; one such step is always believable. Default 0. */
  readonly resolution?: number;
}

/**
 * How one reading follows another. `accepted` and `rollover` carry the units between them; `reset`: the register fell and did
 * not roll over; `implausible`: it rose faster than the rule allows. Neither is booked: the units in between are not known.
 */
export type RegisterStep =
  | { readonly kind: 'accepted' | 'rollover'; readonly units: number }
  | { readonly kind: 'reset' | 'implausible'; readonly units: number };

/**
 * A fall is a rollover only where the units through the ceiling are believable in the elapsed time and less than half a turn;
 * anything else starts a new segment at the new reading and never adds the ceiling.
 * Engineering rule; no standard clause.
 */
export function registerStep(
  before: RegisterReading,
  after: RegisterReading,
  rule: RegisterRule,
): RegisterStep {
  const hours = (after.timeMs - before.timeMs) / hourMs;
  const believable = rule.maxRatePerHour * hours + (rule.resolution ?? 0);
  const units = after.value - before.value;
  // A sum of decimal steps differs from its decimal result in the last binary digits.
  const slack = 1e-9 * Math.max(1, Math.abs(after.value), Math.abs(before.value));
  if (units >= 0) return { kind: units <= believable + slack ? 'accepted' : 'implausible', units };
  const ceiling = 10 ** rule.digits;
  const wrapped = units + ceiling;
  if (wrapped <= believable + slack && wrapped < ceiling / 2) return { kind: 'rollover', units: wrapped };
  return { kind: 'reset', units };
}

export const isBooked = (step: RegisterStep): boolean => step.kind === 'accepted' || step.kind === 'rollover';
