import { dayMs, hourMs, minuteMs, type TimeWindow } from '../../model/window.ts';
import type { Retention } from '../retention.ts';
import { fitsGrid, type WindowRun } from '../window-run.ts';
import type { RollupLog } from './rollup-log.ts';

/** A stretch of a query, read from one resolution. */
export interface PlanPart extends TimeWindow {
  /** Database of the rollup; undefined: the readings themselves. */
  readonly rollup: string | undefined;
}

/** Below this the readings themselves are as quick to ask, and no state needs to be asked for. */
const SHORTEST_ROLLED_MS = 12 * hourMs;
/** More alternations than this cost more than they save. */
const MAX_PARTS = 24;

/** Which resolution answers which stretch of a query. */
export interface RollupPlan {
  parts(span: TimeWindow, runs: readonly WindowRun[], nowMs: number): Promise<PlanPart[]>;
}

/** Without rollups. */
export const rawPlan: RollupPlan = {
  parts: async ({ startMs, endMs }) => [{ startMs, endMs, rollup: undefined }],
};

export interface RollupDatabases {
  readonly minutes: string;
  readonly hours: string;
}

/** Hours where they are rolled up and no window cuts one; where the readings are gone, minutes, or else hours. */
export class StoredRollupPlan implements RollupPlan {
  readonly #log: RollupLog;
  readonly #databases: RollupDatabases;
  readonly #retention: Retention;

  constructor(log: RollupLog, databases: RollupDatabases, retention: Retention) {
    this.#log = log;
    this.#databases = databases;
    this.#retention = retention;
  }

  async parts(span: TimeWindow, runs: readonly WindowRun[], nowMs: number): Promise<PlanPart[]> {
    const goneMs = this.#goneBefore(span, nowMs);
    const wholeHours = fitsGrid(runs, hourMs);
    const gone = { startMs: span.startMs, endMs: goneMs };
    const kept = { startMs: goneMs, endMs: span.endMs };
    const coarse = wholeHours || !fitsGrid(runs, minuteMs) || this.#minutesGone(span, nowMs);
    const parts: PlanPart[] = [{ ...gone, rollup: coarse ? this.#databases.hours : this.#databases.minutes }];
    parts.push(...(await this.#keptParts(kept, wholeHours)));
    return parts.filter(({ startMs, endMs }) => startMs < endMs);
  }

  /** Where the readings start; a day's margin, as databases drop whole shards. */
  #goneBefore({ startMs, endMs }: TimeWindow, nowMs: number): number {
    const { rawDays } = this.#retention;
    if (rawDays === undefined) return startMs;
    const keptFromMs = Math.ceil((nowMs - rawDays * dayMs) / hourMs) * hourMs;
    return Math.min(endMs, Math.max(startMs, keptFromMs));
  }

  #minutesGone({ startMs }: TimeWindow, nowMs: number): boolean {
    const { minuteDays } = this.#retention;
    return minuteDays !== undefined && startMs < nowMs - minuteDays * dayMs;
  }

  async #keptParts(span: TimeWindow, wholeHours: boolean): Promise<PlanPart[]> {
    const raw = { ...span, rollup: undefined };
    if (!wholeHours || span.endMs - span.startMs < SHORTEST_ROLLED_MS) return [raw];
    const state = await this.#log.state();
    if (state === undefined) return [raw];
    const dirty = new Set((await this.#log.pending(state.logNs)).map(({ hour }) => hour));
    const parts = this.#alternate(span, (hour) => hour + hourMs <= state.doneMs && !dirty.has(hour));
    return parts.length > MAX_PARTS ? [raw] : parts;
  }

  /** Joins neighbouring hours of one kind; hours that the span cuts are read raw. */
  #alternate(span: TimeWindow, isRolled: (hour: number) => boolean): PlanPart[] {
    const parts: PlanPart[] = [];
    for (let startMs = span.startMs; startMs < span.endMs; ) {
      const hour = Math.floor(startMs / hourMs) * hourMs;
      const endMs = Math.min(hour + hourMs, span.endMs);
      const whole = startMs === hour && endMs === hour + hourMs;
      const rollup = whole && isRolled(hour) ? this.#databases.hours : undefined;
      const last = parts.at(-1);
      if (last?.rollup === rollup && last !== undefined) parts[parts.length - 1] = { ...last, endMs };
      else parts.push({ startMs, endMs, rollup });
      startMs = endMs;
    }
    return parts;
  }
}
