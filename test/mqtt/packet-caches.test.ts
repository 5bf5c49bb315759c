import { writeToStream } from 'mqtt-packet';
import { expect, test } from 'vitest';
import { settlePacketCaches } from '../../mqtt/packet-caches.ts';

/** The bytes of a packet's length, as written. */
function lengthBytes(payload: Buffer): Buffer {
  const chunks: Buffer[] = [];
  const stream = { write: (chunk: Buffer) => chunks.push(chunk) > 0 } as unknown as NodeJS.WritableStream;
  writeToStream({ cmd: 'publish', topic: 'plant', payload, qos: 0, dup: false, retain: false }, stream);
  return chunks[1] as Buffer;
}

test('the lengths that mqtt-packet keeps share a few slabs, however much was allocated between two packets', () => {
  settlePacketCaches();
  const slabs = new Set<ArrayBufferLike>();
  for (let size = 0; size < 16_000; size += 10) {
    const bytes = lengthBytes(Buffer.alloc(size));
    // Remaining length, MQTT 3.1.1 clause 2.2.3: seven bits a byte, the lowest first.
    const length = ((bytes[0] ?? 0) & 0x7f) | ((bytes[1] ?? 0) << 7);
    expect(length).toBe(size + 'plant'.length + 2);
    slabs.add(bytes.buffer);
    Buffer.allocUnsafe(3000);
  }
  expect(slabs.size).toBeLessThanOrEqual(40);
});
