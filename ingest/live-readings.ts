import { compareInstants, type Reading } from '../model/reading.ts';

export type LiveListener = (readings: readonly Reading[]) => void;

/** The newest stored reading of each tag, in memory. It never moves backwards, whatever arrives late. */
export class LiveReadings {
  readonly #latest = new Map<string, Reading>();
  readonly #listeners = new Set<LiveListener>();

  /** Takes stored readings in. Listeners hear only those that are now the newest of their tag. */
  update(readings: readonly Reading[]): void {
    const moved = new Map<string, Reading>();
    for (const reading of readings) {
      const known = this.#latest.get(reading.tag);
      if (known !== undefined && compareInstants(reading, known) < 0) continue;
      this.#latest.set(reading.tag, reading);
      moved.set(reading.tag, reading);
    }
    if (moved.size === 0) return;
    const news = [...moved.values()];
    for (const listener of this.#listeners) listener(news);
  }

  latest(tag: string): Reading | undefined {
    return this.#latest.get(tag);
  }

  all(): readonly Reading[] {
    return [...this.#latest.values()];
  }

  /** @returns a function that ends the subscription */
  subscribe(listener: LiveListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
