import { hourMs, type TimeWindow } from '../../model/window.ts';
import type { RawPoint } from '../../store/time-series-store.ts';
import type { Job, JobSubject } from './job.ts';
import type { RunnerStore } from './read-ahead.ts';

type PointsByTag = ReadonlyMap<string, readonly RawPoint[]>;

/** Searched backwards in widening steps; a mark older than a week is taken for forgotten. */
const stepsH = [1, 4, 24, 7 * 24];

/**
 * A mark (a data flag) is sent when it changes and holds until the next: where the window begins without one, the last
 * mark before it is put in front.
 */
export async function withHeldValues(
  job: Job,
  subject: JobSubject,
  window: TimeWindow,
  points: PointsByTag,
  store: RunnerStore,
): Promise<PointsByTag> {
  const held = subject.tags.filter(({ quantity }) => job.holds?.includes(quantity));
  const completed = new Map(points);
  for (const { id } of held) {
    const own = points.get(id) ?? [];
    if (own.some(({ timeMs }) => timeMs <= window.startMs)) continue;
    const before = await lastBefore(id, window.startMs, store);
    if (before) completed.set(id, [before, ...own]);
  }
  return completed;
}

async function lastBefore(tag: string, endMs: number, store: RunnerStore): Promise<RawPoint | undefined> {
  let searchedMs = 0;
  for (const hours of stepsH) {
    const query = { tags: [tag], startMs: endMs - hours * hourMs, endMs: endMs - searchedMs };
    const last = (await store.readings(query))[0]?.points.at(-1);
    if (last) return last;
    searchedMs = hours * hourMs;
  }
  return undefined;
}
