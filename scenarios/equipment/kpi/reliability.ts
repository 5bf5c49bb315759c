import type { TimeWindow } from '../../../model/window.ts';
import { clipped, type MachineState, type Span } from '../state/state-span.ts';

export interface Reliability {
  /** Failures that began in the window. */
  readonly failures: number;
  readonly operatingS: number;
  readonly repairS: number;
  /** Operating time over failures; undefined without a failure. */
  readonly mtbfS: number | undefined;
  /** Repair time over failures. */
  readonly mttrS: number | undefined;
  /** MTBF / (MTBF + MTTR). */
  readonly inherentAvailability: number | undefined;
  readonly rule: typeof RELIABILITY_RULE;
}

/**
 * The common rule. ISO 22400-2 prints a divisor of failures + 1, which counts the unfinished interval as a whole one; the
 * rule goes with each figure, since both are in use.
 */
export const RELIABILITY_RULE = 'total time / number of failures';

/** Mean times between failures and to repair, from the states of one machine. Idle and stopped time is no operating time. */
export function reliability(spans: readonly Span<MachineState>[], window: TimeWindow): Reliability {
  const inside = clipped(spans, window);
  const secondsIn = (state: MachineState): number =>
    inside
      .filter((span) => span.state === state)
      .reduce((sum, { startMs, endMs }) => sum + (endMs - startMs) / 1000, 0);
  const failures = spans.filter(
    ({ state, startMs }) => state === 'fault' && startMs >= window.startMs && startMs < window.endMs,
  ).length;
  const [operatingS, repairS] = [secondsIn('running'), secondsIn('fault')];
  const known = failures > 0;
  return {
    failures,
    operatingS,
    repairS,
    mtbfS: known ? operatingS / failures : undefined,
    mttrS: known ? repairS / failures : undefined,
    inherentAvailability: known ? operatingS / (operatingS + repairS) : undefined,
    rule: RELIABILITY_RULE,
  };
}
