import { mkdirSync } from 'node:fs';
import { checkLmdbFolder, type DamageNotice } from '../lmdb/file-check.ts';
import { errorMessage, PlantscopeError } from '../model/error.ts';
import type { StationHealth } from '../model/health.ts';
import { RateMeter } from '../model/rate-meter.ts';
import type { Reading } from '../model/reading.ts';
import { encodeRecord, pieces, type SpoolRecord } from './lmdb-spool-records.ts';
import { SpoolTables, type SpoolTotals } from './lmdb-spool-tables.ts';
import type { Collision, Lane, Spool, SpooledBatch } from './spool.ts';
import { countOf, type Leaving, leavingOf } from './spool-bounds.ts';
import { HighWater } from './spool-high-water.ts';
import { SpoolNewest } from './spool-newest.ts';
import { type SpoolOptions, withDefaults } from './spool-options.ts';
import { SpoolWaiting, type WaitingAppend } from './spool-waiting.ts';

/** Ages are looked at this often while nothing arrives. */
const UPKEEP_MS = 1000;
const MAX_RETRY_MS = 5000;
/** Confirmations that come within this share a commit. */
const CONFIRM_MS = 20;

const damageNotice: DamageNotice = {
  ...{ code: 'spool-unreadable', owner: 'the spool' },
  lost: 'What the spool held and was not stored yet is lost.',
};

