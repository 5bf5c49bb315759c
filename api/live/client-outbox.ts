import type { Reading } from '../../model/reading.ts';
import { keepNewer } from '../query/latest.ts';

/** What an outbox writes to: a response, or a test's stand-in. */
export interface EventSink {
  /** @returns false where the client reads slower than it is written to */
  write(text: string): boolean;
  onDrain(listener: () => void): void;
}

/**
 * What one stream client has yet to see. Of each tag only the newest reading waits, so a client that reads slowly
 * skips intermediate values and never falls behind, and its memory is bounded by the number of tags.
 */
export class ClientOutbox {
  readonly #sink: EventSink;
  readonly #present: (readings: Iterable<Reading>) => unknown;
  readonly #waiting = new Map<string, Reading>();
  #isBlocked = false;

  constructor(sink: EventSink, present: (readings: Iterable<Reading>) => unknown) {
    this.#sink = sink;
    this.#present = present;
    sink.onDrain(() => {
      this.#isBlocked = false;
      this.flush();
    });
  }

  add(readings: Iterable<Reading>): void {
    for (const reading of readings) keepNewer(this.#waiting, reading);
  }

  /** Sends what waits as one event, unless the client is still busy with the last. */
  flush(): void {
    if (this.#isBlocked || this.#waiting.size === 0) return;
    const text = `data: ${JSON.stringify(this.#present(this.#waiting.values()))}\n\n`;
    this.#waiting.clear();
    this.#write(text);
  }

  /** A comment line, which keeps proxies from closing a quiet connection and tells a client that we live. */
  heartbeat(nowMs: number): void {
    if (!this.#isBlocked) this.#write(`: heartbeat ${new Date(nowMs).toISOString()}\n\n`);
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  #write(text: string): void {
    this.#isBlocked = !this.#sink.write(text);
  }
}
