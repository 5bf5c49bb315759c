import type { PublishPacket } from 'aedes';

/** Which topics hold a retained message: no more than a bound, as the broker keeps them all in memory. */
export class RetainedTopics {
  readonly #most: number;
  readonly #topics = new Set<string>();

  constructor(most: number) {
    this.#most = most;
  }

  /** Beyond the bound a message is delivered, but not kept. One without payload clears its topic. @see MQTT 3.1.1 clause 3.3.1.3 */
  bound(packet: PublishPacket): void {
    if (!packet.retain) return;
    const { topic, payload } = packet;
    if (payload.length === 0) this.#topics.delete(topic);
    else if (this.#topics.size < this.#most || this.#topics.has(topic)) this.#topics.add(topic);
    else packet.retain = false;
  }
}
