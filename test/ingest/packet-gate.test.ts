import fc from 'fast-check';
import { generate } from 'mqtt-packet';
import { expect, test } from 'vitest';
import { PacketGate } from '../../ingest/packet-gate.ts';

/** A publish whose packet has a payload of so many bytes. */
const publish = (bytes: number): Buffer =>
  generate({ cmd: 'publish', topic: 't', payload: Buffer.alloc(bytes), qos: 0, retain: false, dup: false });

test('finds the one packet that is too long, however the stream is cut into chunks', () => {
  const sizes = fc.array(fc.integer({ min: 0, max: 900 }), { maxLength: 8 });
  fc.assert(
    fc.property(sizes, fc.integer({ min: 1, max: 300 }), (payloads, chunkBytes) => {
      const gate = new PacketGate();
      gate.signedIn(1000);
      const see = (bytes: Buffer): (string | undefined)[] =>
        Array.from({ length: Math.ceil(bytes.length / chunkBytes) }, (_, index) =>
          gate.see(bytes.subarray(index * chunkBytes, (index + 1) * chunkBytes)),
        );
      expect(see(Buffer.concat(payloads.map(publish)))).not.toContainEqual(expect.anything());
      expect(see(publish(20_000))).toContainEqual(expect.stringContaining('20003 bytes'));
    }),
  );
});
