import { median, robustScale } from '../anomaly/sample-statistics.ts';
import { forwardTransform, inverseTransform, powerOfTwoAtLeast } from '../signal/fourier.ts';

export interface Season {
  readonly lengthRows: number;
  /** Autocorrelation at that lag, 0..1. */
  readonly strength: number;
}

const SHORTEST_SEASON_ROWS = 4;
/** Weaker periodicity forecasts no better than the recent past. */
const MIN_STRENGTH = 0.5;
/** The autocorrelation must fall by this much before it rises again, or a slow drift would pass for a season. */
const MIN_TROUGH_DEPTH = 0.1;
const CLIP_SCALES = 4;

/** The strongest season of a stretch of history, or undefined where it has none. */
export function inferSeason(history: readonly number[]): Season | undefined {
  const correlation = autocorrelation(clipped(history));
  let lowest = 1;
  let best: Season | undefined;
  for (let lag = 1; lag < history.length / 2; lag++) {
    const here = correlation[lag] as number;
    const isPeak = here > (correlation[lag - 1] as number) && here >= (correlation[lag + 1] as number);
    if (
      isPeak &&
      lag >= SHORTEST_SEASON_ROWS &&
      lowest < here - MIN_TROUGH_DEPTH &&
      here > (best?.strength ?? MIN_STRENGTH)
    )
      best = { lengthRows: lag, strength: here };
    lowest = Math.min(lowest, here);
  }
  return best;
}

/** Outliers are pulled in: one spike must not decide the season. */
function clipped(history: readonly number[]): Float64Array {
  const centre = median(history);
  const limit = CLIP_SCALES * robustScale(history);
  const values = Float64Array.from(history, (value) => Math.max(-limit, Math.min(limit, value - centre)));
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.map((value) => value - mean);
}

/** Unbiased autocorrelation, 1 at lag 0; all zero for a constant. */
function autocorrelation(values: Float64Array): Float64Array {
  const size = powerOfTwoAtLeast(2 * values.length);
  const data = new Float64Array(2 * size);
  for (const [i, value] of values.entries()) data[2 * i] = value;
  const spectrum = forwardTransform(data);
  for (let i = 0; i < spectrum.length; i += 2) {
    spectrum[i] = (spectrum[i] as number) ** 2 + (spectrum[i + 1] as number) ** 2;
    spectrum[i + 1] = 0;
  }
  const raw = inverseTransform(spectrum);
  const power = (raw[0] as number) / values.length;
  return Float64Array.from(values, (_, lag) =>
    power > 0 ? (raw[2 * lag] as number) / (values.length - lag) / power : 0,
  );
}
