import type { Duplex } from 'node:stream';

/**
 * Acknowledges QoS 1 messages once they are on disk rather than when they arrive, in the order of arrival, and only on the
 * connection they came on: on a new one the broker delivers again what was not acknowledged.
 * @see MQTT 3.1.1 (OASIS) clause 4.6; MQTT 5.0 clauses 3.4.2.1 (no reason code means success) and 4.6
 */
export class LateAcknowledgement {
  readonly #stream: Duplex;
  readonly #waiting: { readonly messageId: number; isDone: boolean }[] = [];

  constructor(stream: Duplex) {
    this.#stream = stream;
  }

  /** @throws what the work threw; the connection is then given up, so that the broker sends again. */
  async after(work: Promise<void>, messageId: number): Promise<void> {
    const entry = { messageId, isDone: false };
    this.#waiting.push(entry);
    try {
      await work;
    } catch (error) {
      this.#stream.destroy();
      throw error;
    }
    entry.isDone = true;
    this.#flush();
  }

  #flush(): void {
    const packets: Buffer[] = [];
    while (this.#waiting[0]?.isDone === true) packets.push(puback(this.#waiting.shift()?.messageId ?? 0));
    if (packets.length > 0 && this.#stream.writable) this.#stream.write(Buffer.concat(packets));
  }
}

/** PUBACK without reason code: the same four bytes in both versions of the protocol. */
const puback = (messageId: number): Buffer => Buffer.from([0x40, 2, messageId >> 8, messageId & 0xff]);
