import { batchIdentityOf } from '../model/batch.ts';
import { errorMessage, PlantscopeError } from '../model/error.ts';
import type { StationHealth } from '../model/health.ts';
import { RateMeter } from '../model/rate-meter.ts';
import type { Reading } from '../model/reading.ts';
import { countOf, isColumns, listOf, type Readings } from '../model/reading-columns.ts';
import type { Refusal } from '../model/refusal.ts';
import type { RefusedReading } from '../store/time-series-store.ts';
import { accept, readingText } from './accept.ts';
import type { Ingest, IngestOptions } from './ingest.ts';
import { keepTrying } from './keep-trying.ts';
import { RecentBatches } from './recent-batches.ts';
import { type OpenedWork, openWork, type Work } from './work.ts';
import { reportsOf, takeGroup, type WorkGroup } from './work-group.ts';
import { WriteLanes } from './write-lanes.ts';

const MAX_WRITE_READINGS = 10_000;
const MAX_WAITING_BYTES = 32 * 2 ** 20;
const PARALLEL_WRITES = 4;
/** Less waits for company while writes are under way: each costs a request and a synced mark. */
const WORTH_A_WRITE = { bytes: 32 * 1024, works: 400 };
/** Longer than any batch's `{"e":...,"s":...,` */
const IDENTITY_BYTES = 64;
/** A reading in memory; on the wire it takes a dozen. */
const BYTES_A_READING = 100;

export function createIngest(options: IngestOptions): Ingest {
  return new Pipeline(options);
}

