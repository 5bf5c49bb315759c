import type { LoggedPeriod } from './logger-records.ts';

/** A period that is over and not acknowledged yet. */
export interface StoredPeriod {
  readonly MN: string;
  readonly period: LoggedPeriod;
  readonly startMs: number;
  readonly lengthMs: number;
}

/** A logger's own memory: keeps periods until they are acknowledged, the oldest going first, and first lost when full. */
export class LoggerMemory {
  readonly #most: number;
  readonly #stored: StoredPeriod[] = [];
  /** Periods overwritten before they were acknowledged. */
  overwritten = 0;

  constructor(most: number) {
    this.#most = most;
  }

  get size(): number {
    return this.#stored.length;
  }

  get oldest(): StoredPeriod | undefined {
    return this.#stored[0];
  }

  put(period: StoredPeriod): void {
    this.#stored.push(period);
    if (this.#stored.length <= this.#most) return;
    this.#stored.shift();
    this.overwritten += 1;
  }

  remove(period: StoredPeriod): void {
    const index = this.#stored.indexOf(period);
    if (index >= 0) this.#stored.splice(index, 1);
  }
}
