import { dayMs } from '../../model/window.ts';

/** What an automatic zero and span check said of one quantity. It stands at the end of its hour. */
export interface CheckVerdict {
  readonly endMs: number;
  readonly passed: boolean;
  /** Largest of zero and span drift, and its limit, per cent of the range. */
  readonly worstDriftPct: number;
  readonly driftLimitPct: number;
}

/** Why an hour is out of control (失控), and since when. */
export interface OutOfControlSpell {
  readonly failed: CheckVerdict;
  /** End of the last check that was passed before; absent: none was within {@link CHECK_REACH_MS}. */
  readonly sinceMs?: number;
}

/** Checks further away say nothing of an hour: the longest interval between two that HJ 75 allows is shorter. */
export const CHECK_REACH_MS = 31 * dayMs;

/**
 * Whether an instrument was out of control in the hour that begins at `startMs`: between the last check that it passed and
 * the next one that it passes lies one that it failed. So a failed check takes back the hours since the last passed one,
 * and those after it until the instrument is right again. A check that saw neither is no verdict.
 * @param checks of one quantity, by ascending time
 * @see HJ 75-2017 12.2 (periods out of control)
 */
export function outOfControlAt(
  startMs: number,
  checks: readonly CheckVerdict[],
): OutOfControlSpell | undefined {
  const near = checks.filter(({ endMs }) => Math.abs(endMs - startMs) <= CHECK_REACH_MS);
  const before = near.findLast(({ endMs, passed }) => passed && endMs <= startMs);
  const next = near.find(({ endMs, passed }) => passed && endMs > startMs);
  const failed = near.find(
    ({ endMs, passed }) =>
      !passed && endMs > (before?.endMs ?? Number.NEGATIVE_INFINITY) && endMs < (next?.endMs ?? Infinity),
  );
  if (!failed) return undefined;
  return { failed, ...(before && { sinceMs: before.endMs }) };
}

/** The same in words, as the hour's row keeps it. */
export function spellReason(quantity: string, { failed, sinceMs }: OutOfControlSpell): string {
  const iso = (timeMs: number): string => `${new Date(timeMs).toISOString().slice(0, 16)}Z`;
  const drift = `${quantity} drift ${failed.worstDriftPct.toFixed(2)} % beyond ${failed.driftLimitPct} % in the check until ${iso(failed.endMs)}`;
  return sinceMs === undefined ? drift : `${drift}; last passed ${iso(sinceMs)}`;
}
