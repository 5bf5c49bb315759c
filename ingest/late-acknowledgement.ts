import type { Duplex } from 'node:stream';
import { generate, type IPubackPacket } from 'mqtt-packet';

/**
 * Acknowledges QoS 1 messages when their work is done rather than when they arrive, in the order of arrival, and only on
 * the connection they came on: on a new one the broker delivers again what was not acknowledged.
 */
export class LateAcknowledgement {
  readonly #stream: Duplex;
  readonly #waiting: { readonly messageId: number; isDone: boolean }[] = [];

  constructor(stream: Duplex) {
    this.#stream = stream;
  }

  /** @param work never acknowledged where it rejects: the broker keeps the message for the next connection */
  after(work: Promise<void>, messageId: number): void {
    const entry = { messageId, isDone: false };
    this.#waiting.push(entry);
    work.then(
      () => {
        entry.isDone = true;
        this.#flush();
      },
      () => undefined, // ingest is closing; everything behind it stays unacknowledged too
    );
  }

  #flush(): void {
    const packets: Buffer[] = [];
    while (this.#waiting[0]?.isDone === true) packets.push(puback(this.#waiting.shift()?.messageId ?? 0));
    if (packets.length > 0 && this.#stream.writable) this.#stream.write(Buffer.concat(packets));
  }
}

function puback(messageId: number): Buffer {
  const packet: IPubackPacket = { cmd: 'puback', messageId, reasonCode: 0 };
  return generate(packet, { protocolVersion: 5 });
}
