import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeFrame, type FrameToWrite } from '../../../gateway/hj212/protocol/encode.ts';
import type { Frame } from '../../../gateway/hj212/protocol/frame.ts';
import { FrameReader } from '../../../gateway/hj212/protocol/frame-reader.ts';
import { parseItems, writeItems } from '../../../gateway/hj212/protocol/items.ts';
import { Reassembler } from '../../../gateway/hj212/protocol/reassembly.ts';
import { divideMessage, splitMessage } from '../../../gateway/hj212/protocol/split.ts';
import { vectors } from './reference.ts';

const head = {
  ...{ QN: '20260101000000001', ST: '31', CN: '2051', PW: '123456' },
  ...{ MN: '010000A8900016F000169DC0', Flag: '5' },
};

const messageWith = (factors: number): FrameToWrite => ({
  ...head,
  cp: writeItems(
    { DataTime: '20260101000000' },
    Object.fromEntries(
      Array.from({ length: factors }, (_, index) => [
        `a${21000 + index}`,
        { Min: '1.0', Avg: '2.0', Max: '3.0', Flag: 'N' },
      ]),
    ),
  ),
});

function read(frames: readonly FrameToWrite[]): Frame[] {
  const reader = new FrameReader();
  return frames.flatMap((frame) =>
    reader.push(encodeFrame(frame)).flatMap((found) => (found.ok ? [found.frame] : [])),
  );
}

describe('splitting', () => {
  it('leaves a message that fits as it is', () => {
    const message = messageWith(3);
    expect(splitMessage(message)).toEqual([message]);
  });

  it('numbers the parts, sets bit 1 of Flag, and keeps segment and CP within the limits', () => {
    const frames = read(splitMessage(messageWith(60)));
    expect(frames.length).toBeGreaterThan(1);
    for (const [index, frame] of frames.entries()) {
      expect(frame).toMatchObject({ Flag: '7', PNUM: String(frames.length), PNO: String(index + 1) });
      expect(frame).toMatchObject({ QN: head.QN, flags: { split: true, needsAck: true }, warnings: [] });
      expect(frame.cp.length).toBeLessThanOrEqual(950);
      expect(parseItems(frame.cp).params.DataTime).toBe('20260101000000');
    }
  });

  it('cuts inside a factor only where the factor alone is too long, and refuses a value that is', () => {
    const values = Array.from({ length: 80 }, (_, index) => `a1-V${index}=1.00000`).join(',');
    const parts = splitMessage({ ...head, cp: `DataTime=20260101000000;${values}` });
    const names = parts.flatMap(({ cp }) => Object.keys(parseItems(cp).items.a1 ?? {}));
    expect(names).toHaveLength(80);
    expect(() => splitMessage({ ...head, cp: `a1-Rtd=${'x'.repeat(1000)}` })).toThrow(
      expect.objectContaining({ code: 'hj212-too-long' }),
    );
  });

  it('can divide into messages that are complete in themselves', () => {
    const messages = divideMessage(messageWith(60));
    expect(messages.every(({ PNUM, Flag }) => PNUM === undefined && Flag === '5')).toBe(true);
    expect(messages.flatMap(({ cp }) => Object.keys(parseItems(cp).items))).toHaveLength(60);
  });
});

describe('joining', () => {
  it('gives back what was split, in whatever order and however often the parts come', () => {
    const anyOrder = fc.tuple(fc.integer({ min: 20, max: 120 }), fc.array(fc.nat(1000), { maxLength: 30 }));
    fc.assert(
      fc.property(anyOrder, ([factors, picks]) => {
        const message = messageWith(factors);
        const parts = read(splitMessage(message));
        const sent = [...picks.map((pick) => parts[pick % parts.length] as Frame), ...parts];
        const joiner = new Reassembler();
        const whole = sent.flatMap((part) => joiner.take(part, 0) ?? []);
        expect(whole[0]?.cp).toBe(message.cp);
      }),
      { numRuns: 100 },
    );
  });

  it('takes a frame that is no part as it is, also with bit 1 of Flag set by mistake', () => {
    const [frame] = read([{ ...messageWith(2), Flag: '7' }]) as [Frame];
    expect(new Reassembler().take(frame, 0)).toBe(frame);
  });

  it('gives up a message after its time, and the oldest where too many are open', () => {
    const joiner = new Reassembler({ timeoutMs: 1000, maxOpen: 2 });
    const partOf = (QN: string) => read(splitMessage({ ...messageWith(60), QN }))[0] as Frame;
    joiner.take(partOf('1'), 0);
    joiner.take(partOf('2'), 1500);
    expect(joiner).toMatchObject({ waiting: 1, abandoned: 1 });
    joiner.take(partOf('3'), 1600);
    joiner.take(partOf('4'), 1700);
    expect(joiner).toMatchObject({ waiting: 2, abandoned: 2 });
  });

  it.skipIf(!vectors)('keeps a published part waiting for the other', () => {
    const vector = vectors?.valid.find(({ message }) => message.includes('PNUM=2;PNO=1'));
    const found = new FrameReader().push(Buffer.from(`${vector?.message}${vector?.terminator}`));
    const joiner = new Reassembler();
    expect(found[0]?.ok && joiner.take(found[0].frame, 0)).toBeUndefined();
    expect(joiner.waiting).toBe(1);
  });
});
