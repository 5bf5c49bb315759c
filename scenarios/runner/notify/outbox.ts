import type { DocumentStore } from '../../../store/local-state.ts';
import type { Notification } from '../../alarms/notification-text.ts';

/** A notification that waits for its channel. */
export interface Waiting {
  readonly channel: string;
  readonly notification: Notification;
  readonly queuedMs: number;
}

/** Beyond it the least urgent goes: a channel that is down for days must not fill the disk. */
export const MOST_WAITING = 1000;
const RANK = { low: 0, medium: 1, high: 2 } as const;

/** What waits to be told, on disk, oldest first; bounded. */
export class Outbox {
  readonly #documents: DocumentStore<Waiting>;
  readonly #waiting: Map<string, Waiting>;
  #next: number;

  constructor(documents: DocumentStore<Waiting>) {
    this.#documents = documents;
    this.#waiting = new Map(documents.entries());
    this.#next = Number([...this.#waiting.keys()].at(-1) ?? 0) + 1;
  }

  /** Inside a transaction of the state. @returns what was dropped to make room */
  put(one: Waiting): Waiting | undefined {
    const key = String(this.#next++).padStart(12, '0');
    this.#waiting.set(key, one);
    void this.#documents.put(key, one);
    return this.#waiting.size > MOST_WAITING ? this.#dropLeastUrgent() : undefined;
  }

  of(channel: string, limit: number): readonly (readonly [key: string, waiting: Waiting])[] {
    return [...this.#waiting].filter(([, one]) => one.channel === channel).slice(0, limit);
  }

  size(channel: string): number {
    return [...this.#waiting.values()].filter((one) => one.channel === channel).length;
  }

  /** Durable once resolved. */
  async remove(keys: readonly string[]): Promise<void> {
    for (const key of keys) this.#waiting.delete(key);
    await Promise.all(keys.map((key) => this.#documents.remove(key)));
  }

  /** The oldest of the lowest priority. */
  #dropLeastUrgent(): Waiting | undefined {
    const rank = ([, { notification }]: readonly [string, Waiting]): number => RANK[notification.priority];
    const [first, ...rest] = [...this.#waiting];
    if (!first) return undefined;
    const [key, dropped] = rest.reduce((low, one) => (rank(one) < rank(low) ? one : low), first);
    this.#waiting.delete(key);
    void this.#documents.remove(key);
    return dropped;
  }
}
