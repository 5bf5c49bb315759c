import type { Clock } from '../../model/clock.ts';
import { errorMessage } from '../../model/error.ts';
import type { StationHealth } from '../../model/health.ts';
import type { Plant } from '../../model/plant.ts';
import { RateMeter } from '../../model/rate-meter.ts';
import type { DirtySlot, DirtyWindows } from '../../store/dirty-windows.ts';
import type { ResultRow } from '../../store/time-series-store.ts';
import type { Job } from './job.ts';
import { OpenSweep } from './open-sweep.ts';
import { neighbours, type RunnerStore, readAhead } from './read-ahead.ts';
import { ReadingVolume } from './reading-volume.ts';
import { runTask } from './run-task.ts';
import { Schedule, type Task } from './schedule.ts';

const SLOTS_A_ROUND = 2000;
const IDLE_MS = 1000;

export interface RunnerOptions {
  readonly plant: Plant;
  readonly store: RunnerStore;
  readonly dirty: DirtyWindows;
  readonly jobs: readonly Job[];
  readonly clock: Clock;
  /**
   * Told of every row before it is written: a round that is killed after the write and done again finds its rows unchanged, and so
   * would tell of them never.
   */
  readonly beforeResults?: (rows: readonly ResultRow[]) => Promise<void>;
  /** Told of every row that was written; its windows stay dirty until it has resolved. */
  readonly onResults?: (rows: readonly ResultRow[]) => void | Promise<void>;
}

/** Recomputes exactly the windows that new, late or corrected readings touched, and writes the figures back. */
export class Runner {
  readonly #options: RunnerOptions;
  readonly #schedule: Schedule;
  readonly #rate = new RateMeter();
  readonly #volume = new ReadingVolume();
  /** A window that still fills waits for the next sweep; a closed one that late data touched is recomputed at once. */
  readonly #sweep = new OpenSweep();
  readonly #counters = { windows: 0, rows: 0, revised: 0, failures: 0 };
  #lastError: StationHealth['lastError'];
  #timer: NodeJS.Timeout | undefined;
  #round: Promise<unknown> = Promise.resolve();
  #stopped = true;

  constructor(options: RunnerOptions) {
    this.#options = options;
    this.#schedule = new Schedule(options.plant, options.jobs);
  }

  start(): void {
    this.#stopped = false;
    this.#plan(0);
  }

  /** Ends after the round under way; what is still dirty stays so. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#round;
  }

  #plan(delayMs: number): void {
    if (this.#stopped) return;
    this.#timer = setTimeout(() => {
      this.#round = this.#guardedRound().then((worked) => this.#plan(worked ? 0 : IDLE_MS));
    }, delayMs);
  }

  async #guardedRound(): Promise<boolean> {
    try {
      return await this.runOnce();
    } catch (error) {
      this.#counters.failures += 1;
      const remedy = 'The windows stay dirty and are tried again; see the store station.';
      this.#lastError = { message: errorMessage(error), timeMs: this.#options.clock.nowMs(), remedy };
      return false;
    }
  }

  /** One round. @returns whether it found work, and so may find more at once */
  async runOnce(): Promise<boolean> {
    const { dirty, clock } = this.#options;
    const nowMs = clock.nowMs();
    this.#sweep.begin(nowMs);
    const due = await dirty.take(
      SLOTS_A_ROUND,
      (slot) => this.#sweep.includes(slot) || !this.#isOpen(slot, nowMs),
    );
    for (const group of neighbours(this.#schedule.tasks(due)))
      for (const portion of this.#volume.portions(group)) await this.#runGroup(portion, nowMs);
    await dirty.settle(due);
    const lastOpen = due.findLast((slot) => this.#isOpen(slot, nowMs));
    this.#sweep.passed(due.length < SLOTS_A_ROUND ? undefined : lastOpen, clock.nowMs());
    return due.length > 0;
  }

  async #runGroup(group: readonly Task[], nowMs: number): Promise<void> {
    const store = await readAhead(group, this.#options.store, this.#volume);
    for (const task of group) {
      const rows = await runTask(task, { ...this.#options, store });
      this.#count(rows.length, rows.filter(({ fields }) => Number(fields.revision) > 1).length);
      const stale = rows.flatMap((row) => this.#schedule.following(row, nowMs));
      if (stale.length > 0) await this.#options.dirty.mark(stale);
    }
  }

  #isOpen(slot: DirtySlot, nowMs: number): boolean {
    return (this.#schedule.latestEndMs(slot) ?? 0) > nowMs;
  }

  #count(written: number, revised: number): void {
    this.#counters.windows += 1;
    this.#counters.rows += written;
    this.#counters.revised += revised;
    this.#rate.add(written, this.#options.clock.nowMs());
  }

  health(): StationHealth {
    const { clock, dirty } = this.#options;
    const failedRecently = this.#lastError && clock.nowMs() - this.#lastError.timeMs < 60_000;
    return {
      station: 'runner',
      state: failedRecently ? 'degraded' : 'ok',
      summary: `${this.#counters.rows} derived figures written, ${this.#counters.revised} of them revised by late data`,
      ratePerS: this.#rate.perSecond(clock.nowMs()),
      queue: dirty.size(),
      ...(this.#lastError ? { lastError: this.#lastError } : {}),
      counters: { ...this.#counters },
    };
  }
}
