import type { Plant } from '../../model/plant.ts';
import { quarterHourMs, type TimeWindow } from '../../model/window.ts';
import type { DirtySlot } from '../../store/dirty-windows.ts';
import type { Job, JobSubject } from './job.ts';

/** A job's windows that dirty slots touch, for one window all subjects at once: they share one read. */
export interface Task {
  readonly job: Job;
  readonly window: TimeWindow;
  readonly subjects: readonly JobSubject[];
}

/** Knows which figures each tag feeds, and so which windows a changed slot makes stale. */
export class Schedule {
  readonly #feeds = new Map<string, { job: Job; subject: JobSubject }[]>();

  constructor(plant: Plant, jobs: readonly Job[]) {
    for (const job of jobs) {
      for (const subject of job.subjects(plant)) {
        for (const tag of subject.tags) {
          const feeds = this.#feeds.get(tag.id) ?? [];
          feeds.push({ job, subject });
          this.#feeds.set(tag.id, feeds);
        }
      }
    }
  }

  /** The latest end of all windows that the slot touches; undefined where its tag feeds no figure. */
  latestEndMs({ tag, startMs }: DirtySlot): number | undefined {
    const ends = (this.#feeds.get(tag) ?? []).map(({ job }) => {
      const last = startMs + quarterHourMs - 1;
      return (Math.floor(last / job.windowMs) + 1) * job.windowMs;
    });
    return ends.length === 0 ? undefined : Math.max(...ends);
  }

  /** Exactly the windows the slots touch, newest first. */
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
      .sort((a, b) => b.window.startMs - a.window.startMs);
  }
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
