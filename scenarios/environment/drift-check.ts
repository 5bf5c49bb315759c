/** What one automatic zero and span check found of one quantity. */
export interface DriftCheck {
  /** Per cent of the range, signed; undefined where the phase was not seen. */
  readonly zeroDriftPct: number | undefined;
  readonly spanDriftPct: number | undefined;
  /** Both phases were seen and both drifts are within the limit. */
  readonly passed: boolean;
}

export interface CheckGas {
  readonly zero: number;
  readonly span: number;
  readonly range: readonly [low: number, high: number];
  /** Per cent of the range. */
  readonly limitPct: number;
}

/** Least values of a phase; fewer say nothing of a plateau. */
const LEAST_VALUES = 3;

/**
 * Drift of an instrument from the values it showed while it was calibrated (flag C). Each value belongs to the gas it is
 * nearer to; the plateau of each phase is the median of its last half, when the cell was flushed.
 * @param values by ascending time
 * @returns undefined where no phase was seen
 * @see HJ 75-2017 (zero and span drift), HJ 76-2017
 */
export function driftCheck(
  values: readonly number[],
  { zero, span, range, limitPct }: CheckGas,
): DriftCheck | undefined {
  const nearZero = values.filter((value) => Math.abs(value - zero) < Math.abs(value - span));
  const nearSpan = values.filter((value) => Math.abs(value - zero) >= Math.abs(value - span));
  const full = range[1] - range[0];
  const drift = (phase: readonly number[], gas: number): number | undefined => {
    const plateau = phase.slice(Math.floor(phase.length / 2));
    return phase.length < LEAST_VALUES ? undefined : ((median(plateau) - gas) / full) * 100;
  };
  const [zeroDriftPct, spanDriftPct] = [drift(nearZero, zero), drift(nearSpan, span)];
  if (zeroDriftPct === undefined && spanDriftPct === undefined) return undefined;
  const within = (pct: number | undefined): boolean => pct !== undefined && Math.abs(pct) <= limitPct;
  return { zeroDriftPct, spanDriftPct, passed: within(zeroDriftPct) && within(spanDriftPct) };
}

function median(values: readonly number[]): number {
  const ascending = [...values].sort((a, b) => a - b);
  const middle = Math.floor(ascending.length / 2);
  const high = ascending[middle] ?? Number.NaN;
  return ascending.length % 2 === 1 ? high : ((ascending[middle - 1] ?? high) + high) / 2;
}
