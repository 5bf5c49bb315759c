import type { PlantCalendar } from '../../model/calendar.ts';
import { dayMs, hourMs, minuteMs, type TimeWindow } from '../../model/window.ts';
import type { Retention } from '../retention.ts';
import type { AggregatesQuery } from '../time-series-store.ts';
import { fitsGrid, type WindowRun } from '../window-run.ts';
import type { Rollup } from './cells.ts';
import type { RollupLog, RollupState } from './rollup-log.ts';

/** A stretch of a query, read from one resolution. */
export interface PlanPart extends TimeWindow {
  /** Undefined: the readings themselves. */
  readonly rollup: Rollup | undefined;
}

/** Below this the readings themselves are as quick to ask, and no state needs to be asked for. */
const SHORTEST_ROLLED_MS = 12 * hourMs;
/** More alternations than this cost more than they save. */
const MAX_PARTS = 24;

type PlannedQuery = TimeWindow & Pick<AggregatesQuery, 'every'>;

/** Which resolution answers which stretch of a query. */
export interface RollupPlan {
  parts(query: PlannedQuery, runs: readonly WindowRun[], nowMs: number): Promise<PlanPart[]>;
}

/** Without rollups. */
export const rawPlan: RollupPlan = {
  parts: async ({ startMs, endMs }) => [{ startMs, endMs, rollup: undefined }],
};

export interface RollupDatabases {
  readonly minutes: string;
  /** Of days too. */
  readonly hours: string;
}

/**
 * Days where windows are days or longer and all of it is rolled up; hours where no window cuts one; where the readings
 * are gone, minutes, or else hours.
 */
export class StoredRollupPlan implements RollupPlan {
  readonly #log: RollupLog;
  readonly #minutes: Rollup;
  readonly #hours: Rollup;
  readonly #days: Rollup & { readonly dayZone: string };
  readonly #retention: Retention;
  readonly #calendar: PlantCalendar;

  constructor(log: RollupLog, databases: RollupDatabases, retention: Retention, calendar: PlantCalendar) {
    this.#log = log;
    this.#minutes = { database: databases.minutes };
    this.#hours = { database: databases.hours };
    this.#days = { database: databases.hours, dayZone: calendar.timeZone };
    this.#retention = retention;
    this.#calendar = calendar;
  }

  async parts(query: PlannedQuery, runs: readonly WindowRun[], nowMs: number): Promise<PlanPart[]> {
    const { startMs, endMs, every } = query;
    const goneMs = this.#goneBefore(query, nowMs);
    const wholeHours = fitsGrid(runs, hourMs);
    const wholeDays = typeof every === 'string' && every !== 'hour';
    const coarse = wholeHours || !fitsGrid(runs, minuteMs) || this.#minutesGone(query, nowMs);
    const gone = { startMs, endMs: goneMs, rollup: coarse ? this.#hours : this.#minutes };
    const kept = { startMs: goneMs, endMs, rollup: undefined };
    const plain = [gone, kept].filter((part) => part.startMs < part.endMs);
    if (!(wholeHours || wholeDays) || endMs - startMs < SHORTEST_ROLLED_MS) return plain;
    const state = await this.#log.state();
    if (state === undefined) return plain;
    const dirty = new Set((await this.#log.pending(state.logNs)).map(({ hour }) => hour));
    const rollupOf: RollupOf = (hour, isWhole) => {
      if (hour < goneMs) return gone.rollup;
      const isRolled = isWhole && wholeHours && hour + hourMs <= state.doneMs && !dirty.has(hour);
      return isRolled ? this.#hours : undefined;
    };
    const parts = this.#alternate(query, rollupOf, wholeDays ? this.#dayEnds(state, dirty) : undefined);
    return parts.length > MAX_PARTS ? plain : parts;
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

  /** Tells of an instant the end of the rolled up day that starts there. */
  #dayEnds({ days }: RollupState, dirty: ReadonlySet<number>): DayEnd {
    if (days?.zone !== this.#days.dayZone) return () => undefined;
    const dirtyDays = new Set<number>();
    for (const hour of dirty) {
      // An hour may lie in two days where the zone's offset is no whole hour.
      for (const instant of [hour, hour + hourMs - 1]) dirtyDays.add(this.#calendar.startOf('day', instant));
    }
    return (timeMs) => {
      if (timeMs >= days.doneMs || this.#calendar.startOf('day', timeMs) !== timeMs) return undefined;
      const endMs = this.#calendar.startOfNext('day', timeMs);
      return endMs > days.doneMs || dirtyDays.has(timeMs) ? undefined : endMs;
    };
  }

  /** Joins neighbouring stretches of one kind; hours that the span cuts are read raw. */
  #alternate(span: TimeWindow, rollupOf: RollupOf, dayEnd?: DayEnd): PlanPart[] {
    const parts: PlanPart[] = [];
    for (let startMs = span.startMs; startMs < span.endMs; ) {
      const { endMs, rollup } = this.#stretchFrom(startMs, span.endMs, rollupOf, dayEnd);
      const last = parts.at(-1);
      if (last?.rollup === rollup && last !== undefined) parts[parts.length - 1] = { ...last, endMs };
      else parts.push({ startMs, endMs, rollup });
      startMs = endMs;
    }
    return parts;
  }

  #stretchFrom(
    startMs: number,
    spanEndMs: number,
    rollupOf: RollupOf,
    dayEnd?: DayEnd,
  ): { readonly endMs: number; readonly rollup: Rollup | undefined } {
    const dayEndMs = dayEnd?.(startMs);
    if (dayEndMs !== undefined && dayEndMs <= spanEndMs) return { endMs: dayEndMs, rollup: this.#days };
    const hour = Math.floor(startMs / hourMs) * hourMs;
    const endMs = Math.min(hour + hourMs, spanEndMs);
    return { endMs, rollup: rollupOf(hour, startMs === hour && endMs === hour + hourMs) };
  }
}

type DayEnd = (timeMs: number) => number | undefined;
/** Of an hour, which may be cut. */
type RollupOf = (hour: number, isWhole: boolean) => Rollup | undefined;
