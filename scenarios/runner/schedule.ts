import type { Plant, Tag } from '../../model/plant.ts';
import { quarterHourMs, type TimeWindow } from '../../model/window.ts';
import type { DirtySlot } from '../../store/dirty-windows.ts';
import type { ResultRow } from '../../store/time-series-store.ts';
import type { Job, JobSubject } from './job.ts';

/** A job's windows that dirty slots touch, for one window all subjects at once: they share one read. */
export interface Task {
  readonly job: Job;
  readonly window: TimeWindow;
  readonly subjects: readonly JobSubject[];
}

/** Those of a subject's tags that the job reads. */
export const readTags = ({ reads }: Job, { tags }: JobSubject): readonly Tag[] =>
  reads ? tags.filter(({ quantity }) => reads.includes(quantity)) : tags;

interface Feed {
  readonly job: Job;
  readonly subject: JobSubject;
}

/** Knows which figures each tag feeds, and so which windows a changed slot makes stale. */
export class Schedule {
  readonly #feeds = new Map<string, Feed[]>();
  /** Who builds on a measurement's rows, by measurement and asset. */
  readonly #builders = new Map<string, Feed[]>();
  readonly #levels: ReadonlyMap<Job, number>;

  constructor(plant: Plant, jobs: readonly Job[]) {
    this.#levels = levelsOf(jobs);
    for (const job of jobs) {
      for (const subject of job.subjects(plant)) {
        for (const tag of subject.tags) append(this.#feeds, tag.id, { job, subject });
        for (const { measurement, aheadMs } of job.builtOn ?? [])
          if (aheadMs === undefined)
            append(this.#builders, builderKey(measurement, subject.asset.id), { job, subject });
      }
    }
  }

  /**
   * Slots whose windows follow a changed row and build on it, up to the present; the row's own window is not among them, since whoever
   * builds on it is computed after it in the same round.
   */
  following({ measurement, series, timeMs }: ResultRow, nowMs: number): DirtySlot[] {
    return (this.#builders.get(builderKey(measurement, series.asset ?? '')) ?? []).flatMap(
      ({ job, subject }) => {
        const backMs = job.builtOn?.find((one) => one.measurement === measurement)?.backMs ?? 0;
        const tag = subject.tags[0]?.id;
        const first = (Math.floor(timeMs / job.windowMs) + 1) * job.windowMs;
        const last = Math.min(timeMs + backMs, nowMs);
        return tag === undefined ? [] : slotsBetween(tag, first, last, job.windowMs);
      },
    );
  }

  /** The latest end of all windows that the slot touches; undefined where its tag feeds no figure. */
  latestEndMs({ tag, startMs }: DirtySlot): number | undefined {
    const ends = (this.#feeds.get(tag) ?? []).map(({ job }) => {
      const last = startMs + quarterHourMs - 1;
      return (Math.floor(last / job.windowMs) + 1) * job.windowMs;
    });
    return ends.length === 0 ? undefined : Math.max(...ends);
  }

  #levelOf(job: Job): number {
    return this.#levels.get(job) ?? 0;
  }

  /**
   * Exactly the windows the slots touch: what others build on first, then newest first; of a job that builds on its own rows oldest
   * first.
   */
  tasks(slots: readonly DirtySlot[]): Task[] {
    const tasks = new Map<string, { job: Job; window: TimeWindow; subjects: Map<string, JobSubject> }>();
    for (const slot of slots) {
      for (const { job, subject } of this.#feeds.get(slot.tag) ?? []) {
        for (const window of touched(slot, job)) {
          const key = `${job.measurement} ${window.startMs}`;
          const task = tasks.get(key) ?? { job, window, subjects: new Map() };
          task.subjects.set(subject.asset.id, subject);
          tasks.set(key, task);
        }
      }
    }
    return [...tasks.values()]
      .map(({ job, window, subjects }) => ({ job, window, subjects: [...subjects.values()] }))
      .sort((a, b) => this.#levelOf(a.job) - this.#levelOf(b.job) || inOrder(a, b));
  }
}

/** 0 for what comes from readings alone, else one more than the highest that a job builds on. */
function levelsOf(jobs: readonly Job[]): Map<Job, number> {
  const byMeasurement = new Map(
    jobs.flatMap((job) => [job.measurement, ...(job.alsoWrites ?? [])].map((one) => [one, job] as const)),
  );
  const levels = new Map<Job, number>();
  const levelOf = (job: Job): number => {
    const known = levels.get(job);
    if (known !== undefined) return known;
    levels.set(job, 0); // a job that builds on its own earlier rows ends here
    const below = (job.builtOn ?? []).flatMap(({ measurement }) => {
      const other = byMeasurement.get(measurement);
      return other && other !== job ? [levelOf(other) + 1] : [];
    });
    levels.set(job, Math.max(0, ...below));
    return levels.get(job) ?? 0;
  };
  for (const job of jobs) levelOf(job);
  return levels;
}

const isRecursive = ({ builtOn = [], measurement }: Job): boolean =>
  builtOn.some((one) => one.measurement === measurement);

const inOrder = (a: Task, b: Task): number =>
  a.job === b.job && isRecursive(a.job)
    ? a.window.startMs - b.window.startMs
    : b.window.startMs - a.window.startMs;

function slotsBetween(tag: string, firstMs: number, lastMs: number, stepMs: number): DirtySlot[] {
  const count = Math.max(0, Math.floor((lastMs - firstMs) / stepMs) + 1);
  return Array.from({ length: count }, (_, i) => ({ tag, startMs: firstMs + i * stepMs }));
}

const builderKey = (measurement: string, asset: string): string => `${measurement} ${asset}`;

function append<T>(lists: Map<string, T[]>, key: string, item: T): void {
  const list = lists.get(key) ?? [];
  list.push(item);
  lists.set(key, list);
}

function touched(slot: DirtySlot, { windowMs, reachMs }: Job): TimeWindow[] {
  const windows: TimeWindow[] = [];
  const endMs = slot.startMs + quarterHourMs + reachMs;
  for (
    let startMs = Math.floor((slot.startMs - reachMs) / windowMs) * windowMs;
    startMs < endMs;
    startMs += windowMs
  ) {
    windows.push({ startMs, endMs: startMs + windowMs });
  }
  return windows;
}
