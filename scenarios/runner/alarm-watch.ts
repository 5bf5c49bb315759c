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
  readonly limit: number;
  readonly evidence?: string;
}

export interface AlarmWatchOptions {
  readonly definitions: readonly AlarmDefinition[];
  readonly journal: Journal<AlarmTransition>;
  readonly clock: Clock;
  /**
   * Where several processes share one journal: the definitions judged here. Of all others this process shows the state and
   * lets an operator act. Default: all.
   */
  readonly judges?: (definition: AlarmDefinition) => boolean;
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
  readonly #judged: readonly AlarmDefinition[];
  readonly #listeners = new Set<(line: AlarmTransition) => void>();
  /** Sequences that this process wrote itself and has in memory already. */
  readonly #own = new Set<number>();
  #readUpTo: number;
  #pendingWrites = 0;
  #writing: Promise<unknown> = Promise.resolve();
  #lastError: StationHealth['lastError'];
  #timer: NodeJS.Timeout | undefined;

  constructor({ definitions, journal, clock, judges = () => true }: AlarmWatchOptions) {
    this.definitions = definitions;
    this.#journal = journal;
    this.#clock = clock;
    const known = journal.read();
    this.#statuses = foldJournal(known.map(({ entry }) => entry));
    this.#readUpTo = known.at(-1)?.sequence ?? 0;
    this.#judged = definitions.filter(judges);
    const key = ({ source }: AlarmDefinition): string =>
      source.kind === 'reading' ? source.tag : source.measurement;
    this.#byTag = groupBy(
      this.#judged.filter(({ source }) => source.kind === 'reading'),
      key,
    );
    this.#byMeasurement = groupBy(
      this.#judged.filter(({ source }) => source.kind === 'result'),
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
      for (const definition of this.#byTag.get(tag) ?? []) {
        const { limit } = definition;
        if (limit !== undefined) this.#judge(definition, { value, timeMs, limit });
      }
    }
  }

  results(rows: readonly ResultRow[]): void {
    this.tick();
    for (const row of rows) {
      for (const definition of this.#byMeasurement.get(row.measurement) ?? []) this.#take(definition, row);
    }
  }

  /** @returns ends the subscription to every change, of this process and of others on the same journal */
  subscribe(listener: (line: AlarmTransition) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Takes over what other processes wrote. While own lines are under way their order is not known yet. */
  #follow(): void {
    if (this.#pendingWrites > 0) return;
    for (const { sequence, entry } of this.#journal.read({ after: this.#readUpTo })) {
      this.#readUpTo = sequence;
      if (this.#own.delete(sequence)) continue;
      this.#statuses.set(entry.alarm, afterTransition(this.status(entry.alarm), entry));
      this.#tell(entry);
    }
  }

  #tell(line: AlarmTransition): void {
    for (const listener of this.#listeners) listener(line);
  }

  /** Lets delays, ended windows, the ends of shelving and what others wrote take effect. */
  tick(): void {
    this.#follow();
    const nowMs = this.#clock.nowMs();
    for (const definition of this.#judged) {
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
    this.#follow();
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
    const { limitField, unlessField, evidenceField } = source;
    if (Object.entries(source.series).some(([key, wanted]) => series[key] !== wanted)) return;
    const limit = limitField === undefined ? definition.limit : fields[limitField];
    const value = fields[source.field];
    if (typeof value !== 'number' || typeof limit !== 'number' || fields.status === 'invalid') return;
    if (unlessField !== undefined && fields[unlessField] === true) return;
    const evidence = evidenceField === undefined ? undefined : fields[evidenceField];
    const endMs = timeMs + source.windowMs;
    // Figures that late data revised long after belong to the reports, not before the operator.
    const nowMs = this.#clock.nowMs();
    if (endMs < nowMs - Math.max(source.windowMs, PRESENT_MS)) return;
    const judged = { value, limit, timeMs: endMs, ...(typeof evidence === 'string' && { evidence }) };
    if (endMs <= nowMs) this.#judge(definition, judged);
    else this.#waiting.set(definition.id, judged);
  }

  #judge(definition: AlarmDefinition, judged: Judged): void {
    const { id } = definition;
    const { value, timeMs, limit, evidence } = judged;
    if (timeMs < (this.#last.get(id)?.timeMs ?? 0)) return;
    this.#last.set(id, judged);
    const before = this.#conditions.get(id) ?? CLEAR;
    const after = afterValue(before, { ...definition, limit }, value, timeMs);
    this.#conditions.set(id, after);
    if (after.active === before.active) return;
    const event = after.active ? 'raise' : 'clear';
    this.#note(this.#move(id, { event, timeMs, value, limit, ...(evidence !== undefined && { evidence }) }));
  }

  /** The move is in memory at once, so that the next event sees it; the promise is its place in the journal. */
  #move(id: string, act: AlarmAct): Promise<unknown> | undefined {
    const latching = this.definitions.some((one) => one.id === id && one.latching === true);
    const line = transition(id, this.status(id), act, latching);
    if (!line) return undefined;
    this.#statuses.set(id, afterTransition(this.status(id), line));
    this.#tell(line);
    this.#pendingWrites += 1;
    const written = this.#writing.then(() => this.#journal.append(line));
    const settled = written.then((sequence) => this.#own.add(sequence));
    this.#writing = settled.catch((error: unknown) => {
      const remedy = 'The change is shown but lost after a restart: look at the disk of the data folder.';
      this.#lastError = { message: errorMessage(error), timeMs: this.#clock.nowMs(), remedy };
    });
    this.#writing = this.#writing.then(() => {
      this.#pendingWrites -= 1;
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
      latched: count('latched'),
      suppressed: count('suppressed-by-design') + count('out-of-service'),
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
