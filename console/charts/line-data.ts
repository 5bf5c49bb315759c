import { qualityOf } from '../../model/status.ts';
import type { Series } from '../app/api.ts';

/** Times in seconds and values; null breaks the line. */
export interface LineData {
  readonly times: readonly number[];
  readonly values: readonly (number | null)[];
}

/**
 * A series as a line: bad readings break it, and so does a silence of more than `gapMs`.
 * @param shiftMs added to the times, to lay an earlier span over this one
 */
export function lineData({ points }: Series, gapMs: number, shiftMs = 0): LineData {
  const times: number[] = [];
  const values: (number | null)[] = [];
  let lastMs = Number.NaN;
  for (const [time, value, status] of points) {
    const timeMs = Date.parse(time) + shiftMs;
    if (timeMs - lastMs > gapMs) push(times, values, (lastMs + timeMs) / 2, null);
    const isUsable = qualityOf(status) !== 'bad' && value !== null && typeof value !== 'string';
    push(times, values, timeMs, isUsable ? Number(value) : null);
    lastMs = timeMs;
  }
  return { times, values };
}

function push(times: number[], values: (number | null)[], timeMs: number, value: number | null): void {
  const timeS = timeMs / 1000;
  // A chart wants one value a time; of two within the same millisecond the later counts.
  if (times.at(-1) === timeS) values[values.length - 1] = value;
  else {
    times.push(timeS);
    values.push(value);
  }
}

export interface LineStatistics {
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  readonly last: number;
}

export function statisticsOf({ values }: LineData): LineStatistics | undefined {
  const numbers = values.filter((value) => value !== null);
  const last = numbers.at(-1);
  if (last === undefined) return undefined;
  let [min, max, sum] = [last, last, 0];
  for (const value of numbers) {
    min = Math.min(min, value);
    max = Math.max(max, value);
    sum += value;
  }
  return { min, max, mean: sum / numbers.length, last };
}
