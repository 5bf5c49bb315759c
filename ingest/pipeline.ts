import { type Batch, batchIdentityOf, decodeBatch } from '../model/batch.ts';
import { errorMessage, PlantscopeError } from '../model/error.ts';
import type { StationHealth } from '../model/health.ts';
import { RateMeter } from '../model/rate-meter.ts';
import type { Reading } from '../model/reading.ts';
import type { Refusal } from '../model/refusal.ts';
import { quarterHourMs } from '../model/window.ts';
import type { DirtySlot } from '../store/dirty-windows.ts';
import { accept, readingText } from './accept.ts';
import type { Ingest, IngestOptions, Work } from './ingest.ts';
import { keepTrying } from './keep-trying.ts';
import { RecentBatches } from './recent-batches.ts';

const MAX_WRITE_READINGS = 10_000;
const MAX_WAITING_READINGS = 100_000;

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
  };
  readonly #stop = new AbortController();
  readonly #roomWaiters: (() => void)[] = [];
  #queue: Work[] = [];
  #waiting = 0;
  #writing: Promise<void> | undefined;
  #lastError: StationHealth['lastError'];
  #isFailing = false;

  constructor(options: IngestOptions) {
    this.#options = options;
  }

  batch(gateway: string, payload: Buffer): Promise<void> {
    const text = payload.toString();
    let batch: Batch;
    try {
      batch = decodeBatch(text);
    } catch (thrown) {
      return this.#poison(gateway, text, errorMessage(thrown));
    }
    return this.#once(gateway, batch);
  }

  async readings(readings: readonly Reading[]): Promise<readonly Refusal[]> {
    const { limits, plant, clock } = this.#options;
    const accepted = accept(readings, plant, clock.nowMs(), 'replay', limits);
    const refused = await this.#enqueue(undefined, undefined, accepted.readings, []);
    return [...accepted.refusals, ...refused];
  }

  room(): Promise<void> {
    if (this.#hasRoom()) return Promise.resolve();
    return new Promise((resolve) => this.#roomWaiters.push(resolve));
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await this.#writing?.catch(() => undefined); // its own callers were told
    for (const work of this.#queue) work.failed(closed());
    this.#queue = [];
  }

  health(): StationHealth {
    return {
      station: 'ingest',
      state: this.#isFailing ? 'down' : 'ok',
      summary: this.#isFailing
        ? `the store refuses: ${this.#lastError?.message}; ${this.#waiting} readings wait`
        : `${this.#counters.stored} readings stored`,
      ratePerS: this.#rate.perSecond(this.#options.clock.nowMs()),
      queue: this.#waiting,
      ...(this.#lastError ? { lastError: this.#lastError } : {}),
      counters: { ...this.#counters },
    };
  }

  /** A batch sent again while its first copy is under way, or just after, is not written a second time. */
  #once(gateway: string, batch: Batch): Promise<void> {
    const key = `${gateway} ${batch.epoch} ${batch.sequence}`;
    const underWay = this.#inFlight.get(key);
    if (underWay !== undefined || this.#recent.has(key)) this.#counters.repeatedBatches++;
    if (underWay !== undefined) return underWay;
    if (this.#recent.has(key)) {
      this.#options.confirm?.(gateway, { epoch: batch.epoch, sequences: [batch.sequence] });
      return Promise.resolve();
    }
    const stored = this.#take(gateway, batch).then(() => this.#recent.add(key));
    const ended = stored.finally(() => this.#inFlight.delete(key));
    this.#inFlight.set(key, ended);
    return ended;
  }

  async #take(gateway: string, batch: Batch): Promise<void> {
    const { limits, plant, clock } = this.#options;
    const { readings, refusals } = accept(batch.readings, plant, clock.nowMs(), `gateway:${gateway}`, limits);
    this.#counters.batches++;
    await this.#enqueue(gateway, batch, readings, refusals);
  }

  async #poison(gateway: string, payload: string, message: string): Promise<void> {
    this.#counters.poison++;
    const where = `plantscope/batch/${gateway}`;
    const refusal = { reason: 'batch-malformed', message, from: `gateway:${gateway}`, where, payload };
    await this.#enqueue(gateway, batchIdentityOf(payload), [], [refusal]);
  }

  #enqueue(
    gateway: string | undefined,
    identity: Work['identity'],
    readings: readonly Reading[],
    refusals: readonly Refusal[],
  ): Promise<readonly Refusal[]> {
    if (this.#stop.signal.aborted) return Promise.reject(closed());
    this.#waiting += readings.length;
    return new Promise((resolve, reject) => {
      this.#queue.push({ gateway, identity, readings, refusals, done: resolve, failed: reject });
      this.#writing ??= this.#drain();
    });
  }

  async #drain(): Promise<void> {
    await new Promise(setImmediate); // what arrived in the same turn goes along
    while (this.#queue.length > 0 && !this.#stop.signal.aborted) {
      const group = this.#nextGroup();
      try {
        await this.#process(group);
      } catch (thrown) {
        for (const work of group) work.failed(thrown as Error);
      }
      this.#waiting -= group.reduce((sum, { readings }) => sum + readings.length, 0);
      this.#tellRoom();
    }
    this.#writing = undefined; // in the turn that saw the queue empty: work that comes later starts anew
  }

  #nextGroup(): Work[] {
    const most = this.#options.maxWriteReadings ?? MAX_WRITE_READINGS;
    let count = 0;
    let taken = 0;
    for (const { readings } of this.#queue) {
      if (taken > 0 && count + readings.length > most) break;
      count += readings.length;
      taken++;
    }
    return this.#queue.splice(0, taken);
  }

  /** Store, then quarantine, then dirty marks, then the confirmation: a crash between any two only repeats. */
  async #process(group: readonly Work[]): Promise<void> {
    const readings =
      group.length === 1 ? (group[0] as Work).readings : group.flatMap((work) => work.readings);
    const { store, dirty, quarantine, onStored } = this.#options;
    const refusedByStore = readings.length === 0 ? [] : await this.#insist(() => store.write(readings));
    const late = refusedByStore.map(({ reading, reason }) => storeRefusal(reading, reason));
    const refusals = [...group.flatMap((work) => work.refusals), ...late];
    if (refusals.length > 0) await this.#insist(() => quarantine.put(refusals));
    if (readings.length > 0) await this.#insist(() => dirty.mark(slotsOf(readings)));
    const lost = new Set(refusedByStore.map(({ reading }) => reading));
    const stored = lost.size === 0 ? readings : readings.filter((reading) => !lost.has(reading));
    this.#book(stored.length, refusals.length);
    onStored?.(stored);
    this.#confirm(group);
    for (const work of group) work.done(work.gateway === undefined ? late : []);
  }

  #confirm(group: readonly Work[]): void {
    const reports = new Map<string, { gateway: string; epoch: number; sequences: number[] }>();
    for (const { gateway, identity } of group) {
      if (gateway === undefined || identity === undefined) continue;
      const key = `${gateway} ${identity.epoch}`;
      const report = reports.get(key) ?? { gateway, epoch: identity.epoch, sequences: [] };
      report.sequences.push(identity.sequence);
      reports.set(key, report);
    }
    for (const { gateway, epoch, sequences } of reports.values())
      this.#options.confirm?.(gateway, { epoch, sequences });
  }

  async #insist<T>(attempt: () => Promise<T>): Promise<T> {
    const result = await keepTrying(attempt, this.#stop.signal, (thrown) => this.#onFailure(thrown));
    this.#isFailing = false;
    return result;
  }

  #onFailure(thrown: unknown): void {
    this.#counters.writeFailures++;
    const message = errorMessage(thrown);
    if (!this.#isFailing) this.#options.onTrouble?.(`can't store, will keep trying: ${message}`);
    this.#isFailing = true;
    const remedy = thrown instanceof PlantscopeError ? thrown.hint : undefined;
    this.#lastError = { message, timeMs: this.#options.clock.nowMs(), ...(remedy ? { remedy } : {}) };
  }

  #book(stored: number, refused: number): void {
    this.#counters.stored += stored;
    this.#counters.refused += refused;
    this.#counters.writes++;
    this.#rate.add(stored, this.#options.clock.nowMs());
  }

  #hasRoom(): boolean {
    return this.#waiting < (this.#options.maxWaitingReadings ?? MAX_WAITING_READINGS);
  }

  #tellRoom(): void {
    while (this.#hasRoom() && this.#roomWaiters.length > 0) this.#roomWaiters.shift()?.();
  }
}

/** The quarters of an hour a group touches, each once. */
function slotsOf(readings: readonly Reading[]): DirtySlot[] {
  const seen = new Map<string, Set<number>>();
  const slots: DirtySlot[] = [];
  for (const { tag, timeMs } of readings) {
    const startMs = timeMs - (((timeMs % quarterHourMs) + quarterHourMs) % quarterHourMs);
    let starts = seen.get(tag);
    if (starts === undefined) {
      starts = new Set();
      seen.set(tag, starts);
    }
    if (starts.has(startMs)) continue;
    starts.add(startMs);
    slots.push({ tag, startMs });
  }
  return slots;
}

function storeRefusal(reading: Reading, reason: string): Refusal {
  const message = `The store will never take it: ${reason}`;
  const { tag } = reading;
  return { reason: 'store-refused', message, from: 'store', where: tag, payload: readingText(reading), tag };
}

const closed = (): PlantscopeError =>
  new PlantscopeError('ingest-closed', 'Ingest is closing', { retryable: true });
