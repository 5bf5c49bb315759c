import type { Clock } from '../../model/clock.ts';
import { errorMessage, PlantscopeError } from '../../model/error.ts';
import type { StationHealth } from '../../model/health.ts';
import type { Reading } from '../../model/reading.ts';
import { qualityOf } from '../../model/status.ts';
import { minuteMs } from '../../model/window.ts';
import type { Journal, JournalEntry, JournalQuery } from '../../store/local-state.ts';
import type { ResultRow } from '../../store/time-series-store.ts';
import { afterValue, CLEAR, type LimitCondition } from '../alarms/condition.ts';
import type { AlarmDefinition } from '../alarms/definition.ts';
import { groupBy } from '../alarms/group-by.ts';
import {
  type AlarmAct,
  type AlarmStatus,
  type AlarmTransition,
  afterTransition,
  foldJournal,
  NEVER_RAISED,
  transition,
} from '../alarms/journal.ts';

/** A reading older than this is history that was filled in: nobody can act on it. */
const PRESENT_MS = 10 * minuteMs;
const TICK_MS = 1000;

interface Judged {
  readonly value: number;
  readonly timeMs: number;
}

export interface AlarmWatchOptions {
  readonly definitions: readonly AlarmDefinition[];
  readonly journal: Journal<AlarmTransition>;
  readonly clock: Clock;
}

/** Judges readings and derived figures against the limits and writes every change of an alarm to the journal. */
export class AlarmWatch {
  readonly definitions: readonly AlarmDefinition[];
  readonly #journal: Journal<AlarmTransition>;
  readonly #clock: Clock;
  readonly #byTag: ReadonlyMap<string, readonly AlarmDefinition[]>;
  readonly #byMeasurement: ReadonlyMap<string, readonly AlarmDefinition[]>;
  readonly #statuses: Map<string, AlarmStatus>;
  readonly #conditions = new Map<string, LimitCondition>();
  readonly #last = new Map<string, Judged>();
  /** The newest derived figure of an alarm whose window has not ended, by the window's end. */
  readonly #waiting = new Map<string, Judged>();
  #writing: Promise<unknown> = Promise.resolve();
  #lastError: StationHealth['lastError'];
  #timer: NodeJS.Timeout | undefined;

