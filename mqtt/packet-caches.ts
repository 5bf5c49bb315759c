import { writeToStream } from 'mqtt-packet';

/** Shorter packets have their length kept by mqtt-packet, for ever, from the first one written. */
const KEPT_LENGTHS = 16_384;
/** What a packet without payload has after its length, for the topic below. */
const TOPIC_BYTES = 3;

/**
 * For processes that run for months. mqtt-packet keeps the bytes of each packet length it has written, and each pins the 8 KB slab that
 * they were cut from: up to 128 MB in time. Written once and together at the start they share 32 slabs. Its other
 * table, of all numbers of two bytes, saves next to nothing and takes 7 MB.
 */
export function settlePacketCaches(): void {
  writeToStream.cacheNumbers = false;
  const nowhere = { write: () => true } as unknown as NodeJS.WritableStream; // all that a writer of packets calls
  const payload = Buffer.alloc(KEPT_LENGTHS);
  for (let length = TOPIC_BYTES; length < KEPT_LENGTHS; length++) {
    const packet = { cmd: 'publish', topic: 't', qos: 0, dup: false, retain: false } as const;
    writeToStream({ ...packet, payload: payload.subarray(0, length - TOPIC_BYTES) }, nowhere);
  }
}
