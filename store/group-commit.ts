import type { Reading } from '../model/reading.ts';
import type { RefusedReading } from './time-series-store.ts';
import type { TurnQueue } from './turn-queue.ts';

type Commit = (readings: readonly Reading[]) => Promise<readonly RefusedReading[]>;

interface WaitingWrite {
  readonly readings: readonly Reading[];
  resolve(refused: readonly RefusedReading[]): void;
  reject(reason: unknown): void;
}

/** Puts the writes that wait while others commit into the next commit together. */
export class GroupCommit {
  readonly #queue: TurnQueue;
  readonly #commit: Commit;
  readonly #maxRows: number;
  #waiting: WaitingWrite[] = [];
  #scheduled = false;

  constructor(queue: TurnQueue, maxRows: number, commit: Commit) {
    this.#queue = queue;
    this.#maxRows = maxRows;
    this.#commit = commit;
  }

  /** Resolves once the readings are durable, with those of them that were refused. */
  write(readings: readonly Reading[]): Promise<readonly RefusedReading[]> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ readings, resolve, reject });
      this.#schedule();
    });
  }

  #schedule(): void {
    if (this.#scheduled || this.#waiting.length === 0) return;
    this.#scheduled = true;
    void this.#queue.run(async () => {
      const group = this.#takeGroup();
      this.#scheduled = false;
      this.#schedule();
      await this.#commitGroup(group);
    });
  }

  async #commitGroup(group: readonly WaitingWrite[]): Promise<void> {
    try {
      const [only] = group;
      const isAlone = group.length === 1 && only !== undefined;
      const refused = await this.#commitRows(
        isAlone ? only.readings : group.flatMap(({ readings }) => readings),
      );
      for (const { readings, resolve } of group) resolve(ofThese(readings, refused));
    } catch (thrown) {
      for (const { reject } of group) reject(thrown);
    }
  }

  /** At least one write; more while they fit one commit. */
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

  async #commitRows(readings: readonly Reading[]): Promise<RefusedReading[]> {
    if (readings.length <= this.#maxRows) return [...(await this.#commit(readings))];
    const refused: RefusedReading[] = [];
    for (let start = 0; start < readings.length; start += this.#maxRows) {
      refused.push(...(await this.#commit(readings.slice(start, start + this.#maxRows))));
    }
    return refused;
  }
}

function ofThese(readings: readonly Reading[], refused: readonly RefusedReading[]): RefusedReading[] {
  if (refused.length === 0) return [];
  const own = new Set(readings);
  return refused.filter(({ reading }) => own.has(reading));
}
