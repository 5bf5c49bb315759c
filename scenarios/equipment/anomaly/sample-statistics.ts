export function mean(values: readonly number[]): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}

/** Population standard deviation. */
export function standardDeviation(values: readonly number[]): number {
  const centre = mean(values);
  let sum = 0;
  for (const value of values) sum += (value - centre) ** 2;
  return Math.sqrt(sum / values.length);
}

/** Median; the mean of the middle two of an even count. NaN of nothing. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** Linearly interpolated quantile, share in 0..1. NaN of nothing. */
export function quantile(values: readonly number[], share: number): number {
  if (values.length === 0) return Number.NaN;
  const sorted = Float64Array.from(values).sort();
  const at = share * (sorted.length - 1);
  const low = sorted[Math.floor(at)] as number;
  const high = sorted[Math.ceil(at)] as number;
  return low + (high - low) * (at - Math.floor(at));
}

/** 1.4826 times the median absolute deviation: the standard deviation of a normal sample, deaf to outliers. */
export function robustScale(values: readonly number[]): number {
  const centre = median(values);
  return 1.4826 * median(values.map((value) => Math.abs(value - centre)));
}

/** How far a signal's level wanders: means of equal blocks against the spread within them. */
export function blockWander(
  values: readonly number[],
  blocks: number,
): { readonly betweenBlocks: number; readonly ratio: number } {
  const width = Math.floor(values.length / blocks);
  const parts = Array.from({ length: blocks }, (_, i) => values.slice(i * width, (i + 1) * width));
  const means = parts.map(mean);
  const betweenBlocks = standardDeviation(means) * Math.sqrt(blocks / (blocks - 1));
  const withinBlocks = Math.sqrt(mean(parts.map((part) => standardDeviation(part) ** 2)));
  if (betweenBlocks === 0) return { betweenBlocks, ratio: 0 };
  return {
    betweenBlocks,
    ratio: withinBlocks === 0 ? Number.POSITIVE_INFINITY : betweenBlocks / withinBlocks,
  };
}
