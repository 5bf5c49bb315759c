import type { Reading } from '../../model/reading.ts';
import type { TurnQueue } from './turn-queue.ts';

interface WaitingWrite {
  readonly readings: readonly Reading[];
  resolve(): void;
  reject(reason: unknown): void;
}

/** Puts the writes that wait while one commits into the next transaction together. */
export class GroupCommit {
  readonly #queue: TurnQueue;
  readonly #commit: (readings: readonly Reading[]) => Promise<void>;
  readonly #maxRows: number;
  #waiting: WaitingWrite[] = [];

  constructor(queue: TurnQueue, maxRows: number, commit: (readings: readonly Reading[]) => Promise<void>) {
    this.#queue = queue;
    this.#maxRows = maxRows;
    this.#commit = commit;
  }

  /** Resolves once the readings are durable. */
  write(readings: readonly Reading[]): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ readings, resolve, reject });
      if (this.#waiting.length === 1) void this.#queue.run(() => this.#commitGroups());
    });
  }

  async #commitGroups(): Promise<void> {
    while (this.#waiting.length > 0) {
      const group = this.#takeGroup();
      try {
        await this.#commitRows(group.flatMap(({ readings }) => readings));
        for (const { resolve } of group) resolve();
      } catch (thrown) {
        for (const { reject } of group) reject(thrown);
      }
    }
  }

  /** At least one write; more while they fit one transaction. */
  #takeGroup(): WaitingWrite[] {
    let rows = 0;
    let count = 0;
    for (const { readings } of this.#waiting) {
      rows += readings.length;
      if (count > 0 && rows > this.#maxRows) break;
      count++;
    }
    return this.#waiting.splice(0, count);
  }

  async #commitRows(readings: readonly Reading[]): Promise<void> {
    for (let start = 0; start < readings.length; start += this.#maxRows) {
      await this.#commit(readings.slice(start, start + this.#maxRows));
    }
  }
}
