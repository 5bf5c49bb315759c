import type { TimeWindow } from '../../model/window.ts';
import type { RawSeries } from '../../store/time-series-store.ts';
import type { JobSubject } from './job.ts';
import { hullOf, spanOf } from './read-ahead.ts';
import { readTags, type Task } from './schedule.ts';

/** Readings that a group of tasks holds at once, as near as rates foretell it: some 20 MB. */
const READINGS_AT_ONCE = 100_000;
/** Of a tag that was not read yet. */
const UNKNOWN_INTERVAL_MS = 1000;

/** How often each tag sends, learned from what is read, so that no read brings more than memory is meant to hold. */
export class ReadingVolume {
  readonly #intervalMs = new Map<string, number>();

  /** A tag that is silent for a while is still taken to send as before. */
  note(series: readonly RawSeries[], { startMs, endMs }: TimeWindow): void {
    for (const { tag, points } of series) {
      const [first, last] = [points[0], points.at(-1)];
      if (first && last && points.length > 1)
        this.#intervalMs.set(tag, (last.timeMs - first.timeMs) / (points.length - 1));
      else if (!this.#intervalMs.has(tag)) this.#intervalMs.set(tag, endMs - startMs);
    }
  }

  /** The same tasks in the same order, parted by their subjects so that each part holds a bounded number of readings. */
  portions(group: readonly Task[]): Task[][] {
    const subjects = new Map(
      group.flatMap((task) => task.subjects.map((one) => [one.asset.id, one] as const)),
    );
    const parts: Set<string>[] = [];
    let room = 0;
    for (const [asset, subject] of subjects) {
      const volume = this.#volumeOf(group, subject);
      if (volume > room || parts.length === 0) {
        parts.push(new Set());
        room = READINGS_AT_ONCE;
      }
      parts.at(-1)?.add(asset);
      room -= volume;
    }
    return parts.map((part) => group.flatMap((task) => onlyOf(task, part)));
  }

  /** Readings that a subject has in all windows of a group together. */
  #volumeOf(group: readonly Task[], subject: JobSubject): number {
    const [first] = group;
    if (first === undefined) return 0;
    const { startMs, endMs } = spanOf(first.job, hullOf(group));
    const intervals = readTags(first.job, subject).map(
      ({ id }) => this.#intervalMs.get(id) ?? UNKNOWN_INTERVAL_MS,
    );
    return intervals.reduce((sum, intervalMs) => sum + (endMs - startMs) / intervalMs, 0);
  }
}

function onlyOf(task: Task, assets: ReadonlySet<string>): Task[] {
  const subjects = task.subjects.filter(({ asset }) => assets.has(asset.id));
  return subjects.length === 0 ? [] : [{ ...task, subjects }];
}
