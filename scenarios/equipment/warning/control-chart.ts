import { PlantscopeError } from '../../../model/error.ts';
import { median, robustScale } from '../anomaly/sample-statistics.ts';

/** A trend's healthy level and scatter, learned once and kept. */
export interface TrendBaseline {
  readonly level: number;
  /** Standard deviation, robust. */
  readonly scale: number;
  readonly samples: number;
}

const MIN_SAMPLES = 20;

/** @throws PlantscopeError `training-too-short`, `trend-flat` */
export function trendBaseline(healthy: readonly number[]): TrendBaseline {
  if (healthy.length < MIN_SAMPLES)
    throw new PlantscopeError('training-too-short', `${healthy.length} values; ${MIN_SAMPLES} are needed`);
  const scale = robustScale(healthy);
  if (!(scale > 0))
    throw new PlantscopeError(
      'trend-flat',
      'Half of the values or more are the same: no scatter to judge by',
    );
  return { level: median(healthy), scale, samples: healthy.length };
}

export interface ChartPoint {
  /** In limits: 1 and more is an alarm. The sign tells the direction. */
  readonly score: number;
  readonly alarm: boolean;
}

export interface EwmaOptions {
  /** Weight of the newest value, 0..1. */
  readonly weight: number;
  /** Limit in standard deviations of the average. */
  readonly limitSigmas: number;
}

export const DEFAULT_EWMA: EwmaOptions = { weight: 0.2, limitSigmas: 4 };

/**
 * Exponentially weighted moving average of a trend, value by value.
 * @see ISO 7870-6: variance of the average after t values, weight / (2 - weight) * (1 - (1 - weight)^2t)
 */
export class EwmaChart {
  readonly #baseline: TrendBaseline;
  readonly #options: EwmaOptions;
  #average = 0;
  #values = 0;

  constructor(baseline: TrendBaseline, options: EwmaOptions = DEFAULT_EWMA) {
    this.#baseline = baseline;
    this.#options = options;
  }

  push(value: number): ChartPoint {
    const { weight, limitSigmas } = this.#options;
    const deviation = (value - this.#baseline.level) / this.#baseline.scale;
    this.#average += weight * (deviation - this.#average);
    this.#values++;
    const settled = 1 - (1 - weight) ** (2 * this.#values);
    const sigma = Math.sqrt((weight / (2 - weight)) * settled);
    return pointOf(this.#average / (limitSigmas * sigma));
  }
}

export interface CusumOptions {
  /** Half the shift to be found, in standard deviations. */
  readonly slack: number;
  /** Decision interval, in standard deviations. */
  readonly decision: number;
}

export const DEFAULT_CUSUM: CusumOptions = { slack: 0.5, decision: 8 };

/** Two-sided cumulative sum of a trend, value by value. @see ISO 7870-4 */
export class CusumChart {
  readonly #baseline: TrendBaseline;
  readonly #options: CusumOptions;
  #high = 0;
  #low = 0;

  constructor(baseline: TrendBaseline, options: CusumOptions = DEFAULT_CUSUM) {
    this.#baseline = baseline;
    this.#options = options;
  }

  push(value: number): ChartPoint {
    const { slack, decision } = this.#options;
    const deviation = (value - this.#baseline.level) / this.#baseline.scale;
    this.#high = Math.max(0, this.#high + deviation - slack);
    this.#low = Math.max(0, this.#low - deviation - slack);
    return pointOf((this.#high >= this.#low ? this.#high : -this.#low) / decision);
  }
}

const pointOf = (score: number): ChartPoint => ({ score, alarm: Math.abs(score) >= 1 });
