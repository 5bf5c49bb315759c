/** How well a baseline follows the intervals it was fitted to. */
export interface ModelQuality {
  /** Intervals with an actual and an expected value. */
  readonly n: number;
  /** Fitted parameters. */
  readonly p: number;
  /** 1 - SSE/SST; 0 where the actual values never change. */
  readonly r2: number;
  /** sqrt(SSE/(n - p)) / mean, a fraction. */
  readonly cvRmse: number;
  /** sum(actual - expected) / ((n - p) * mean), a fraction: above 0 the model expects too little. */
  readonly nmbe: number;
  /** Lag-1 autocorrelation of the residuals, over pairs of neighbouring intervals. */
  readonly autocorrelation: number;
  readonly meanActual: number;
  readonly sse: number;
}

export interface ActualExpected {
  readonly timeMs: number;
  readonly actual: number;
  readonly expected: number;
}

/**
 * @param p fitted parameters of the model
 * @param intervalMs two points this far apart (or a calendar month, for months) are neighbours
 * @see ASHRAE Guideline 14-2014 clause 4.2.11 and annex B
 */
export function modelQuality(points: readonly ActualExpected[], p: number, intervalMs: number): ModelQuality {
  const n = points.length;
  const meanActual = points.reduce((sum, { actual }) => sum + actual, 0) / n;
  let [sse, sst, bias] = [0, 0, 0];
  for (const { actual, expected } of points) {
    sse += (actual - expected) ** 2;
    sst += (actual - meanActual) ** 2;
    bias += actual - expected;
  }
  const freedom = Math.max(n - p, 0);
  return {
    n,
    p,
    r2: sst === 0 ? 0 : 1 - sse / sst,
    cvRmse: Math.sqrt(sse / freedom) / meanActual,
    nmbe: bias / (freedom * meanActual),
    autocorrelation: lagOneCorrelation(points, intervalMs),
    meanActual,
    sse,
  };
}

function lagOneCorrelation(points: readonly ActualExpected[], intervalMs: number): number {
  const pairs: [number, number][] = [];
  for (let i = 1; i < points.length; i++) {
    const [before, now] = [points[i - 1] as ActualExpected, points[i] as ActualExpected];
    // Months differ in length, and a day of a clock change by an hour: half an interval of slack.
    if (now.timeMs - before.timeMs > 1.5 * intervalMs) continue;
    pairs.push([before.actual - before.expected, now.actual - now.expected]);
  }
  return correlation(pairs);
}

function correlation(pairs: readonly (readonly [number, number])[]): number {
  const meanA = pairs.reduce((sum, [a]) => sum + a, 0) / pairs.length;
  const meanB = pairs.reduce((sum, [, b]) => sum + b, 0) / pairs.length;
  let [ab, aa, bb] = [0, 0, 0];
  for (const [a, b] of pairs) {
    ab += (a - meanA) * (b - meanB);
    aa += (a - meanA) ** 2;
    bb += (b - meanB) ** 2;
  }
  return aa === 0 || bb === 0 ? 0 : ab / Math.sqrt(aa * bb);
}