/** Opens the spool of one gateway, or creates it. @throws PlantscopeError `spool-unreadable` */
export function openSpool(options: SpoolOptions): Spool {
  mkdirSync(options.dir, { recursive: true, mode: 0o700 });
  try {
    checkLmdbFolder(options.dir, damageNotice);
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
  readonly #tables: SpoolTables;
  readonly #highWater: HighWater;
  readonly #newest: SpoolNewest;
  readonly #waiting = new SpoolWaiting();
  readonly #listeners: (() => void)[] = [];
  readonly #rate = new RateMeter();
  readonly #counters = { appended: 0, confirmed: 0, dropped: 0, commits: 0, commitFailures: 0, refused: 0 };
  #totals: SpoolTotals;
  /** Given out; a record gets its number before its commit. */
  #sequence: number;
  #committedSequence: number;
  #confirmed: number[] = [];
  #timer: NodeJS.Timeout | undefined;
  readonly #upkeep: NodeJS.Timeout;
  #committing: Promise<void> | undefined;
  #lastCommitMs = 0;
  #lastError: StationHealth['lastError'];
  #failing = false;
  #closed = false;

  constructor(options: SpoolOptions) {
    this.#options = withDefaults(options);
    this.#highWater = new HighWater(this.#options);
    this.gateway = options.gateway;
    this.#tables = new SpoolTables(options.dir);
    this.epoch = this.#tables.epoch(this.#nowMs());
    this.#totals = this.#tables.totals();
    this.#sequence = this.#tables.lastSequence();
    this.#committedSequence = this.#sequence;
    this.#newest = new SpoolNewest(this.#tables.newestReadings(), this.#nowMs());
    this.#upkeep = setInterval(() => this.#schedule(0), UPKEEP_MS);
    this.#upkeep.unref();
  }

  append(readings: readonly Reading[], collisions: readonly Collision[] = []): Promise<void> {
    if (this.#closed) return Promise.reject(new PlantscopeError('spool-closed', 'The spool is closed'));
    const waiting = this.#waiting.readings;
    if (waiting > 0 && waiting + readings.length > this.#options.maxWaitingReadings) {
      this.#counters.refused += readings.length;
      return Promise.reject(tooMuchWaits(waiting));
    }
    const onDisk = this.#waiting.add(readings, collisions);
    this.#schedule(Math.max(0, this.#lastCommitMs + this.#options.groupMs - performance.now()));
    return onDisk;
  }

  settled(): Promise<void> {
    return this.#waiting.length === 0 && this.#committing === undefined ? Promise.resolve() : this.append([]);
  }

  read(lane: Lane, fromSequence: number, limit: number): readonly SpooledBatch[] {
    return this.#tables.read(lane, fromSequence, limit);
  }

  get(lane: Lane, sequence: number): SpooledBatch | undefined {
    return this.#tables.get(lane, sequence);
  }

  confirm(sequences: readonly number[]): void {
    for (const sequence of sequences) this.#confirmed.push(sequence);
    if (!this.#closed) this.#schedule(this.#isFull() ? 0 : CONFIRM_MS);
  }

  nextSequence(): number {
    return this.#committedSequence + 1;
  }

  newest(tag: string): Reading | undefined {
    return this.#newest.get(tag);
  }

  collisions(): Iterable<Collision> {
    return this.#tables.collisions();
  }

  size(): number {
    return this.#totals.readings + this.#waiting.readings;
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
    this.#waiting.fail(
      new PlantscopeError('spool-closed', 'The spool was closed before it held these readings'),
    );
    await this.#tables.close();
  }

  health(): StationHealth {
    const ratio = this.#highWater.ratio(this.#totals.bytes);
    const isHigh = this.#highWater.isHigh(this.#totals.bytes);
    const oldest = this.#tables.oldestMs();
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
    const group = this.#hasRoomForWaiting() ? this.#waiting.take() : [];
    const records = this.#encode(group);
    for (let attempt = 0; ; attempt++) {
      try {
        await this.#write(records, group, confirmed);
        this.#failing = false;
        break;
      } catch (thrown) {
        await this.#onCommitFailure(thrown, attempt);
        if (this.#closed) return this.#waiting.putBack(group);
      }
    }
    this.#lastCommitMs = performance.now();
    for (const waiting of group) waiting.done();
    if (records.length > 0) for (const listener of this.#listeners) listener();
  }

  #hasRoomForWaiting(): boolean {
    return this.#waiting.length > 0 && (this.#options.whenFull === 'drop-oldest' || !this.#isFull());
  }

  #isFull(): boolean {
    return this.#highWater.ratio(this.#totals.bytes) >= 1;
  }

  #encode(group: readonly WaitingAppend[]): SpoolRecord[] {
    const [first] = group;
    const readings = group.length === 1 && first ? first.readings : group.flatMap((one) => one.readings);
    const nowMs = this.#nowMs();
    return pieces(readings, this.#options.maxBatchReadings).map((piece) =>
      encodeRecord(piece.lane, { epoch: this.epoch, sequence: ++this.#sequence }, piece.readings, nowMs),
    );
  }

  async #write(
    records: readonly SpoolRecord[],
    group: readonly WaitingAppend[],
    confirmed: readonly number[],
  ): Promise<void> {
    const nowMs = this.#nowMs();
    const addedBytes = records.reduce((sum, { bytes }) => sum + bytes.length, 0);
    const added = records.reduce((sum, { readings }) => sum + readings.length, 0);
    const leaving = leavingOf(this.#tables, this.#totals, { confirmed, addedBytes, nowMs }, this.#options);
    const removals = [...leaving.confirmed, ...leaving.dropped];
    for (const record of records) this.#newest.note(record.readings);
    const newest = this.#newest.due(nowMs, removals.length > 0);
    if (records.length + removals.length + group.length === 0 && newest === undefined) return;
    const { totals } = leaving;
    totals.batches += records.length;
    totals.readings += added;
    totals.bytes += addedBytes;
    const collisions = group.flatMap((one) => one.collisions);
    await this.#tables.commit({
      records,
      removals,
      collisions,
      newest,
      totals,
      lastSequence: this.#sequence,
    });
    if (newest) this.#newest.written(newest, this.#nowMs());
    this.#book(leaving, added);
  }

  #book({ totals, confirmed, dropped }: Leaving, added: number): void {
    this.#totals = totals;
    this.#highWater.note(totals.bytes);
    this.#committedSequence = this.#sequence;
    this.#waiting.onDisk(added);
    this.#counters.appended += added;
    this.#counters.commits++;
    this.#counters.confirmed += countOf(confirmed);
    this.#rate.add(added, this.#nowMs());
    const lost = countOf(dropped);
    if (lost === 0) return;
    this.#counters.dropped += lost;
    this.#trouble(`dropped ${lost} readings: the spool is full or they are too old`);
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

  #nowMs(): number {
    return this.#options.clock.nowMs();
  }
}

const tooMuchWaits = (waiting: number): PlantscopeError =>
  new PlantscopeError('spool-full', `${waiting} readings wait for the spool already`, {
    retryable: true,
    hint: 'See the health page: the disk is full, or ingest has been away for too long.',
  });
