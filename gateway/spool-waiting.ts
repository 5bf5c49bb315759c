import type { Reading } from '../model/reading.ts';
import type { Collision } from './spool.ts';

/** One append that waits for the disk. */
export interface WaitingAppend {
  readonly readings: readonly Reading[];
  readonly collisions: readonly Collision[];
  readonly done: (error?: Error) => void;
}

/** Appends that wait for the disk, in order; several share one commit. */
export class SpoolWaiting {
  #appends: WaitingAppend[] = [];
  #readings = 0;

  /** Appends that no commit has taken yet. */
  get length(): number {
    return this.#appends.length;
  }

  /** Readings not on disk yet, those of the running commit too. */
  get readings(): number {
    return this.#readings;
  }

  add(readings: readonly Reading[], collisions: readonly Collision[]): Promise<void> {
    this.#readings += readings.length;
    return new Promise((resolve, reject) => {
      this.#appends.push({ readings, collisions, done: (error) => (error ? reject(error) : resolve()) });
    });
  }

  /** Everything that waits, for one commit. */
  take(): WaitingAppend[] {
    const group = this.#appends;
    this.#appends = [];
    return group;
  }

  /** A commit that can't be made after all. */
  putBack(group: readonly WaitingAppend[]): void {
    this.#appends.unshift(...group);
  }

  onDisk(readings: number): void {
    this.#readings -= readings;
  }

  fail(error: Error): void {
    for (const { done } of this.take()) done(error);
  }
}
