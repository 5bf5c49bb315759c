/** One minute (or shorter interval) of an outlet: mean flow and concentration. */
export interface WaterSample {
  readonly flowM3PerH: number | undefined;
  readonly concentrationMgPerL: number | undefined;
  readonly durationMs: number;
}

export interface WaterMean {
  /** Weighted by flow; the plain mean while nothing flows. mg/L */
  readonly meanMgPerL: number;
  readonly volumeM3: number;
  /** Mean concentration times volume, kg. */
  readonly massKg: number;
  /** Time with both flow and concentration. */
  readonly coveredMs: number;
}

const HOUR_MS = 3_600_000;

/**
 * Flow-weighted mean and load. Only intervals with both a flow and a concentration count.
 * @see HJ 356-2019: daily mean weighted by the flow of the hours
 */
export function flowWeightedMean(samples: readonly WaterSample[]): WaterMean | undefined {
  let [volume, load, plain, coveredMs] = [0, 0, 0, 0];
  for (const { flowM3PerH, concentrationMgPerL, durationMs } of samples) {
    if (flowM3PerH === undefined || concentrationMgPerL === undefined) continue;
    const volumeM3 = (Math.max(0, flowM3PerH) * durationMs) / HOUR_MS;
    volume += volumeM3;
    load += volumeM3 * concentrationMgPerL;
    plain += concentrationMgPerL * durationMs;
    coveredMs += durationMs;
  }
  if (coveredMs === 0) return undefined;
  // 1 mg/L is 1 g/m3.
  const meanMgPerL = volume > 0 ? load / volume : plain / coveredMs;
  return { meanMgPerL, volumeM3: volume, massKg: load / 1000, coveredMs };
}

/**
 * Fills hours without a valid value: the mean (pH: the median) of as many valid hours before the gap as the gap is long.
 * Hours before the first valid one stay empty.
 * @param hours value of each hour, undefined where missing or invalid
 * @see HJ 356-2019, substitution of missing data
 */
export function substituteWaterHours(
  hours: readonly (number | undefined)[],
  by: 'mean' | 'median',
): readonly { readonly value: number | undefined; readonly substituted: boolean }[] {
  const valid: number[] = [];
  const filled: { value: number | undefined; substituted: boolean }[] = [];
  for (let i = 0; i < hours.length; ) {
    const value = hours[i];
    if (value !== undefined) {
      valid.push(value);
      filled.push({ value, substituted: false });
      i += 1;
      continue;
    }
    const next = hours.findIndex((hour, at) => at > i && hour !== undefined);
    const length = (next < 0 ? hours.length : next) - i;
    const before = valid.slice(-length);
    const stand = before.length === 0 ? undefined : by === 'mean' ? mean(before) : median(before);
    for (let k = 0; k < length; k++) filled.push({ value: stand, substituted: stand !== undefined });
    i += length;
  }
  return filled;
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

function median(values: readonly number[]): number {
  const ascending = [...values].sort((a, b) => a - b);
  const middle = Math.floor(ascending.length / 2);
  const high = ascending[middle] ?? 0;
  return ascending.length % 2 === 1 ? high : ((ascending[middle - 1] ?? high) + high) / 2;
}
