import { mkdirSync } from 'node:fs';
import { type Database, open, type RootDatabase } from 'lmdb';
import { decodeBatch } from '../model/batch.ts';
import { errorMessage, PlantscopeError } from '../model/error.ts';
import type { StationHealth } from '../model/health.ts';
import { RateMeter } from '../model/rate-meter.ts';
import { compareInstants, type Reading } from '../model/reading.ts';
import { decodeRecord, encodeRecord, pieces, recordHeader, type SpoolRecord } from './lmdb-spool-records.ts';
import { type Collision, type Lane, lanes, type Spool, type SpooledBatch } from './spool.ts';
import { type SpoolOptions, withDefaults } from './spool-options.ts';

interface Waiting {
  readonly readings: readonly Reading[];
  readonly collisions: readonly Collision[];
  readonly done: (error?: Error) => void;
}

interface Totals {
  batches: number;
  readings: number;
  bytes: number;
}

const NEWEST_EVERY_MS = 5000;
/** Ages are looked at this often while nothing arrives. */
const UPKEEP_MS = 1000;
const MAX_RETRY_MS = 5000;
const MAX_COLLISIONS = 100_000;

/** Opens the spool of one gateway, or creates it. @throws PlantscopeError `spool-unreadable` */
export function openSpool(options: SpoolOptions): Spool {
  mkdirSync(options.dir, { recursive: true, mode: 0o700 });
  try {
    return new LmdbSpool(options);
  } catch (cause) {
    if (cause instanceof PlantscopeError) throw cause;
    throw new PlantscopeError('spool-unreadable', `Can't open the spool: ${errorMessage(cause)}`, {
      cause,
      where: options.dir,
      hint: 'Is the disk full, or does another process use this data directory?',
    });
  }
}

class LmdbSpool implements Spool {
  readonly gateway: string;
  readonly epoch: number;
  readonly #options: Required<SpoolOptions>;
  readonly #environment: RootDatabase<unknown, string>;
  readonly #lanes: Readonly<Record<Lane, Database<Buffer, number>>>;
  readonly #newestTable: Database<Reading, string>;
  readonly #collisionTable: Database<Collision, (string | number)[]>;
  readonly #newest = new Map<string, Reading>();
  readonly #newestDirty = new Set<string>();
  readonly #listeners: (() => void)[] = [];
  readonly #totals: Totals;
  readonly #rate = new RateMeter();
  readonly #counters = { appended: 0, confirmed: 0, dropped: 0, commits: 0, commitFailures: 0, refused: 0 };
  /** Given out; a record gets its number before its commit. */
  #sequence: number;
  #committedSequence: number;
  #waiting: Waiting[] = [];
  #waitingReadings = 0;
  #confirmed: number[] = [];
  #timer: NodeJS.Timeout | undefined;
  readonly #upkeep: NodeJS.Timeout;
  #committing: Promise<void> | undefined;
  #lastCommitMs = 0;
  #lastNewestMs: number;
  #lastError: StationHealth['lastError'];
  #failing = false;
  #closed = false;

