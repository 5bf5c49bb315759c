import { compareInstants, type Reading } from '../model/reading.ts';

/** A crash costs at most this much reading back of batches at the next start. */
const WRITE_EVERY_MS = 5000;

/** The newest reading ever appended of each tag, and which of them the disk does not have yet. */
export class SpoolNewest {
  readonly #byTag = new Map<string, Reading>();
  readonly #dirty = new Set<string>();
  #writtenMs: number;

  constructor(known: Iterable<Reading>, nowMs: number) {
    this.note(known);
    this.#writtenMs = nowMs;
  }

  get(tag: string): Reading | undefined {
    return this.#byTag.get(tag);
  }

  note(readings: Iterable<Reading>): void {
    for (const reading of readings) {
      const known = this.#byTag.get(reading.tag);
      if (known !== undefined && compareInstants(known, reading) > 0) continue;
      this.#byTag.set(reading.tag, reading);
      this.#dirty.add(reading.tag);
    }
  }

  /** What has to be written now: always before batches go, from which it could not be read back any more. */
  due(nowMs: number, batchesGo: boolean): Reading[] | undefined {
    if (this.#dirty.size === 0) return undefined;
    if (!batchesGo && nowMs - this.#writtenMs < WRITE_EVERY_MS) return undefined;
    return [...this.#dirty].map((tag) => this.#byTag.get(tag) as Reading);
  }

  written(readings: readonly Reading[], nowMs: number): void {
    for (const reading of readings)
      if (this.#byTag.get(reading.tag) === reading) this.#dirty.delete(reading.tag);
    this.#writtenMs = nowMs;
  }
}
