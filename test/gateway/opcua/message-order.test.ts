import { expect, test, vi } from 'vitest';
import { MessageOrder } from '../../../gateway/opcua/message-order.ts';

/** A subscription whose server still keeps some messages; `told` is what came out, `lost` where a hole was reported. */
function subscription(kept: readonly number[] = []) {
  const told: (number | 'lost')[] = [];
  const asked: number[] = [];
  const order = new MessageOrder<number>({
    fetch: async (sequence) => {
      asked.push(sequence);
      return kept.includes(sequence) ? sequence : undefined;
    },
    deliver: (message) => told.push(message),
    lost: () => told.push('lost'),
  });
  const take = (...sequences: number[]): void => {
    for (const sequence of sequences) order.take(sequence, sequence);
  };
  return { take, told, asked };
}

const until = (told: unknown, wanted: unknown): Promise<void> =>
  vi.waitFor(() => expect(told).toEqual(wanted), { timeout: 5_000 });

test('messages in order are delivered at once, and none is asked for', () => {
  const { take, told, asked } = subscription();
  take(7, 8, 9);
  expect(told).toEqual([7, 8, 9]);
  expect(asked).toEqual([]);
});

test('what was lost with the channel is asked for again, and delivered before what came after it', async () => {
  const { take, told, asked } = subscription([10, 11]);
  take(9, 12, 13);
  await until(told, [9, 10, 11, 12, 13]);
  expect(asked).toEqual([10, 11]);
});

test('what the server no longer has is reported as lost, before the next is delivered', async () => {
  const { take, told } = subscription([11]);
  take(9, 12);
  await until(told, [9, 'lost', 11, 12]);
});

test('a message that comes by itself while it is asked for is delivered once', async () => {
  const { take, told } = subscription([10]);
  take(9, 11, 10);
  await until(told, [9, 10, 11]);
  take(12, 10);
  expect(told).toEqual([9, 10, 11, 12]);
});

test('one that was given up and comes late is delivered all the same', async () => {
  const { take, told } = subscription();
  take(9, 11);
  await until(told, [9, 'lost', 11]);
  take(10, 10, 12);
  expect(told).toEqual([9, 'lost', 11, 10, 12]);
});

test('a jump beyond what any server keeps, and numbers that begin anew, are holes', () => {
  const { take, told } = subscription();
  take(9, 5_000, 5_001, 1, 2);
  expect(told).toEqual([9, 'lost', 5_000, 5_001, 'lost', 1, 2]);
});

test('after the greatest number comes 1, without a hole', () => {
  const { take, told } = subscription();
  take(0xffff_fffe, 0xffff_ffff, 1);
  expect(told).toEqual([0xffff_fffe, 0xffff_ffff, 1]);
});
