import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Database, open, type RootDatabase } from 'lmdb';
import { checkLmdbFolder, type DamageNotice } from '../lmdb/file-check.ts';
import { type Clock, systemClock } from '../model/clock.ts';
import { errorMessage, PlantscopeError } from '../model/error.ts';
import type { DirtyWindows } from './dirty-windows.ts';
import { LmdbDirtyWindows } from './lmdb-dirty-windows.ts';
import { LmdbQuarantine } from './lmdb-quarantine.ts';
import type { Quarantine } from './quarantine.ts';

/** Small documents by key, of one kind: users, edits, acknowledgements ... */
export interface DocumentStore<T> {
  get(key: string): T | undefined;
  /** By ascending key. */
  entries(prefix?: string): readonly (readonly [key: string, document: T])[];
  /** Durable once resolved; inside `LocalState.transaction` call it without awaiting. */
  put(key: string, document: T): Promise<void>;
  remove(key: string): Promise<void>;
}

/** An append-only list: alarm transitions, audit entries. */
export interface Journal<T> {
  /** Durable once resolved. @returns the entry's sequence, counting from 1 without gaps */
  append(entry: T): Promise<number>;
  /** Entries after a sequence, oldest first; with `newestFirst`, before it, newest first. */
  read(query?: JournalQuery): readonly JournalEntry<T>[];
  lastSequence(): number;
}

export interface JournalQuery {
  readonly after?: number;
  readonly before?: number;
  readonly limit?: number;
  readonly newestFirst?: boolean;
}

export interface JournalEntry<T> {
  readonly sequence: number;
  readonly entry: T;
}

/** Operational state of one data directory; telemetry itself is in the time-series store. */
export interface LocalState {
  readonly dirtyWindows: DirtyWindows;
  /** Marks for one of several processes that recompute, such as `energy`; whoever marks marks for each. */
  dirtyWindowsOf(consumer: string): DirtyWindows;
  readonly quarantine: Quarantine;
  /** Names are fixed words of the code, such as `users`. T must survive msgpack (plain data). */
  documents<T>(name: string): DocumentStore<T>;
  journal<T>(name: string): Journal<T>;
  /** All writes that `action` starts become durable together or not at all. `action` must be synchronous. */
  transaction<T>(action: () => T): Promise<T>;
  close(): Promise<void>;
}

export interface LocalStateOptions {
  readonly clock?: Clock;
  readonly maxQuarantineItems?: number;
  readonly maxQuarantinePayloadChars?: number;
}

const damageNotice: DamageNotice = {
  ...{ code: 'state-unreadable', owner: 'the local state' },
  lost: 'Users, edits, alarms and the quarantine are in it; the readings of the store are not.',
};

/** Opens the operational state under `<dir>/state`, or creates it. @throws PlantscopeError `state-unreadable` */
export function openLocalState(dir: string, options: LocalStateOptions = {}): LocalState {
  const path = join(dir, 'state');
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    checkLmdbFolder(path, damageNotice);
    return new LmdbLocalState(open({ path, noSubdir: false, maxDbs: 16, overlappingSync: false }), options);
  } catch (cause) {
    if (cause instanceof PlantscopeError) throw cause;
    throw new PlantscopeError('state-unreadable', `Can't open the local state: ${errorMessage(cause)}`, {
      cause,
      where: path,
      hint: 'Is the disk full, or does the directory belong to another user?',
    });
  }
}

class LmdbLocalState implements LocalState {
  readonly dirtyWindows: DirtyWindows;
  readonly quarantine: Quarantine;
  readonly #environment: RootDatabase;
  readonly #documents: Database<unknown, [string, string]>;
  readonly #journals: Database<unknown, [string, number]>;
  #inTransaction = false;

  constructor(environment: RootDatabase, options: LocalStateOptions) {
    this.#environment = environment;
    this.dirtyWindows = new LmdbDirtyWindows(environment);
    this.quarantine = new LmdbQuarantine(environment, options.clock ?? systemClock, {
      maxItems: options.maxQuarantineItems ?? 50_000,
      maxPayloadChars: options.maxQuarantinePayloadChars ?? 16_384,
    });
    this.#documents = environment.openDB({ name: 'documents' });
    this.#journals = environment.openDB({ name: 'journals' });
  }

  dirtyWindowsOf(consumer: string): DirtyWindows {
    return new LmdbDirtyWindows(this.#environment, consumer);
  }

  documents<T>(name: string): DocumentStore<T> {
    const table = this.#documents as Database<T, [string, string]>;
    return {
      get: (key) => table.get([name, key]),
      entries: (prefix = '') => {
        const range = table.getRange({ start: [name, prefix], end: [name, `${prefix}\uffff`] });
        return Array.from(range, ({ key, value }) => [key[1], value] as const);
      },
      put: async (key, document) => void (await table.put([name, key], document)),
      remove: async (key) => void (await table.remove([name, key])),
    };
  }

  journal<T>(name: string): Journal<T> {
    const table = this.#journals as Database<T, [string, number]>;
    const lastSequence = (): number => {
      const range = { start: [name, Number.MAX_SAFE_INTEGER], end: [name, 0], reverse: true, limit: 1 };
      return [...table.getKeys(range)][0]?.[1] ?? 0;
    };
    return {
      append: (entry) =>
        this.transaction(() => {
          const sequence = lastSequence() + 1;
          table.putSync([name, sequence], entry);
          return sequence;
        }),
      read: (query = {}) => {
        const range = table.getRange(journalRange(name, query));
        return Array.from(range, ({ key, value }) => ({ sequence: key[1], entry: value }));
      },
      lastSequence,
    };
  }

  async transaction<T>(action: () => T): Promise<T> {
    if (this.#inTransaction) return action(); // a second one would wait for the first for ever
    return await this.#environment.childTransaction(() => {
      this.#inTransaction = true;
      try {
        return action();
      } finally {
        this.#inTransaction = false;
      }
    });
  }

  async close(): Promise<void> {
    await this.#environment.close();
  }
}

function journalRange(name: string, { after = 0, before, limit, newestFirst }: JournalQuery): object {
  const low = [name, after + 1];
  const high = [name, before ?? Number.MAX_SAFE_INTEGER];
  const bounded = limit === undefined ? {} : { limit };
  if (newestFirst !== true) return { start: low, end: high, ...bounded };
  const beyond = before === undefined ? high : [name, before - 1];
  return { start: beyond, end: low, inclusiveEnd: true, reverse: true, ...bounded };
}
