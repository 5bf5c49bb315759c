import { PassThrough } from 'node:stream';
import { expect, test, vi } from 'vitest';
import { LateAcknowledgement } from '../../mqtt/late-acknowledgement.ts';

/** Numbers of the messages acknowledged on a stream, in order. */
function acknowledged(stream: PassThrough): number[] {
  const bytes = (stream.read() as Buffer | null) ?? Buffer.alloc(0);
  return Array.from({ length: bytes.length / 4 }, (_, index) => bytes.readUInt16BE(index * 4 + 2));
}

test('acknowledgements go out in the order of arrival, whatever ends first, and none after one that fails', async () => {
  const stream = new PassThrough();
  const late = new LateAcknowledgement(stream);
  let endFirst: () => void = () => undefined;
  const first = late.after(new Promise<void>((resolve) => (endFirst = resolve)), 1);
  await late.after(Promise.resolve(), 2);
  const failing = late.after(Promise.reject(new Error('not stored')), 3);
  await expect(failing).rejects.toThrow('not stored');
  await late.after(Promise.resolve(), 4);
  expect(acknowledged(stream)).toEqual([]);
  endFirst();
  await first;
  const all: number[] = [];
  await vi.waitFor(() => {
    all.push(...acknowledged(stream));
    expect(all).toEqual([1, 2]);
  });
});

test('what ends in one turn is acknowledged in one write', async () => {
  const stream = new PassThrough();
  const write = vi.spyOn(stream, 'write');
  const late = new LateAcknowledgement(stream);
  await Promise.all(Array.from({ length: 1000 }, (_, index) => late.after(Promise.resolve(), index + 1)));
  await vi.waitFor(() => expect(write).toHaveBeenCalledTimes(1));
  expect(acknowledged(stream)).toHaveLength(1000);
});
