/** Energy of a meter over one interval against what its baseline expects. */
export interface MeterDeviation {
  readonly id: string;
  readonly actual: number;
  readonly expected: number;
}

export interface Contribution extends MeterDeviation {
  /** actual - expected. */
  readonly deviation: number;
  /** Share of the parent's deviation, signed; the shares of all meters and the rest sum to 1. */
  readonly share: number;
}

export interface ConsumptionAnomaly {
  readonly timeMs: number;
  readonly actual: number;
  readonly expected: number;
  readonly deviation: number;
  /** Deviation in robust standard deviations of the baseline's residuals. */
  readonly score: number;
  readonly kind: 'high' | 'low';
  /** Sub-meters by how much they explain, largest first. */
  readonly contributions: readonly Contribution[];
  /** What no sub-meter explains. */
  readonly rest: number;
}

/**
 * Robust standard deviation of residuals: 1.4826 × median absolute deviation from the median.
 * @param residuals actual - expected over the baseline period
 */
export function residualScale(residuals: readonly number[]): { centre: number; scale: number } {
  const centre = median(residuals);
  return { centre, scale: 1.4826 * median(residuals.map((residual) => Math.abs(residual - centre))) };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}

/**
 * Judges one interval of a meter, and says which of its sub-meters made the difference.
 * @param threshold robust standard deviations, default 4
 * @returns undefined where the interval is within the usual spread, or the spread is zero
 */
export function consumptionAnomaly(
  timeMs: number,
  meter: MeterDeviation,
  subMeters: readonly MeterDeviation[],
  { centre, scale }: { readonly centre: number; readonly scale: number },
  threshold = 4,
): ConsumptionAnomaly | undefined {
  const deviation = meter.actual - meter.expected;
  if (scale <= 0) return undefined;
  const score = (deviation - centre) / scale;
  if (Math.abs(score) < threshold) return undefined;
  const contributions = subMeters
    .map((sub) => ({
      ...sub,
      deviation: sub.actual - sub.expected,
      share: (sub.actual - sub.expected) / deviation,
    }))
    .sort((a, b) => b.share - a.share);
  const explained = contributions.reduce((sum, contribution) => sum + contribution.deviation, 0);
  const { actual, expected } = meter;
  const kind = score > 0 ? 'high' : 'low';
  return { timeMs, actual, expected, deviation, score, kind, contributions, rest: deviation - explained };
}
