import { type Database, open, type RootDatabase } from 'lmdb';
import { decodeBatch } from '../model/batch.ts';
import { compareInstants, type Reading } from '../model/reading.ts';
import { decodeRecord, recordHeader, type SpoolRecord } from './lmdb-spool-records.ts';
import { type Collision, type Lane, lanes, type SpooledBatch } from './spool.ts';

/** What lies in the spool, all lanes together. */
export interface SpoolTotals {
  batches: number;
  readings: number;
  bytes: number;
}

/** A batch that leaves. */
export interface Removal {
  readonly lane: Lane;
  readonly sequence: number;
  readonly count: number;
  readonly bytes: number;
}

/** One transaction: all of it is on disk, or nothing. */
export interface SpoolChange {
  readonly records: readonly SpoolRecord[];
  readonly removals: readonly Removal[];
  readonly collisions: readonly Collision[];
  /** The newest reading of these tags, where they are written now: complete up to `lastSequence` then. */
  readonly newest: readonly Reading[] | undefined;
  readonly totals: SpoolTotals;
  readonly lastSequence: number;
}

const MAX_COLLISIONS = 100_000;

/** The tables of one spool in one LMDB environment. Reads are of what is committed. */
export class SpoolTables {
  readonly #environment: RootDatabase<unknown, string>;
  readonly #lanes: Readonly<Record<Lane, Database<Buffer, number>>>;
  readonly #newest: Database<Reading, string>;
  readonly #collisions: Database<Collision, (string | number)[]>;

  constructor(dir: string) {
    // Plain LMDB syncing: a commit is on disk when its promise resolves, and a torn tail is never read.
    this.#environment = open({ path: dir, noSubdir: false, maxDbs: 8, overlappingSync: false });
    this.#lanes = {
      live: this.#environment.openDB({ name: 'live', encoding: 'binary' }),
      history: this.#environment.openDB({ name: 'history', encoding: 'binary' }),
    };
    this.#newest = this.#environment.openDB({ name: 'newest' });
    this.#collisions = this.#environment.openDB({ name: 'collisions' });
    this.#forgetOldCollisions();
  }

  /** When this spool was made; written once. */
  epoch(nowMs: number): number {
    const known = this.#number('epoch');
    if (known > 0) return known;
    this.#environment.putSync('epoch', nowMs);
    return nowMs;
  }

  totals(): SpoolTotals {
    const known = this.#environment.get('totals') as SpoolTotals | undefined;
    return known ?? { batches: 0, readings: 0, bytes: 0 };
  }

  /** The greatest sequence ever given to a batch on disk. */
  lastSequence(): number {
    const lastKeys = lanes.map((lane) => [...this.#lanes[lane].getKeys({ reverse: true, limit: 1 })][0] ?? 0);
    return Math.max(this.#number('lastSequence'), ...lastKeys);
  }

  read(lane: Lane, fromSequence: number, limit: number): SpooledBatch[] {
    const range = this.#lanes[lane].getRange({ start: fromSequence, limit });
    return Array.from(range, ({ key, value }) => decodeRecord(lane, key, value));
  }

  /** When the oldest batch was appended; undefined: there is none. */
  oldestMs(): number | undefined {
    const heads = lanes.flatMap((lane) => this.read(lane, 0, 1));
    return heads.length === 0 ? undefined : Math.min(...heads.map(({ appendedMs }) => appendedMs));
  }

  get(lane: Lane, sequence: number): SpooledBatch | undefined {
    const bytes = this.#lanes[lane].get(sequence);
    return bytes && decodeRecord(lane, sequence, bytes);
  }

  /** The batch with this sequence as one that leaves, from whichever lane. */
  find(sequence: number): Removal | undefined {
    for (const lane of lanes) {
      const bytes = this.#lanes[lane].get(sequence);
      if (bytes) return { lane, sequence, bytes: bytes.length, count: recordHeader(bytes).count };
    }
    return undefined;
  }

  /** Batches of a lane as ones that leave, oldest first, with the time they were taken. */
  *oldest(lane: Lane): Generator<Removal & { readonly appendedMs: number }> {
    for (const { key, value } of this.#lanes[lane].getRange({})) {
      yield { lane, sequence: key, bytes: value.length, ...recordHeader(value) };
    }
  }

  collisions(): Iterable<Collision> {
    return this.#collisions.getRange({}).map(({ value }) => value);
  }

  /** The table is complete up to the last time it was written; what came later is read from the batches themselves. */
  *newestReadings(): Generator<Reading> {
    for (const { value } of this.#newest.getRange({})) yield value;
    const start = this.#number('newestThrough') + 1;
    for (const lane of lanes) {
      for (const { key, value } of this.#lanes[lane].getRange({ start })) {
        yield* decodeBatch(decodeRecord(lane, key, value).payload.toString()).readings;
      }
    }
  }

  /** Resolves once it is on disk. */
  async commit({ records, removals, collisions, newest, totals, lastSequence }: SpoolChange): Promise<void> {
    await committed(
      this.#environment.batch(() => {
        for (const { lane, sequence, bytes } of records) this.#lanes[lane].put(sequence, bytes);
        for (const { lane, sequence } of removals) this.#lanes[lane].remove(sequence);
        for (const one of collisions) this.#collisions.put(keyOf(one), one);
        for (const reading of newest ?? []) this.#newest.put(reading.tag, reading);
        if (newest) this.#environment.put('newestThrough', lastSequence);
        this.#environment.put('lastSequence', lastSequence);
        this.#environment.put('totals', totals);
      }),
    );
  }

  async close(): Promise<void> {
    await this.#environment.close();
  }

  #forgetOldCollisions(): void {
    const excess = this.#collisions.getCount({}) - MAX_COLLISIONS;
    if (excess <= 0) return;
    const byAge = [...this.collisions()].sort(compareInstants).slice(0, excess);
    for (const collision of byAge) this.#collisions.remove(keyOf(collision));
  }

  #number(key: string): number {
    return (this.#environment.get(key) as number | undefined) ?? 0;
  }
}

const keyOf = ({ tag, timeMs, timeNs }: Collision): (string | number)[] => [tag, timeMs, timeNs];

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
