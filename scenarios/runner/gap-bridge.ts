import { qualityOf } from '../../model/status.ts';
import { hourMs, type TimeWindow } from '../../model/window.ts';
import type { RawPoint } from '../../store/time-series-store.ts';
import type { Job, JobSubject } from './job.ts';
import type { RunnerStore } from './read-ahead.ts';

export type PointsByTag = ReadonlyMap<string, readonly RawPoint[]>;

/** The windows to compute for one subject, and the readings to compute them from. */
export interface Bridged {
  readonly windows: readonly TimeWindow[];
  readonly points: PointsByTag;
}

/** Searched outwards in widening steps, so that a near reading costs a short read. */
const stepsH = [1, 4, 24, 7 * 24];

/**
 * Where a register has no reading at or beyond an edge of the window, looks for the nearest one up to `job.bridgeMs` away:
 * the energy between the two is known, so every window of the gap is to be computed along with the window itself.
 * @param points readings of the window and the job's reach
 */
export async function bridgeGaps(
  job: Job,
  subject: JobSubject,
  window: TimeWindow,
  points: PointsByTag,
  store: RunnerStore,
  nowMs: number,
): Promise<Bridged> {
  const isWhole = subject.tags.every(({ id }) => spans(points.get(id) ?? [], window));
  if (job.bridgeMs === undefined || isWhole) return { windows: [window], points };
  const near = await withEdges(job, subject, window, points, store, nowMs);
  const wide = widened(job, window, [...near.values()].flat());
  if (wide.startMs === window.startMs && wide.endMs === window.endMs)
    return { windows: [window], points: near };
  const query = { startMs: wide.startMs - job.reachMs, endMs: wide.endMs + job.reachMs };
  const read = await store.readings({ tags: subject.tags.map(({ id }) => id), ...query });
  const all = new Map(read.map((series) => [series.tag, series.points]));
  return {
    windows: split(wide, job.windowMs),
    points: await withEdges(job, subject, wide, all, store, nowMs),
  };
}

const isUsable = ({ status, value }: RawPoint): boolean =>
  qualityOf(status) !== 'bad' && typeof value === 'number';

const reachesStart = (points: readonly RawPoint[], { startMs }: TimeWindow): boolean =>
  points.some((point) => point.timeMs <= startMs && isUsable(point));
const reachesEnd = (points: readonly RawPoint[], { endMs }: TimeWindow): boolean =>
  points.some((point) => point.timeMs >= endMs && isUsable(point));
const spans = (points: readonly RawPoint[], window: TimeWindow): boolean =>
  reachesStart(points, window) && reachesEnd(points, window);

async function withEdges(
  job: Job,
  subject: JobSubject,
  window: TimeWindow,
  points: PointsByTag,
  store: RunnerStore,
  nowMs: number,
): Promise<PointsByTag> {
  const edged = new Map<string, readonly RawPoint[]>();
  for (const { id } of subject.tags) {
    const own = points.get(id) ?? [];
    const before = reachesStart(own, window)
      ? undefined
      : await nearest(job, id, window.startMs, -1, store, nowMs);
    // Nothing lies beyond the present: a live window asks for nothing.
    const isLive = window.endMs + job.reachMs >= nowMs;
    const after =
      isLive || reachesEnd(own, window) ? undefined : await nearest(job, id, window.endMs, 1, store, nowMs);
    edged.set(id, [...(before ? [before] : []), ...own, ...(after ? [after] : [])]);
  }
  return edged;
}

/** The nearest usable reading beyond the reach before (-1) or after (1) an edge. */
async function nearest(
  { reachMs, bridgeMs = 0 }: Job,
  tag: string,
  edgeMs: number,
  direction: -1 | 1,
  store: RunnerStore,
  nowMs: number,
): Promise<RawPoint | undefined> {
  let searchedMs = reachMs;
  for (const untilMs of [...stepsH.map((hours) => hours * hourMs), bridgeMs]) {
    const [a, b] = [edgeMs + direction * searchedMs, edgeMs + direction * untilMs];
    // Nothing lies beyond the present.
    if (direction > 0 && a > nowMs) return undefined;
    const query = { tags: [tag], startMs: Math.min(a, b), endMs: Math.max(a, b) };
    const usable = ((await store.readings(query))[0]?.points ?? []).filter(isUsable);
    const found = direction < 0 ? usable.at(-1) : usable[0];
    if (found) return found;
    searchedMs = untilMs;
  }
  return undefined;
}

/** From the window of the first reading beyond the reach to the window of the last. */
function widened({ windowMs, reachMs }: Job, window: TimeWindow, points: readonly RawPoint[]): TimeWindow {
  let { startMs, endMs } = window;
  for (const { timeMs } of points) {
    const ownMs = Math.floor(timeMs / windowMs) * windowMs;
    if (timeMs < window.startMs - reachMs) startMs = Math.min(startMs, ownMs);
    if (timeMs >= window.endMs + reachMs) endMs = Math.max(endMs, ownMs + windowMs);
  }
  return { startMs, endMs };
}

function split({ startMs, endMs }: TimeWindow, windowMs: number): TimeWindow[] {
  return Array.from({ length: (endMs - startMs) / windowMs }, (_, index) => ({
    startMs: startMs + index * windowMs,
    endMs: startMs + (index + 1) * windowMs,
  }));
}
