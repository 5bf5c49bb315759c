import type { RawPoint } from '../../store/time-series-store.ts';
import { hullOf, type RunnerStore, spanOf } from './read-ahead.ts';
import { readTags, type Task } from './schedule.ts';

/** Readings that a group of tasks holds at once, as near as rates foretell it: some 20 MB. */
const READINGS_AT_ONCE = 100_000;
/** Of a tag that was not read yet. */
const UNKNOWN_INTERVAL_MS = 1000;

/** How often each tag sends, learned from what is read, so that no read brings more than memory is meant to hold. */
export class ReadingVolume {
  readonly #intervalMs = new Map<string, number>();

  /** The store, with the rates of what it answers noted. */
  noting(store: RunnerStore): RunnerStore {
    return {
      readings: async (query) => {
        const series = await store.readings(query);
        for (const { tag, points } of series) this.#note(tag, points);
        return series;
      },
      results: (query) => store.results(query),
      writeResults: (rows) => store.writeResults(rows),
    };
  }

  #note(tag: string, points: readonly RawPoint[]): void {
    const [first, last] = [points[0], points.at(-1)];
    if (first === undefined || last === undefined) this.#intervalMs.set(tag, Number.POSITIVE_INFINITY);
    else if (points.length > 1) this.#intervalMs.set(tag, (last.timeMs - first.timeMs) / (points.length - 1));
  }

  /** The same tasks in the same order, parted by their subjects so that each part holds a bounded number of readings. */
  portions(group: readonly Task[]): Task[][] {
    const subjects = new Map(
      group.flatMap((task) => task.subjects.map((one) => [one.asset.id, one] as const)),
    );
    const [first] = group;
    if (first === undefined) return [];
    const span = spanOf(first.job, hullOf(group));
    const parts: Set<string>[] = [];
    let room = 0;
    for (const [asset, subject] of subjects) {
      const volume = readTags(first.job, subject).reduce(
        (sum, { id }) =>
          sum + (span.endMs - span.startMs) / (this.#intervalMs.get(id) ?? UNKNOWN_INTERVAL_MS),
        0,
      );
      if (volume > room || parts.length === 0) {
        parts.push(new Set());
        room = READINGS_AT_ONCE;
      }
      parts.at(-1)?.add(asset);
      room -= volume;
    }
    return parts.map((part) => group.flatMap((task) => onlyOf(task, part)));
  }
}

function onlyOf(task: Task, assets: ReadonlySet<string>): Task[] {
  const subjects = task.subjects.filter(({ asset }) => assets.has(asset.id));
  return subjects.length === 0 ? [] : [{ ...task, subjects }];
}
