import type { Reading } from '../../model/reading.ts';
import type { LiveReadings } from '../ports.ts';
import type { ClientOutbox } from './client-outbox.ts';

interface StreamClient {
  readonly outbox: ClientOutbox;
  /** Undefined: all tags. */
  readonly tags: ReadonlySet<string> | undefined;
  end(): void;
}

/** Hands live readings to every open stream: one subscription and one timer for all of them. */
export class StreamHub {
  readonly #clients = new Set<StreamClient>();
  readonly #unsubscribe: () => void;

  constructor(live: LiveReadings) {
    this.#unsubscribe = live.subscribe((readings) => this.#distribute(readings));
  }

  get size(): number {
    return this.#clients.size;
  }

  /** @returns removes the client */
  join(client: StreamClient): () => void {
    this.#clients.add(client);
    return () => this.#clients.delete(client);
  }

  flush(): void {
    for (const { outbox } of this.#clients) outbox.flush();
  }

  heartbeat(nowMs: number): void {
    for (const { outbox } of this.#clients) outbox.heartbeat(nowMs);
  }

  close(): void {
    this.#unsubscribe();
    for (const client of this.#clients) client.end();
    this.#clients.clear();
  }

  #distribute(readings: readonly Reading[]): void {
    for (const { outbox, tags } of this.#clients) {
      outbox.add(tags ? readings.filter((reading) => tags.has(reading.tag)) : readings);
    }
  }
}
