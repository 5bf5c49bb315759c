import { hourMs, type TimeWindow } from '../../model/window.ts';
import type {
  RawPoint,
  RawSeries,
  ReadingsQuery,
  ResultRow,
  TimeSeriesStore,
} from '../../store/time-series-store.ts';
import type { Job } from './job.ts';
import type { ReadingVolume } from './reading-volume.ts';
import { readTags, type Task } from './schedule.ts';

/** What the runner asks of a store. */
export type RunnerStore = Pick<TimeSeriesStore, 'readings' | 'results' | 'writeResults'>;

/** Neighbouring windows up to this length share their reads: more would hold too many readings of fast tags. */
const LONGEST_MS = 4 * hourMs;

/** Tasks of one job whose windows lie side by side, in the order given. */
export function neighbours(tasks: readonly Task[]): Task[][] {
  const groups: Task[][] = [];
  for (const task of tasks) {
    const group = groups.at(-1);
    if (group && group[0]?.job === task.job && isShort(hullOf([...group, task]))) group.push(task);
    else groups.push([task]);
  }
  return groups;
}

const isShort = ({ startMs, endMs }: TimeWindow): boolean => endMs - startMs <= LONGEST_MS;

export function hullOf(tasks: readonly Task[]): TimeWindow {
  return {
    startMs: Math.min(...tasks.map(({ window }) => window.startMs)),
    endMs: Math.max(...tasks.map(({ window }) => window.endMs)),
  };
}

/** What a job reads for windows. */
export const spanOf = ({ reachMs }: Job, { startMs, endMs }: TimeWindow): TimeWindow => ({
  startMs: startMs - reachMs,
  endMs: endMs + reachMs,
});

/**
 * A store in front of the store: what a group of tasks reads is fetched once for all of them, and what they write is seen by the
 * next. Whatever lies outside is asked of the store itself. A reading that arrives meanwhile marks its window dirty again, so
 * nothing is missed.
 */
export async function readAhead(
  group: readonly Task[],
  store: RunnerStore,
  volume: Pick<ReadingVolume, 'note'>,
): Promise<RunnerStore> {
  const [first] = group;
  if (!first) return store;
  const { job } = first;
  const hull = hullOf(group);
  const span = spanOf(job, hull);
  const tags = new Set(
    group.flatMap(({ subjects }) => subjects.flatMap((one) => readTags(job, one).map(({ id }) => id))),
  );
  const series = tags.size === 0 ? [] : await store.readings({ tags: [...tags], ...span });
  volume.note(series, span);
  const readings = new Map(series.map(({ tag, points }) => [tag, points]));
  const results = await resultsOf(group, hull, store);
  return {
    readings: async (query) =>
      isPlain(query) && isWithin(query, span) && query.tags.every((tag) => tags.has(tag))
        ? sliced(readings, query)
        : store.readings(query),
    results: async (query) => {
      const known = query.where || query.limit !== undefined ? undefined : results.get(query.measurement);
      return known && isWithin(query, known.span) ? known.rows(query) : store.results(query);
    },
    writeResults: async (rows) => {
      await store.writeResults(rows);
      for (const row of rows) results.get(row.measurement)?.put(row);
    },
  };
}

const isPlain = ({ limit, startNs }: ReadingsQuery): boolean => limit === undefined && startNs === undefined;

const isWithin = (inner: TimeWindow, outer: TimeWindow): boolean =>
  inner.startMs >= outer.startMs && inner.endMs <= outer.endMs;

function sliced(readings: ReadonlyMap<string, readonly RawPoint[]>, query: ReadingsQuery): RawSeries[] {
  return query.tags.flatMap((tag) => {
    const points = readings.get(tag) ?? [];
    const own = points.slice(firstAt(points, query.startMs), firstAt(points, query.endMs));
    return own.length === 0 ? [] : [{ tag, points: own }];
  });
}

/** Index of the first element at or after a time. */
function firstAt(points: readonly { readonly timeMs: number }[], timeMs: number): number {
  let [low, high] = [0, points.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((points[middle]?.timeMs ?? 0) < timeMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The job's own rows of the group's assets, and those it builds on as far as it looks. */
async function resultsOf(
  group: readonly Task[],
  hull: TimeWindow,
  store: RunnerStore,
): Promise<ReadonlyMap<string, KnownRows>> {
  const reach = new Map<string, { readonly backMs: number; readonly aheadMs: number }>();
  const widen = (measurement: string, backMs: number, aheadMs: number): void => {
    const known = reach.get(measurement);
    reach.set(measurement, {
      backMs: Math.max(known?.backMs ?? 0, backMs),
      aheadMs: Math.max(known?.aheadMs ?? 0, aheadMs),
    });
  };
  for (const { job } of group.slice(0, 1)) {
    for (const measurement of [job.measurement, ...(job.alsoWrites ?? [])]) widen(measurement, 0, 0);
    for (const { measurement, backMs, aheadMs = 0 } of job.builtOn ?? []) widen(measurement, backMs, aheadMs);
  }
  const assets = new Set(group.flatMap(({ subjects }) => subjects.map(({ asset }) => asset.id)));
  const where = { asset: [...assets] };
  const found = [...reach].map(async ([measurement, { backMs, aheadMs }]) => {
    const span = { startMs: hull.startMs - backMs, endMs: hull.endMs + aheadMs };
    return [measurement, new KnownRows(span, await store.results({ measurement, where, ...span }))] as const;
  });
  return new Map(await Promise.all(found));
}

/** Rows of one measurement, kept as the store would answer. */
class KnownRows {
  readonly span: TimeWindow;
  readonly #rows = new Map<string, ResultRow>();
  #sorted: readonly ResultRow[] | undefined;

  constructor(span: TimeWindow, rows: readonly ResultRow[]) {
    this.span = span;
    for (const row of rows) this.put(row);
  }

  put(row: ResultRow): void {
    const key = identity(row);
    const before = this.#rows.get(key);
    this.#rows.set(key, before ? { ...row, fields: { ...before.fields, ...row.fields } } : row);
    this.#sorted = undefined;
  }

  rows({ startMs, endMs }: TimeWindow): readonly ResultRow[] {
    this.#sorted ??= [...this.#rows.values()].sort((a, b) => a.timeMs - b.timeMs);
    return this.#sorted.slice(firstAt(this.#sorted, startMs), firstAt(this.#sorted, endMs));
  }
}

/** What a row is about: its measurement, series and time. */
export function identity({ measurement, series, timeMs }: Omit<ResultRow, 'fields'>): string {
  return JSON.stringify([measurement, timeMs, Object.entries(series).sort()]);
}
