import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeFrame } from '../../../gateway/hj212/protocol/encode.ts';
import { type Found, FrameReader } from '../../../gateway/hj212/protocol/frame-reader.ts';

const frameOf = (serial: number): Buffer =>
  encodeFrame({
    ...{ QN: String(20260101000000000n + BigInt(serial)), ST: '31', CN: '2011', PW: '123456', Flag: '5' },
    MN: '010000A8900016F000169DC0',
    cp: `DataTime=20260101000000;a21026-Rtd=${serial}.0,a21026-Flag=N;a34013-Rtd=1.5,a34013-Flag=N`,
  });

const modbusReply = Buffer.from('0103142323303130350d0a26263443423126264646464623', 'hex');

/** A piece of noise that ends before a good frame begins. */
const noise = fc.oneof(
  fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)),
  fc.constant(modbusReply),
  fc.tuple(fc.nat(99), fc.nat(150)).map(([serial, length]) => frameOf(serial).subarray(0, length)),
  fc.tuple(fc.nat(99), fc.nat(9999)).map(([serial, length]) => withLength(frameOf(serial), length)),
  fc.tuple(fc.nat(99), fc.nat(150)).map(([serial, at]) => flipped(frameOf(serial), at)),
  fc
    .constantFrom('#', '##', '###', '##01', '##0101', '##9999QN=', '&&', '&&1C80\r\n', '\r\n')
    .map((text) => Buffer.from(text)),
);

function withLength(frame: Buffer, length: number): Buffer {
  const copy = Buffer.from(frame);
  copy.write(String(length).padStart(4, '0'), 2);
  return copy;
}

function flipped(frame: Buffer, at: number): Buffer {
  const copy = Buffer.from(frame);
  copy[at % copy.length] = (copy[at % copy.length] ?? 0) ^ 1;
  return copy;
}

function read(chunks: readonly Buffer[]): Found[] {
  const reader = new FrameReader();
  return [...chunks.flatMap((chunk) => reader.push(chunk)), ...reader.end()];
}

function cut(bytes: Buffer, sizes: readonly number[]): Buffer[] {
  const chunks: Buffer[] = [];
  for (let at = 0, index = 0; at < bytes.length; index++) {
    const size = sizes[index % sizes.length] ?? 1;
    chunks.push(bytes.subarray(at, at + size));
    at += size;
  }
  return chunks;
}

const withoutEnd = (found: readonly Found[]) =>
  found.map((one) => (one.ok ? { ...one, frame: { ...one.frame, end: '' } } : one));

describe('a stream with noise, cuts and foreign frames', () => {
  const stream = fc.array(fc.tuple(noise, fc.boolean()), { minLength: 1, maxLength: 25 });
  const sizes = fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 10 });

  it('loses no good frame, wherever the chunks are cut', () => {
    fc.assert(
      fc.property(stream, sizes, (parts, chunkSizes) => {
        const good = new Set<number>();
        const pieces: Buffer[] = [];
        let offset = 0;
        for (const [index, [garbage, withFrame]] of parts.entries()) {
          pieces.push(garbage);
          offset += garbage.length;
          if (!withFrame) continue;
          good.add(offset);
          pieces.push(frameOf(index + 1000));
          offset += frameOf(index + 1000).length;
        }
        const bytes = Buffer.concat(pieces);
        const found = read(cut(bytes, chunkSizes));
        const offsets = new Set(found.filter((one) => one.ok).map((one) => one.offset));
        expect([...good].filter((at) => !offsets.has(at))).toEqual([]);
        expect(withoutEnd(found)).toEqual(withoutEnd(read([bytes])));
      }),
      { numRuns: 1500 },
    );
  });

  it('keeps memory bounded in megabyte lines that begin like a frame', () => {
    const reader = new FrameReader();
    const line = Buffer.alloc(1 << 20, 'x');
    let held = 0;
    for (const begin of ['##0101QN=', '##9999CP=&&', '']) {
      const bytes = Buffer.concat([Buffer.from(begin), line]);
      for (let at = 0; at < bytes.length; at += 4096) {
        reader.push(bytes.subarray(at, at + 4096));
        held = Math.max(held, reader.pendingBytes);
      }
    }
    expect(held).toBeLessThan(32_768);
    expect(reader.push(frameOf(1))).toMatchObject([{ ok: true }]);
  });
});

describe('why a frame is refused', () => {
  const frame = frameOf(7).toString('latin1');
  it.each([
    ['length', frame.replace(/^##..../, '##0999')],
    ['length', frame.replace(/^##..../, '##0001')],
    ['crc', frame.replace('Rtd=7.0', 'Rtd=8.0')],
    ['header', frame.replace(/^##..../, '##01x1')],
    ['truncated', frame.slice(0, -7)],
    ['truncated', frame.slice(0, 4)],
  ])('%s: %s', (code, text) => {
    expect(read([Buffer.from(text, 'latin1')])).toEqual([{ ok: false, code, offset: 0 }]);
  });

  it('a frame cut short never swallows the next, and a wrong length neither', () => {
    const found = read([
      Buffer.from(frame.slice(0, 60) + frame + frame.replace(/^##..../, '##9999') + frame),
    ]);
    expect(found.map((one) => (one.ok ? 'ok' : one.code))).toEqual(['truncated', 'ok', 'length', 'ok']);
  });
});

describe('SM4 of the 2025 edition', () => {
  const key = Buffer.from('0000000000000000');
  const plain = { QN: '20260101000000000', ST: '31', CN: '2011', PW: '123456', MN: 'A', Flag: '9' };
  const cp = 'DataTime=20260101000000;a21026-Rtd=35.0,a21026-Flag=N';
  it.each(['bytes', 'text'] as const)('reads what it wrote as %s, whichever length was declared', (form) => {
    const reader = new FrameReader({ key });
    const byPlain = encodeFrame({ ...plain, cp, cipher: { key, form } });
    const travelled = byPlain.length - 12;
    const byTravelled = encodeFrame({ ...plain, cp, cipher: { key, form }, declaredLength: travelled });
    for (const bytes of [byPlain, byTravelled])
      expect(reader.push(bytes)).toMatchObject([{ ok: true, frame: { cp, cipher: form, edition: '2025' } }]);
  });

  it('refuses it without the key or with another', () => {
    const bytes = encodeFrame({ ...plain, cp, cipher: { key, form: 'bytes' } });
    expect(read([bytes])).toEqual([{ ok: false, code: 'crc', offset: 0 }]);
    const reader = new FrameReader({ key: Buffer.alloc(16, 1) });
    expect(reader.push(bytes)).toEqual([{ ok: false, code: 'crc', offset: 0 }]);
  });
});
