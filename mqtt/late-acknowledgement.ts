import type { Duplex } from 'node:stream';

/**
 * Acknowledges QoS 1 messages when their work is done rather than when they arrive, in the order of arrival, and only on
 * the connection they came on: on a new one the broker delivers again what was not acknowledged.
 * @see MQTT 3.1.1 (OASIS) clause 4.6; MQTT 5.0 clauses 3.4.2.1 (no reason code means success) and 4.6
 */
export class LateAcknowledgement {
  readonly #stream: Duplex;
  #waiting: { readonly messageId: number; isDone: boolean }[] = [];
  #isScheduled = false;

  /** @param stream of one connection; the next has an acknowledgement of its own */
  constructor(stream: Duplex) {
    this.#stream = stream;
  }

  /**
   * Resolves once the work is done; its message is then acknowledged as soon as those before it are.
   * @throws what the work threw: neither the message nor any after it is acknowledged on this connection
   */
  async after(work: Promise<void>, messageId: number): Promise<void> {
    const entry = { messageId, isDone: false };
    this.#waiting.push(entry);
    await work;
    entry.isDone = true;
    this.#schedule();
  }

  /** Ends the connection, so that the broker sends again on the next. */
  giveUp(): void {
    this.#stream.destroy();
  }

  /** Work of many messages often ends in one turn: their acknowledgements go out in one write. */
  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      this.#flush();
    });
  }

  #flush(): void {
    const firstUndone = this.#waiting.findIndex(({ isDone }) => !isDone);
    const done = firstUndone < 0 ? this.#waiting.length : firstUndone;
    if (done === 0) return;
    const packets = this.#waiting.slice(0, done).map(({ messageId }) => puback(messageId));
    this.#waiting = this.#waiting.slice(done);
    if (this.#stream.writable) this.#stream.write(Buffer.concat(packets));
  }
}

/** PUBACK without reason code: the same four bytes in both versions of the protocol. */
const puback = (messageId: number): Buffer => Buffer.from([0x40, 2, messageId >> 8, messageId & 0xff]);