  constructor(options: SpoolOptions) {
    this.#options = withDefaults(options);
    this.gateway = options.gateway;
    // Plain LMDB syncing: a commit is on disk when its promise resolves, and a torn tail is never read.
    this.#environment = open({ path: options.dir, noSubdir: false, maxDbs: 8, overlappingSync: false });
    this.#lanes = {
      live: this.#environment.openDB({ name: 'live', encoding: 'binary' }),
      history: this.#environment.openDB({ name: 'history', encoding: 'binary' }),
    };
    this.#newestTable = this.#environment.openDB({ name: 'newest' });
    this.#collisionTable = this.#environment.openDB({ name: 'collisions' });
    this.epoch = this.#openEpoch();
    this.#lastNewestMs = this.#nowMs();
    this.#totals = (this.#environment.get('totals') as Totals | undefined) ?? {
      batches: 0,
      readings: 0,
      bytes: 0,
    };
    this.#sequence = Math.max(this.#number('lastSequence'), ...lanes.map((lane) => this.#lastKey(lane)));
    this.#committedSequence = this.#sequence;
    this.#loadNewest();
    this.#upkeep = setInterval(() => this.#schedule(0), UPKEEP_MS);
    this.#upkeep.unref();
  }

  append(readings: readonly Reading[], collisions: readonly Collision[] = []): Promise<void> {
    if (this.#closed) return Promise.reject(new PlantscopeError('spool-closed', 'The spool is closed'));
    if (
      this.#waitingReadings + readings.length > this.#options.maxWaitingReadings &&
      this.#waitingReadings > 0
    ) {
      this.#counters.refused += readings.length;
      return Promise.reject(
        new PlantscopeError('spool-full', `${this.#waitingReadings} readings wait for the spool already`, {
          retryable: true,
          hint: 'See the health page: the disk is full, or ingest has been away for too long.',
        }),
      );
    }
    this.#waitingReadings += readings.length;
    return new Promise((resolve, reject) => {
      this.#waiting.push({ readings, collisions, done: (error) => (error ? reject(error) : resolve()) });
      this.#schedule(Math.max(0, this.#lastCommitMs + this.#options.groupMs - performance.now()));
    });
  }

  settled(): Promise<void> {
    return this.#waiting.length === 0 && this.#committing === undefined ? Promise.resolve() : this.append([]);
  }

  read(lane: Lane, fromSequence: number, limit: number): readonly SpooledBatch[] {
    const range = this.#lanes[lane].getRange({ start: fromSequence, limit });
    return Array.from(range, ({ key, value }) => decodeRecord(lane, key, value));
  }

  get(lane: Lane, sequence: number): SpooledBatch | undefined {
    const bytes = this.#lanes[lane].get(sequence);
    return bytes && decodeRecord(lane, sequence, bytes);
  }

  confirm(sequences: readonly number[]): void {
    for (const sequence of sequences) this.#confirmed.push(sequence);
    if (!this.#closed) this.#schedule(this.#isOverBound(0) ? 0 : 20);
  }

  nextSequence(): number {
    return this.#committedSequence + 1;
  }

  newest(tag: string): Reading | undefined {
    return this.#newest.get(tag);
  }

  collisions(): Iterable<Collision> {
    return this.#collisionTable.getRange({}).map(({ value }) => value);
  }

  size(): number {
    return this.#totals.readings + this.#waitingReadings;
  }

  onAppended(listener: () => void): void {
    this.#listeners.push(listener);
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    clearInterval(this.#upkeep);
    await this.#committing;
    if (!this.#failing && (this.#waiting.length > 0 || this.#confirmed.length > 0)) await this.#commitOnce();
    this.#failWaiting(
      new PlantscopeError('spool-closed', 'The spool was closed before it held these readings'),
    );
    await this.#environment.close();
  }

  health(): StationHealth {
    const ratio = this.#totals.bytes / this.#options.maxBytes;
    const isHigh = ratio >= this.#options.highWaterRatio;
    const oldest = this.#oldest();
    return {
      station: 'spool',
      state: this.#failing ? 'down' : isHigh ? 'degraded' : 'ok',
      summary: this.#failing
        ? `can't write: ${this.#lastError?.message ?? 'unknown'}`
        : `${this.#totals.readings} readings wait, ${(100 * ratio).toFixed(1)} % full${isHigh ? ' (high water)' : ''}`,
      ratePerS: this.#rate.perSecond(this.#nowMs()),
      queue: this.size(),
      ...(oldest === undefined ? {} : { oldestS: Math.max(0, this.#nowMs() - oldest) / 1000 }),
      ...(this.#lastError ? { lastError: this.#lastError } : {}),
      counters: { ...this.#counters, bytes: this.#totals.bytes },
    };
  }

  #schedule(delayMs: number): void {
    if (this.#committing !== undefined) return; // the running commit looks again when it is done
    if (delayMs > 1 && this.#timer !== undefined) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (delayMs <= 1) setImmediate(() => this.#commit());
    else this.#timer = setTimeout(() => this.#commit(), delayMs);
  }

  #commit(): void {
    this.#timer = undefined;
    if (this.#committing !== undefined || this.#closed) return;
    this.#committing = this.#commitOnce().finally(() => {
      this.#committing = undefined;
      if (!this.#closed && (this.#hasRoomForWaiting() || this.#confirmed.length > 0)) {
        this.#schedule(this.#options.groupMs);
      }
    });
  }

  /** One transaction: what waits goes in, what is confirmed goes out. Retried for ever: a full disk may get room. */
  async #commitOnce(): Promise<void> {
    const confirmed = [...new Set(this.#confirmed)];
    this.#confirmed = [];
    const group = this.#takeGroup();
    const records = this.#encode(group);
    for (let attempt = 0; ; attempt++) {
      try {
        await this.#write(records, group, confirmed);
        this.#failing = false;
        break;
      } catch (thrown) {
        await this.#onCommitFailure(thrown, attempt);
        if (this.#closed) {
          this.#waiting.unshift(...group);
          return;
        }
      }
    }
    this.#lastCommitMs = performance.now();
    for (const waiting of group) waiting.done();
    if (records.length > 0) for (const listener of this.#listeners) listener();
  }

  #takeGroup(): Waiting[] {
    if (!this.#hasRoomForWaiting()) return [];
    const group = this.#waiting;
    this.#waiting = [];
    return group;
  }

  #hasRoomForWaiting(): boolean {
    return this.#waiting.length > 0 && (this.#options.whenFull === 'drop-oldest' || !this.#isOverBound(0));
  }

  #isOverBound(moreBytes: number): boolean {
    return this.#totals.bytes + moreBytes >= this.#options.maxBytes;
  }

  #encode(group: readonly Waiting[]): SpoolRecord[] {
    const readings =
      group.length === 1 ? (group[0] as Waiting).readings : group.flatMap((one) => one.readings);
    const nowMs = this.#nowMs();
    return pieces(readings, this.#options.maxBatchReadings).map((piece) =>
      encodeRecord(piece.lane, { epoch: this.epoch, sequence: ++this.#sequence }, piece.readings, nowMs),
    );
  }

  async #write(
    records: readonly SpoolRecord[],
    group: readonly Waiting[],
    confirmed: readonly number[],
  ): Promise<void> {
    const totals = { ...this.#totals };
    const addedBytes = records.reduce((sum, { bytes }) => sum + bytes.length, 0);
    const removals = this.#removals(confirmed, totals);
    const dropped = this.#drops(totals, addedBytes, new Set(confirmed));
    for (const record of records) this.#noteNewest(record.readings);
    totals.batches += records.length;
    totals.bytes += addedBytes;
    const addedReadings = records.reduce((sum, { readings }) => sum + readings.length, 0);
    totals.readings += addedReadings;
    const newestDue =
      this.#newestDirty.size > 0 && (removals.length + dropped.length > 0 || this.#isNewestDue());
    if (records.length + removals.length + dropped.length === 0 && !newestDue && group.length === 0) return;
    const newestTags = newestDue ? [...this.#newestDirty] : [];
    await committed(
      this.#environment.batch(() => {
        for (const { lane, sequence, bytes } of records) this.#lanes[lane].put(sequence, bytes);
        for (const { lane, sequence } of [...removals, ...dropped]) this.#lanes[lane].remove(sequence);
        for (const { collisions } of group) for (const one of collisions) this.#putCollision(one);
        for (const tag of newestTags) this.#newestTable.put(tag, this.#newest.get(tag) as Reading);
        if (newestDue) this.#environment.put('newestThrough', this.#sequence);
        this.#environment.put('lastSequence', this.#sequence);
        this.#environment.put('totals', totals);
      }),
    );
    for (const tag of newestTags) this.#newestDirty.delete(tag);
    if (newestDue) this.#lastNewestMs = this.#nowMs();
    this.#book(totals, addedReadings, removals, dropped);
  }

  #book(totals: Totals, added: number, removals: readonly Removal[], dropped: readonly Removal[]): void {
    Object.assign(this.#totals, totals);
    this.#committedSequence = this.#sequence;
    this.#waitingReadings -= added;
    this.#counters.appended += added;
    this.#counters.commits++;
    this.#counters.confirmed += sumOfCounts(removals);
    this.#rate.add(added, this.#nowMs());
    const lost = sumOfCounts(dropped);
    if (lost === 0) return;
    this.#counters.dropped += lost;
    this.#trouble(`dropped ${lost} readings: the spool is full or they are too old`);
  }

  #removals(confirmed: readonly number[], totals: Totals): Removal[] {
    return confirmed.flatMap((sequence) => {
      const found = lanes.find((lane) => this.#lanes[lane].doesExist(sequence));
      return found === undefined ? [] : [this.#removal(found, sequence, totals)];
    });
  }

  /** What the stated bounds say must go: batches past the age, and with `drop-oldest` the oldest until there is room. */
  #drops(totals: Totals, addedBytes: number, leaving: ReadonlySet<number>): Removal[] {
    const drops: Removal[] = [];
    const isOver = (): boolean =>
      this.#options.whenFull === 'drop-oldest' && totals.bytes + addedBytes > this.#options.maxBytes;
    const oldestAllowedMs = this.#nowMs() - this.#options.maxAgeMs;
    for (const lane of [...lanes].reverse()) {
      for (const { key, value } of this.#lanes[lane].getRange({})) {
        if (recordHeader(value).appendedMs >= oldestAllowedMs && !isOver()) break;
        if (!leaving.has(key)) drops.push(this.#removal(lane, key, totals));
      }
    }
    return drops;
  }

  #removal(lane: Lane, sequence: number, totals: Totals): Removal {
    const bytes = this.#lanes[lane].get(sequence) as Buffer;
    const { count } = recordHeader(bytes);
    totals.batches--;
    totals.readings -= count;
    totals.bytes -= bytes.length;
    return { lane, sequence, count };
  }

  #putCollision(collision: Collision): void {
    const { tag, timeMs, timeNs } = collision;
    this.#collisionTable.put([tag, timeMs, timeNs], collision);
  }

  async #onCommitFailure(thrown: unknown, attempt: number): Promise<void> {
    this.#counters.commitFailures++;
    this.#failing = true;
    const message = errorMessage(thrown);
    if (attempt === 0) this.#trouble(`can't write to the spool: ${message}`);
    else this.#setError(message);
    await new Promise((resolve) =>
      setTimeout(resolve, Math.min(MAX_RETRY_MS, 100 * 2 ** Math.min(attempt, 10))),
    );
  }

  #trouble(message: string): void {
    this.#setError(message);
    this.#options.onTrouble(message);
  }

  #setError(message: string): void {
    this.#lastError = {
      message,
      timeMs: this.#nowMs(),
      remedy: 'Free disk space in the data directory, or raise the bound of the spool.',
    };
  }

  #failWaiting(error: PlantscopeError): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const { done } of waiting) done(error);
  }

  #noteNewest(readings: readonly Reading[]): void {
    for (const reading of readings) {
      const known = this.#newest.get(reading.tag);
      if (known !== undefined && compareInstants(known, reading) > 0) continue;
      this.#newest.set(reading.tag, reading);
      this.#newestDirty.add(reading.tag);
    }
  }

  #isNewestDue(): boolean {
    return this.#nowMs() - this.#lastNewestMs >= NEWEST_EVERY_MS;
  }

  /** The table is complete up to `newestThrough`; what came later is read from the batches themselves. */
  #loadNewest(): void {
    for (const { key, value } of this.#newestTable.getRange({})) this.#newest.set(key, value);
    const start = this.#number('newestThrough') + 1;
    for (const lane of lanes) {
      for (const { key, value } of this.#lanes[lane].getRange({ start })) {
        this.#noteNewest(decodeBatch(decodeRecord(lane, key, value).payload.toString()).readings);
      }
    }
    this.#forgetOldCollisions();
  }

  #forgetOldCollisions(): void {
    const excess = this.#collisionTable.getCount({}) - MAX_COLLISIONS;
    if (excess <= 0) return;
    const byAge = [...this.collisions()].sort(compareInstants).slice(0, excess);
    for (const { tag, timeMs, timeNs } of byAge) this.#collisionTable.remove([tag, timeMs, timeNs]);
  }

  #openEpoch(): number {
    const known = this.#number('epoch');
    if (known > 0) return known;
    const epoch = this.#nowMs();
    this.#environment.putSync('epoch', epoch);
    return epoch;
  }

  #oldest(): number | undefined {
    const heads = lanes.flatMap((lane) => [...this.#lanes[lane].getRange({ limit: 1 })]);
    const times = heads.map(({ value }) => recordHeader(value).appendedMs);
    return times.length === 0 ? undefined : Math.min(...times);
  }

  #number(key: string): number {
    return (this.#environment.get(key) as number | undefined) ?? 0;
  }

  #lastKey(lane: Lane): number {
    return [...this.#lanes[lane].getKeys({ reverse: true, limit: 1 })][0] ?? 0;
  }

  #nowMs(): number {
    return this.#options.clock.nowMs();
  }
}

interface Removal {
  readonly lane: Lane;
  readonly sequence: number;
  readonly count: number;
}

const sumOfCounts = (removals: readonly Removal[]): number =>
  removals.reduce((sum, { count }) => sum + count, 0);

/** lmdb rejects a failed commit twice: the promise, and a second one in the error that tells the cause. */
async function committed(commit: Promise<boolean>): Promise<void> {
  try {
    await commit;
  } catch (thrown) {
    const cause = (thrown as { commitError?: Promise<never> }).commitError;
    if (cause !== undefined) await cause;
    throw thrown;
  }
}
