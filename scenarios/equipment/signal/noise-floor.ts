/** An exponential variable's median is ln 2 of its mean: the floor of a periodogram from its running median. */
const MEDIAN_OF_EXPONENTIAL = Math.LN2;

/**
 * Each line of a power spectrum over the local noise floor: about 1 in noise, large at a line.
 * The floor is a running median, so a few lines do not lift it.
 * @param widthBins width of the running median; made odd, and cut at the ends of the spectrum
 */
export function lineToFloorRatio(power: Float64Array, widthBins: number): Float64Array {
  const median = runningMedian(power, Math.max(3, widthBins));
  const ratio = new Float64Array(power.length);
  for (let i = 0; i < power.length; i++) {
    const floor = (median[i] as number) / MEDIAN_OF_EXPONENTIAL;
    ratio[i] = floor > 0 ? (power[i] as number) / floor : 0;
  }
  return ratio;
}

/** Median of the bins within half the width on either side; fewer at the ends. */
export function runningMedian(values: Float64Array, widthBins: number): Float64Array {
  const half = Math.floor(widthBins / 2);
  const sorted: number[] = [];
  for (let i = 0; i < Math.min(half, values.length); i++) insertSorted(sorted, values[i] as number);
  const out = new Float64Array(values.length);
  for (let i = 0; i < values.length; i++) {
    if (i + half < values.length) insertSorted(sorted, values[i + half] as number);
    if (i - half - 1 >= 0) removeSorted(sorted, values[i - half - 1] as number);
    out[i] = sorted[sorted.length >> 1] as number;
  }
  return out;
}

function insertSorted(sorted: number[], value: number): void {
  sorted.splice(lowerBound(sorted, value), 0, value);
}

function removeSorted(sorted: number[], value: number): void {
  sorted.splice(lowerBound(sorted, value), 1);
}

function lowerBound(sorted: readonly number[], value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] as number) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
