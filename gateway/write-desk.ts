import type { Clock } from '../model/clock.ts';
import { errorMessage, PlantscopeError } from '../model/error.ts';
import type { ReadingValue } from '../model/reading.ts';
import type { WriteEntry, WriteRequest, WrittenValue } from '../model/write.ts';

/** The part of a journal (store/local-state.ts) that the trail needs. */
export interface WriteTrail {
  append(entry: WriteEntry): Promise<number>;
  read(query: { readonly limit: number; readonly newestFirst: true; readonly before?: number }): readonly {
    readonly sequence: number;
    readonly entry: WriteEntry;
  }[];
}

interface WriteDeskOptions {
  readonly write: (tag: string, value: WrittenValue) => Promise<ReadingValue>;
  readonly trail: WriteTrail;
  readonly clock: Clock;
}

/** Writes values to devices, and keeps on disk who asked for what before the device hears of it. */
export class WriteDesk {
  readonly #options: WriteDeskOptions;
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: WriteDeskOptions) {
    this.#options = options;
  }

  /**
   * One after the other, so that each read-back belongs to its write.
   * @returns what was read back, in the tag's unit
   * @throws PlantscopeError `write-refused`, `write-unavailable`, `write-unconfirmed`
   */
  write(request: WriteRequest): Promise<ReadingValue> {
    const mine = this.#last.then(() => this.#audited(request));
    this.#last = mine.catch(() => undefined); // its caller is told
    return mine;
  }

  /** Newest first. */
  read(query: { readonly limit: number; readonly before?: number }): ReturnType<WriteTrail['read']> {
    return this.#options.trail.read({ ...query, newestFirst: true });
  }

  async #audited(request: WriteRequest): Promise<ReadingValue> {
    const { write, trail } = this.#options;
    const asked = await trail.append(this.#entry(request, { outcome: 'asked' }));
    try {
      const readBack = await write(request.tag, request.value);
      await trail.append(this.#entry(request, { outcome: 'written', asked, readBack }));
      return readBack;
    } catch (thrown) {
      const code = thrown instanceof PlantscopeError ? thrown.code : '';
      const outcome = outcomes[code] ?? 'failed';
      await trail.append(this.#entry(request, { outcome, asked, reason: errorMessage(thrown) }));
      throw thrown;
    }
  }

  #entry(request: WriteRequest, more: Omit<WriteEntry, keyof WriteRequest | 'timeMs'>): WriteEntry {
    return { timeMs: this.#options.clock.nowMs(), ...request, ...more };
  }
}

const outcomes: Readonly<Record<string, WriteEntry['outcome']>> = {
  'write-refused': 'refused',
  'write-unavailable': 'refused',
  'write-unconfirmed': 'unconfirmed',
};
