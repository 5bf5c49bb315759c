import { describe, expect, it } from 'vitest';
import { crc16, crcText } from '../../../gateway/hj212/protocol/crc.ts';
import { type Found, FrameReader } from '../../../gateway/hj212/protocol/frame-reader.ts';
import { fromJsonObject, toJsonObject } from '../../../gateway/hj212/protocol/json-line.ts';
import { decryptCp, encryptCp, sm4 } from '../../../gateway/hj212/protocol/sm4.ts';
import { vectors } from './reference.ts';

function decodeAll(bytes: Uint8Array): Found[] {
  const reader = new FrameReader();
  return [...reader.push(bytes), ...reader.end()];
}

describe.skipIf(!vectors)('published HJ 212 vectors', () => {
  const { crcUnit = [], valid = [], invalid = [], sm4: ciphers = [] } = vectors ?? {};

  it.each(crcUnit)('CRC of "$bytesHex" is $crc', ({ bytesHex, crc }) => {
    expect(crcText(crc16(Buffer.from(bytesHex, 'hex')))).toBe(crc);
  });

  it.each(valid)('$message is read and written again byte for byte', (vector) => {
    const bytes = Buffer.from(vector.message + vector.terminator);
    const [found, ...others] = decodeAll(bytes);
    expect(others).toEqual([]);
    const json = JSON.parse(JSON.stringify(toJsonObject(found as Found)));
    expect(json).toMatchObject({
      ...{ ok: true, QN: vector.qn, ST: vector.st, CN: vector.cn, MN: vector.mn, flags: vector.flagBits },
      edition: vector.flagBits?.version ?? '2005',
    });
    // Without the raw header: its order is the standard's, so the fields alone must give the same bytes.
    expect(json).not.toHaveProperty('head');
    expect(fromJsonObject(json).toString('latin1')).toBe(bytes.toString('latin1'));
  });

  it.each(invalid)('$message is refused', (vector) => {
    const found = decodeAll(Buffer.from(vector.message + vector.terminator));
    expect(found).toEqual([{ ok: false, code: vector.lengthOk ? 'crc' : 'length', offset: 0 }]);
  });

  it('finds all of them in one stream, at their offsets', () => {
    const all = [...valid, ...invalid];
    const found = decodeAll(Buffer.from(all.map((vector) => vector.message + vector.terminator).join('')));
    expect(found.map((one) => one.ok)).toEqual(all.map((vector) => valid.includes(vector)));
    let offset = 0;
    for (const [index, vector] of all.entries()) {
      expect(found[index]?.offset).toBe(offset);
      offset += vector.message.length + vector.terminator.length;
    }
  });

  it('SM4 with padding gives the text of annex H.1.2', () => {
    const vector = ciphers.find((one) => one.expectedBase64 !== undefined);
    const cipher = sm4(
      'encrypt',
      Buffer.from(vector?.plaintext ?? ''),
      Buffer.from(vector?.keyAscii ?? ''),
      true,
    );
    expect(cipher.toString('base64')).toBe(vector?.expectedBase64);
  });

  it('SM4 of a CP encrypts whole groups and leaves the rest', () => {
    const vector = ciphers.find((one) => one.cipherHex !== undefined);
    const key = Buffer.from(vector?.keyAscii ?? '');
    const cp = encryptCp(Buffer.from(vector?.plaintext ?? ''), key, 'bytes');
    expect(cp.toString('hex').toUpperCase()).toBe(
      vector?.cipherHex +
        Buffer.from(vector?.tailPlain ?? '')
          .toString('hex')
          .toUpperCase(),
    );
    expect(decryptCp(cp, key, 'bytes')?.toString()).toBe(vector?.plaintext);
  });
});
