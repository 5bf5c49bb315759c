import { hourMs } from '../../model/window.ts';

/** Mean of one hour, at its start; undefined where the hour is not valid. */
export interface HourValue {
  readonly startMs: number;
  readonly value: number | undefined;
}

/** Mean of the hours that end at `endMs`. */
export interface MovingMean {
  readonly endMs: number;
  readonly value: number;
  /** Valid hours in it. */
  readonly hours: number;
}

/**
 * Means over the last `length` hours at the end of each hour, where at least `least` of them are valid.
 * @param hours by ascending time; hours may be absent
 * @see GB 3095-2012 table 4: an 8 h mean of ozone needs 6 hours
 */
export function movingMeans(hours: readonly HourValue[], length = 8, least = 6): MovingMean[] {
  const means: MovingMean[] = [];
  let first = 0;
  hours.forEach(({ startMs }, last) => {
    const endMs = startMs + hourMs;
    while ((hours[first]?.startMs ?? endMs) < endMs - length * hourMs) first += 1;
    const values = hours.slice(first, last + 1).flatMap(({ value }) => value ?? []);
    if (values.length < least) return;
    means.push({ endMs, value: values.reduce((a, b) => a + b, 0) / values.length, hours: values.length });
  });
  return means;
}
