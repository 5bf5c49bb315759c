/** One value of a trend, by ascending time. */
export interface TrendValue {
  readonly timeMs: number;
  readonly value: number;
}

export type RemainingLife =
  | {
      readonly verdict: 'not-enough-evidence';
      readonly reason: 'too-few-values' | 'no-rise' | 'too-uncertain' | 'no-limit';
    }
  | { readonly verdict: 'limit-reached' }
  | {
      readonly verdict: 'estimate';
      /** From the last value to the limit, and its interval of two standard errors of the slope. */
      readonly hours: number;
      readonly earliestHours: number;
      readonly latestHours: number;
    };

const MIN_VALUES = 12;
/** A slope under this many standard errors is no trend. */
const MIN_SLOPE_ERRORS = 3;
const INTERVAL_ERRORS = 2;
/** A straight line is not trusted farther ahead than this many times the span that it was seen over. */
const MAX_REACH = 2;

/** Time until a rising trend, continued as a straight line, meets its limit; an answer only where the trend supports one. */
export function remainingLife(trend: readonly TrendValue[], limit: number): RemainingLife {
  const last = trend.at(-1);
  const first = trend[0];
  if (!last || !first || trend.length < MIN_VALUES || last.timeMs === first.timeMs)
    return { verdict: 'not-enough-evidence', reason: 'too-few-values' };
  const fit = straightLine(trend, last.timeMs);
  if (fit.atEnd >= limit) return { verdict: 'limit-reached' };
  if (!(fit.slopePerHour > MIN_SLOPE_ERRORS * fit.slopeError))
    return { verdict: 'not-enough-evidence', reason: 'no-rise' };
  const hoursAt = (slope: number): number => (limit - fit.atEnd) / slope;
  const latestHours = hoursAt(fit.slopePerHour - INTERVAL_ERRORS * fit.slopeError);
  const seenHours = (last.timeMs - first.timeMs) / 3_600_000;
  if (hoursAt(fit.slopePerHour) > MAX_REACH * seenHours)
    return { verdict: 'not-enough-evidence', reason: 'too-uncertain' };
  return {
    verdict: 'estimate',
    hours: hoursAt(fit.slopePerHour),
    earliestHours: hoursAt(fit.slopePerHour + INTERVAL_ERRORS * fit.slopeError),
    latestHours,
  };
}

function straightLine(
  trend: readonly TrendValue[],
  endMs: number,
): { atEnd: number; slopePerHour: number; slopeError: number } {
  const n = trend.length;
  const hours = trend.map(({ timeMs }) => (timeMs - endMs) / 3_600_000);
  const meanHours = hours.reduce((sum, x) => sum + x, 0) / n;
  const meanValue = trend.reduce((sum, { value }) => sum + value, 0) / n;
  let [xx, xy] = [0, 0];
  for (const [i, x] of hours.entries()) {
    xx += (x - meanHours) ** 2;
    xy += (x - meanHours) * ((trend[i] as TrendValue).value - meanValue);
  }
  const slopePerHour = xy / xx;
  const atEnd = meanValue - slopePerHour * meanHours;
  const residual = trend.reduce((sum, { value }, i) => {
    return sum + (value - atEnd - slopePerHour * (hours[i] as number)) ** 2;
  }, 0);
  return { atEnd, slopePerHour, slopeError: Math.sqrt(residual / (n - 2) / xx) };
}
