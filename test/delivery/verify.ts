import type { TimeSeriesStore } from '../../store/time-series-store.ts';
import { tagCount } from './child-setup.ts';
import { numbersStartMs } from './numbers.ts';

export interface Verdict {
  readonly expected: number;
  readonly missing: number;
  readonly duplicated: number;
  /** Readings in the store that this run did not send. */
  readonly foreign: number;
}

/** Reads everything the store holds and compares it with the numbers 0 to `count` - 1 but those left out on purpose. */
export async function verify(
  store: Pick<TimeSeriesStore, 'readings'>,
  count: number,
  leftOut: ReadonlySet<number> = new Set(),
): Promise<Verdict> {
  const tags = Array.from({ length: tagCount }, (_, index) => `numbers.n${index}`);
  const series = await store.readings({ tags, startMs: 0, endMs: numbersStartMs + 10 ** 12 });
  const seen = new Map<number, number>();
  let foreign = 0;
  for (const { tag, points } of series) {
    for (const { value, timeMs } of points) {
      const isOurs =
        typeof value === 'number' &&
        value < count &&
        timeMs === numbersStartMs + value &&
        tag === `numbers.n${value % tagCount}`;
      if (isOurs && !leftOut.has(value)) seen.set(value, (seen.get(value) ?? 0) + 1);
      else foreign++;
    }
  }
  const duplicated = [...seen.values()].filter((times) => times > 1).length;
  const expected = count - leftOut.size;
  return { expected, missing: expected - seen.size, duplicated, foreign };
}