  constructor({ definitions, journal, clock }: AlarmWatchOptions) {
    this.definitions = definitions;
    this.#journal = journal;
    this.#clock = clock;
    this.#statuses = foldJournal(journal.read().map(({ entry }) => entry));
    const key = ({ source }: AlarmDefinition): string =>
      source.kind === 'reading' ? source.tag : source.measurement;
    this.#byTag = groupBy(
      definitions.filter(({ source }) => source.kind === 'reading'),
      key,
    );
    this.#byMeasurement = groupBy(
      definitions.filter(({ source }) => source.kind === 'result'),
      key,
    );
    for (const { id } of definitions) this.#conditions.set(id, { active: this.status(id).active });
  }

  start(): void {
    this.#timer = setInterval(() => this.tick(), TICK_MS);
  }

  /** Ends when everything under way is in the journal. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#writing;
  }

  status(id: string): AlarmStatus {
    return this.#statuses.get(id) ?? NEVER_RAISED;
  }

  read(query: JournalQuery): readonly JournalEntry<AlarmTransition>[] {
    return this.#journal.read(query);
  }

  readings(readings: readonly Reading[]): void {
    const oldestMs = this.#clock.nowMs() - PRESENT_MS;
    for (const { tag, timeMs, value, status } of readings) {
      if (typeof value !== 'number' || qualityOf(status) !== 'good' || timeMs < oldestMs) continue;
      for (const definition of this.#byTag.get(tag) ?? []) this.#judge(definition, { value, timeMs });
    }
  }

  results(rows: readonly ResultRow[]): void {
    this.tick();
    for (const row of rows) {
      for (const definition of this.#byMeasurement.get(row.measurement) ?? []) this.#take(definition, row);
    }
  }

  /** Lets delays, ended windows and the ends of shelving take effect. */
  tick(): void {
    const nowMs = this.#clock.nowMs();
    for (const definition of this.definitions) {
      const waiting = this.#waiting.get(definition.id);
      if (waiting && waiting.timeMs <= nowMs) {
        this.#waiting.delete(definition.id);
        this.#judge(definition, waiting);
      }
      const last = this.#last.get(definition.id);
      if (last && this.#conditions.get(definition.id)?.pendingSinceMs !== undefined)
        this.#judge(definition, { ...last, timeMs: nowMs });
      if ((this.status(definition.id).shelvedUntilMs ?? Number.POSITIVE_INFINITY) <= nowMs)
        this.#note(this.#move(definition.id, { event: 'unshelve', timeMs: nowMs }));
    }
  }

  /** @throws PlantscopeError `not-found`, `alarm-state` where the alarm's state does not allow it */
  async act(id: string, act: Omit<AlarmAct, 'timeMs'>): Promise<AlarmStatus> {
    if (!this.definitions.some((definition) => definition.id === id))
      throw new PlantscopeError('not-found', `There is no alarm ${id}`, { where: 'id' });
    const written = this.#move(id, { ...act, timeMs: this.#clock.nowMs() });
    if (!written)
      throw new PlantscopeError('alarm-state', `${act.event} is not possible: ${this.status(id).state}`, {
        where: id,
      });
    await written;
    return this.status(id);
  }

  #take(definition: AlarmDefinition, { series, timeMs, fields }: ResultRow): void {
    const { source } = definition;
    if (source.kind !== 'result') return;
    if (Object.entries(source.series).some(([key, wanted]) => series[key] !== wanted)) return;
    const less = source.lessField === undefined ? 0 : fields[source.lessField];
    const value = fields[source.field];
    if (typeof value !== 'number' || typeof less !== 'number' || fields.status === 'invalid') return;
    const endMs = timeMs + source.windowMs;
    // Figures that late data revised long after belong to the reports, not before the operator.
    const nowMs = this.#clock.nowMs();
    if (endMs < nowMs - source.windowMs) return;
    const judged = { value: value - less, timeMs: endMs };
    if (endMs <= nowMs) this.#judge(definition, judged);
    else this.#waiting.set(definition.id, judged);
  }

  #judge(definition: AlarmDefinition, judged: Judged): void {
    const { id, limit } = definition;
    const { value, timeMs } = judged;
    if (timeMs < (this.#last.get(id)?.timeMs ?? 0)) return;
    this.#last.set(id, judged);
    const before = this.#conditions.get(id) ?? CLEAR;
    const after = afterValue(before, definition, value, timeMs);
    this.#conditions.set(id, after);
    if (after.active === before.active) return;
    this.#note(this.#move(id, { event: after.active ? 'raise' : 'clear', timeMs, value, limit }));
  }

  /** The move is in memory at once, so that the next event sees it; the promise is its place in the journal. */
  #move(id: string, act: AlarmAct): Promise<unknown> | undefined {
    const line = transition(id, this.status(id), act);
    if (!line) return undefined;
    this.#statuses.set(id, afterTransition(this.status(id), line));
    const written = this.#writing.then(() => this.#journal.append(line));
    this.#writing = written.catch((error: unknown) => {
      const remedy = 'The change is shown but lost after a restart: look at the disk of the data folder.';
      this.#lastError = { message: errorMessage(error), timeMs: this.#clock.nowMs(), remedy };
    });
    return written;
  }

  /** A failed write is told by the station's health; see #move. */
  #note(written: Promise<unknown> | undefined): void {
    written?.catch(() => undefined);
  }

  health(): StationHealth {
    const states = this.definitions.map(({ id }) => this.status(id).state);
    const count = (state: string): number => states.filter((one) => one === state).length;
    const counters = {
      definitions: states.length,
      unacknowledged: count('unacknowledged') + count('returned-unacknowledged'),
      acknowledged: count('acknowledged'),
      shelved: count('shelved'),
    };
    return {
      station: 'alarms',
      state: this.#lastError ? 'degraded' : 'ok',
      ratePerS: 0,
      summary: `${counters.unacknowledged} of ${counters.definitions} alarms unacknowledged`,
      ...(this.#lastError ? { lastError: this.#lastError } : {}),
      counters,
    };
  }
}
