import type { PlausibleRatio } from '../../model/outlet.ts';

/** What looks wrong in a stretch of values of one instrument, or of two against each other. */
export type Doubt =
  | 'frozen'
  | 'negative'
  | 'low-variation'
  | 'oxygen-near-air'
  | 'over-range'
  | 'ratio'
  | 'part-above-total';

export interface PlausibilityRules {
  /** Same value this many times in a row: frozen. */
  readonly frozenCount: number;
  /** Standard deviation below this share of the range: too quiet for a running process. */
  readonly quietShareOfRange: number;
  /** Values below this are negative beyond the noise of zero, in the value's unit. */
  readonly negativeBelow: number;
  /** Stack oxygen from here on is air: nothing burns, or the probe leaks. Volume %. */
  readonly airOxygenPct: number;
}

/** Engineering defaults; no standard fixes them. */
export const PLAUSIBILITY_DEFAULTS: PlausibilityRules = {
  frozenCount: 60,
  quietShareOfRange: 0.001,
  negativeBelow: 0,
  airOxygenPct: 20.5,
};

/**
 * Doubts about values of a running source, in time order. They call for a look at the instrument; they never change a value.
 * @param range of the instrument, in the value's unit
 */
export function doubtsOf(
  values: readonly number[],
  quantity: string,
  range: readonly [low: number, high: number],
  rules: PlausibilityRules = PLAUSIBILITY_DEFAULTS,
): readonly Doubt[] {
  if (values.length === 0) return [];
  const isFrozen = longestRun(values) >= rules.frozenCount;
  const isQuiet =
    values.length >= rules.frozenCount && deviation(values) < rules.quietShareOfRange * (range[1] - range[0]);
  const found: readonly (readonly [Doubt, boolean])[] = [
    ['frozen', isFrozen],
    ['negative', values.some((value) => value < rules.negativeBelow)],
    ['low-variation', !isFrozen && isQuiet],
    ['over-range', values.filter((value) => value > range[1]).length > values.length / 2],
    ['oxygen-near-air', quantity === 'oxygen' && values.every((value) => value >= rules.airOxygenPct)],
  ];
  return found.flatMap(([doubt, holds]) => (holds ? [doubt] : []));
}

/** Parts that can't be more than the whole. */
const PARTS: readonly (readonly [part: string, total: string])[] = [['ammoniaNitrogen', 'totalNitrogen']];

/**
 * Doubts that two means raise against each other: both quantities of a broken ratio are named, because the ratio does not
 * tell which instrument is wrong. A denominator of zero or less gives no ratio.
 * @param means of the same period, by quantity
 */
export function ratioDoubts(
  means: Readonly<Record<string, number | undefined>>,
  ratios: readonly PlausibleRatio[],
): Readonly<Record<string, readonly Doubt[]>> {
  const found = new Map<string, Set<Doubt>>();
  const accuse = (quantity: string, doubt: Doubt): void => {
    found.set(quantity, (found.get(quantity) ?? new Set<Doubt>()).add(doubt));
  };
  for (const { numerator, denominator, low, high } of ratios) {
    const [above, below] = [means[numerator], means[denominator]];
    if (above === undefined || below === undefined || below <= 0) continue;
    if (above / below >= low && above / below <= high) continue;
    accuse(numerator, 'ratio');
    accuse(denominator, 'ratio');
  }
  for (const [part, total] of PARTS) {
    const [a, b] = [means[part], means[total]];
    if (a === undefined || b === undefined || a <= b) continue;
    accuse(part, 'part-above-total');
    accuse(total, 'part-above-total');
  }
  return Object.fromEntries([...found].map(([quantity, doubts]) => [quantity, [...doubts]]));
}

function longestRun(values: readonly number[]): number {
  let [longest, run] = [0, 0];
  values.forEach((value, i) => {
    run = i > 0 && value === values[i - 1] ? run + 1 : 1;
    longest = Math.max(longest, run);
  });
  return longest;
}

function deviation(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}
