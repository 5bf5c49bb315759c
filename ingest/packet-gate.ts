import { gatewayOfBatchTopic } from '../model/batch.ts';
import type { BrokerClient } from './broker-credentials.ts';

/** Bytes a client may send before it has signed in: a CONNECT with its will, and what it sends without waiting. */
const MOST_UNSIGNED_BYTES = 256 * 1024;
/** Of one packet. A gateway's batch may hold a recording with each of its characters escaped. */
const MOST_BYTES = { device: 16 * 2 ** 20, gateway: 64 * 2 ** 20 };

export function mostPacketBytes({ publish }: Pick<BrokerClient, 'publish'>): number {
  const isGateway = publish.some((filter) => gatewayOfBatchTopic(filter) !== undefined);
  return isGateway ? MOST_BYTES.gateway : MOST_BYTES.device;
}

/**
 * Reads the lengths that the packets of one connection announce, as their bytes arrive: the broker's library collects a
 * packet in memory until it is whole, up to 256 MB, from anybody who can open a connection.
 * @see MQTT 3.1.1 (OASIS) clause 2.2.3
 */
export class PacketGate {
  #isSignedIn = false;
  #mostBytes = MOST_UNSIGNED_BYTES;
  #unsignedBytes = 0;
  /** Still to come of the packet under way, after its fixed header. */
  #left = 0;
  #length = 0;
  /** Weight of the next byte of the length; 0: a packet's first byte comes next. */
  #weight = 0;

  /** @param mostBytes of one packet from now on */
  signedIn(mostBytes: number): void {
    this.#isSignedIn = true;
    this.#mostBytes = mostBytes;
  }

  /** @returns why the connection must end; undefined while all is well */
  see(chunk: Uint8Array): string | undefined {
    if (!this.#isSignedIn) this.#unsignedBytes += chunk.length;
    if (this.#unsignedBytes > MOST_UNSIGNED_BYTES)
      return `more than ${MOST_UNSIGNED_BYTES} bytes before it signed in`;
    for (let at = 0; at < chunk.length; ) {
      const skipped = Math.min(this.#left, chunk.length - at);
      this.#left -= skipped;
      at += skipped;
      if (at < chunk.length) this.#header(chunk[at++] as number);
      if (this.#left > this.#mostBytes)
        return `a packet of ${this.#left} bytes; the broker takes ${this.#mostBytes}`;
    }
    return undefined;
  }

  #header(byte: number): void {
    if (this.#weight === 0) {
      [this.#length, this.#weight] = [0, 1];
      return;
    }
    this.#length += (byte & 0x7f) * this.#weight;
    // A fifth byte is no MQTT; the library refuses it.
    const isLast = byte < 0x80 || this.#weight > 0x80 ** 3;
    this.#weight = isLast ? 0 : this.#weight * 0x80;
    if (isLast) this.#left = this.#length;
  }
}