class Pipeline implements Ingest {
  readonly #options: IngestOptions;
  readonly #recent = new RecentBatches();
  readonly #inFlight = new Map<string, Promise<void>>();
  readonly #rate = new RateMeter();
  readonly #counters = {
    batches: 0,
    stored: 0,
    refused: 0,
    repeatedBatches: 0,
    writes: 0,
    writeFailures: 0,
    poison: 0,
    events: 0,
  };
  readonly #stop = new AbortController();
  readonly #roomWaiters: (() => void)[] = [];
  readonly #lanes: WriteLanes;
  readonly #queue: Work[] = [];
  /** Of the queue and of what is under way. */
  #heldBytes = 0;
  #queuedBytes = 0;
  /** Opened, but one under way may hold the same instants. */
  #next: WorkGroup | undefined;
  #isScheduled = false;
  #lastError: StationHealth['lastError'];
  /** What failed and is tried again. */
  readonly #failing = new Set<() => Promise<unknown>>();

  constructor(options: IngestOptions) {
    this.#options = options;
    this.#lanes = new WriteLanes(options.parallelWrites ?? PARALLEL_WRITES);
  }

  /** A batch sent again while its first copy is under way, or just after, is not written a second time. */
  batch(gateway: string, payload: Buffer): Promise<void> {
    const identity = batchIdentityOf(payload.toString('latin1', 0, IDENTITY_BYTES));
    if (identity === undefined) return this.#store(gateway, payload);
    const key = `${gateway} ${identity.epoch} ${identity.sequence}`;
    const underWay = this.#inFlight.get(key);
    const isStored = this.#recent.has(key);
    if (underWay !== undefined || isStored) this.#counters.repeatedBatches++;
    if (underWay !== undefined) return underWay;
    if (isStored) {
      this.#options.confirm?.(gateway, { epoch: identity.epoch, sequences: [identity.sequence] });
      return Promise.resolve();
    }
    const stored = this.#store(gateway, payload, key);
    this.#inFlight.set(key, stored);
    return stored;
  }

  async readings(readings: readonly Reading[]): Promise<readonly Refusal[]> {
    const { limits, plant, clock } = this.#options;
    const accepted = accept(readings, plant, clock.nowMs(), 'replay', limits);
    const refused = await new Promise<readonly Refusal[]>((done, failed) =>
      this.#enqueue({
        ...{ gateway: undefined, content: accepted.readings, done, failed },
        bytes: accepted.readings.length * BYTES_A_READING,
      }),
    );
    return [...accepted.refusals, ...refused];
  }

  room(): Promise<void> {
    if (this.#hasRoom()) return Promise.resolve();
    return new Promise((resolve) => this.#roomWaiters.push(resolve));
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await this.#lanes.allEnded();
    const next = (this.#next?.works ?? []).map(({ work }) => work);
    for (const work of [...next, ...this.#queue.splice(0)]) work.failed(closed());
    this.#next = undefined;
  }

  health(): StationHealth {
    const isFailing = this.#failing.size > 0;
    const waiting = this.#inFlight.size;
    return {
      station: 'ingest',
      state: isFailing ? 'down' : 'ok',
      summary: isFailing
        ? `the store refuses: ${this.#lastError?.message}; ${waiting} batches wait`
        : `${this.#counters.stored} readings stored`,
      ratePerS: this.#rate.perSecond(this.#options.clock.nowMs()),
      queue: waiting,
      ...(this.#lastError ? { lastError: this.#lastError } : {}),
      counters: { ...this.#counters },
    };
  }

  #store(gateway: string, content: Buffer, key?: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const done = (): void => {
        if (key !== undefined) this.#recent.add(key);
        this.#inFlight.delete(key ?? '');
        resolve();
      };
      const failed = (error: Error): void => {
        this.#inFlight.delete(key ?? '');
        reject(error);
      };
      this.#enqueue({ gateway, content, bytes: content.length, done, failed });
    });
  }

  #enqueue(work: Work): void {
    if (this.#stop.signal.aborted) {
      work.failed(closed());
      return;
    }
    this.#heldBytes += work.bytes;
    this.#queuedBytes += work.bytes;
    this.#queue.push(work);
    this.#schedule();
  }

  /** In the next turn: what arrives in this one goes along. */
  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      this.#beginGroups();
    });
  }

  #beginGroups(): void {
    while (this.#lanes.hasFree && !this.#stop.signal.aborted) {
      const group = this.#next ?? this.#takeGroup();
      if (group === undefined) return;
      this.#next = this.#lanes.meets(group.touched) ? group : undefined;
      if (this.#next !== undefined) return;
      void this.#lanes.run(group.touched, this.#carry(group)).then(() => this.#schedule());
    }
  }

  #takeGroup(): WorkGroup | undefined {
    const isWorth = this.#queuedBytes >= WORTH_A_WRITE.bytes || this.#queue.length >= WORTH_A_WRITE.works;
    if (this.#queue.length === 0 || !(isWorth || this.#lanes.isIdle)) return undefined;
    const most = this.#options.maxWriteReadings ?? MAX_WRITE_READINGS;
    const group = takeGroup(this.#queue, most, (work) => openWork(work, this.#options));
    for (const { work } of group.works) this.#queuedBytes -= work.bytes;
    return group;
  }

  async #carry(group: WorkGroup): Promise<void> {
    try {
      await this.#process(group);
    } catch (thrown) {
      for (const { work } of group.works) work.failed(thrown as Error);
    }
    for (const { work } of group.works) this.#heldBytes -= work.bytes;
    this.#tellRoom();
  }

  /** Store, then quarantine, then dirty marks, then the confirmation: a crash between any two only repeats. */
  async #process({ works, readings, touched }: WorkGroup): Promise<void> {
    const { dirty, quarantine, onStored, confirm } = this.#options;
    const isEmpty = countOf(readings) === 0;
    const refused = isEmpty ? [] : await this.#insist(() => this.#write(readings));
    const noEvents = await this.#storeEvents(works.flatMap((work) => work.events));
    const refusals = [...works.flatMap((work) => work.refusals), ...refused.map(storeRefusal), ...noEvents];
    if (refusals.length > 0) await this.#insist(() => quarantine.put(refusals));
    if (!isEmpty) await this.#insist(() => dirty.mark(touched.slots()));
    const stored = without(readings, refused);
    this.#book(works, countOf(stored), refusals.length);
    onStored?.(stored);
    for (const { gateway, report } of reportsOf(works)) confirm?.(gateway, report);
    for (const opened of works)
      opened.work.done(opened.work.gateway === undefined ? refusedOf(opened, refused) : []);
  }

  #write(readings: Readings): Promise<readonly RefusedReading[]> {
    const { store } = this.#options;
    if (isColumns(readings) && store.writeColumns) return store.writeColumns(readings);
    return store.write(listOf(readings));
  }

  async #storeEvents(readings: readonly Reading[]): Promise<Refusal[]> {
    const { events } = this.#options;
    if (!events || readings.length === 0) return [];
    const refused = await this.#insist(() => events.put(readings));
    this.#counters.events += readings.length - refused.length;
    return refused.map((reading) => storeRefusal({ reading, reason: 'no event of a source' }));
  }

  async #insist<T>(attempt: () => Promise<T>): Promise<T> {
    try {
      return await keepTrying(attempt, this.#stop.signal, (thrown) => this.#onFailure(attempt, thrown));
    } finally {
      this.#failing.delete(attempt);
    }
  }

  #onFailure(attempt: () => Promise<unknown>, thrown: unknown): void {
    this.#counters.writeFailures++;
    const message = errorMessage(thrown);
    if (this.#failing.size === 0) this.#options.onTrouble?.(`can't store, will keep trying: ${message}`);
    this.#failing.add(attempt);
    const remedy = thrown instanceof PlantscopeError ? thrown.hint : undefined;
    this.#lastError = { message, timeMs: this.#options.clock.nowMs(), ...(remedy ? { remedy } : {}) };
  }

  #book(works: readonly OpenedWork[], stored: number, refused: number): void {
    for (const { work, isPoison } of works) {
      if (isPoison) this.#counters.poison++;
      else if (work.gateway !== undefined) this.#counters.batches++;
    }
    this.#counters.stored += stored;
    this.#counters.refused += refused;
    this.#counters.writes++;
    this.#rate.add(stored, this.#options.clock.nowMs());
  }

  #hasRoom(): boolean {
    return this.#heldBytes < (this.#options.maxWaitingBytes ?? MAX_WAITING_BYTES);
  }

  #tellRoom(): void {
    while (this.#hasRoom() && this.#roomWaiters.length > 0) this.#roomWaiters.shift()?.();
  }
}

/** What the store refused of this work, and of no other of its group. */
function refusedOf({ readings }: OpenedWork, refused: readonly RefusedReading[]): readonly Refusal[] {
  if (refused.length === 0) return [];
  const own = new Set(listOf(readings));
  return refused.filter(({ reading }) => own.has(reading)).map(storeRefusal);
}

/** Of one identity all or none: where a store refuses one of two, the other may be what it has. */
function without(readings: Readings, refused: readonly RefusedReading[]): Readings {
  if (refused.length === 0) return readings;
  const lost = new Set(refused.map(({ reading }) => identityOf(reading)));
  return listOf(readings).filter((reading) => !lost.has(identityOf(reading)));
}

const identityOf = ({ tag, timeMs, timeNs }: Reading): string => `${tag} ${timeMs} ${timeNs}`;

function storeRefusal({ reading, reason }: RefusedReading): Refusal {
  const message = `The store will never take it: ${reason}`;
  const { tag } = reading;
  return { reason: 'store-refused', message, from: 'store', where: tag, payload: readingText(reading), tag };
}

const closed = (): PlantscopeError =>
  new PlantscopeError('ingest-closed', 'Ingest is closing', { retryable: true });
