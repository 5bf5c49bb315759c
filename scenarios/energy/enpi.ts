import type { ActualExpected } from './model-quality.ts';

export interface CusumPoint {
  readonly timeMs: number;
  /** Running sum of actual - expected: falling means saving. */
  readonly cusum: number;
}

/**
 * Energy performance indicator: actual over expected energy; below 1 is better than the baseline.
 * @returns undefined where nothing was expected
 * @see ISO 50006:2014 clause 4.3 (GB/T 36713-2018)
 */
export function energyPerformanceIndicator(points: readonly ActualExpected[]): number | undefined {
  const expected = points.reduce((sum, point) => sum + point.expected, 0);
  return expected === 0 ? undefined : points.reduce((sum, point) => sum + point.actual, 0) / expected;
}

/** Cumulated difference from the baseline; its sign convention is actual - expected. */
export function cusum(points: readonly ActualExpected[]): CusumPoint[] {
  let sum = 0;
  return points.map(({ timeMs, actual, expected }) => {
    sum += actual - expected;
    return { timeMs, cusum: sum };
  });
}

/**
 * Specific consumption: energy per unit of output.
 * @returns undefined where nothing was produced: there is no such figure, and it is not zero
 */
export function specificConsumption(energy: number, output: number): number | undefined {
  return output > 0 ? energy / output : undefined;
}
