import { qualityOf } from '../../../model/status.ts';
import { minuteMs, type TimeWindow } from '../../../model/window.ts';
import type { RawPoint } from '../../../store/time-series-store.ts';

/** Mean of the usable values of each minute of a window, by the minute's start; a minute without one is absent. */
export function minuteMeansOf(points: readonly RawPoint[], window: TimeWindow): ReadonlyMap<number, number> {
  const sums = new Map<number, { sum: number; count: number }>();
  for (const { timeMs, value, status } of points) {
    if (typeof value !== 'number' || qualityOf(status) === 'bad') continue;
    if (timeMs < window.startMs || timeMs >= window.endMs) continue;
    const minute = Math.floor(timeMs / minuteMs) * minuteMs;
    const entry = sums.get(minute) ?? { sum: 0, count: 0 };
    sums.set(minute, { sum: entry.sum + value, count: entry.count + 1 });
  }
  return new Map([...sums].map(([minute, { sum, count }]) => [minute, sum / count]));
}

export const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
