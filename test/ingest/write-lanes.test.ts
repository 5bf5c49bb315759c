import { expect, test, vi } from 'vitest';
import { createIngest } from '../../ingest/pipeline.ts';
import { Touched } from '../../ingest/touched.ts';
import { encodeBatch } from '../../model/batch.ts';
import type { Reading } from '../../model/reading.ts';
import { hourMs, quarterHourMs } from '../../model/window.ts';
import { numberedReading, numberPlant, numbersStartMs } from '../delivery/numbers.ts';
import { MemoryStore } from '../store/memory-store.ts';

const at = (tag: string, ...timesMs: number[]): Reading[] =>
  timesMs.map((timeMs) => ({ tag, timeMs, timeNs: 0, value: 1, status: 0, origin: 'live' }));

test('two groups meet where a stretch of one tag is in both; a backlog beside live readings is no stretch in between', () => {
  const some = new Touched([...at('a', 1000, 2000), ...at('a', 100 * hourMs)]);
  expect(some.meets(new Touched(at('a', 2000, 3000)))).toBe(true);
  expect(some.meets(new Touched(at('a', 1500)))).toBe(true);
  expect(some.meets(new Touched(at('a', 50 * hourMs)))).toBe(false);
  expect(some.meets(new Touched(at('b', 1000)))).toBe(false);
});

test('a tag spread over more days than are kept apart is one stretch, so nothing is overlooked', () => {
  const wide = new Touched(
    at('a', ...Array.from({ length: 20 }, (_, day) => day * 24 * hourMs), 5 * 24 * hourMs),
  );
  for (let day = 0; day < 20; day++) expect(wide.meets(new Touched(at('a', day * 24 * hourMs)))).toBe(true);
});

test('quarters of an hour are told once, also for readings that go back and forth', () => {
  const touched = new Touched(at('a', 0, quarterHourMs, 1, quarterHourMs + 1));
  expect(touched.slots()).toEqual([
    { tag: 'a', startMs: 0 },
    { tag: 'a', startMs: quarterHourMs },
  ]);
});

/** Ingest whose store ends a write only when it is told to. */
function held(maxWriteReadings = 1) {
  const store = new MemoryStore();
  const begun: (() => void)[] = [];
  const values: unknown[][] = [];
  const write = async (readings: readonly Reading[]) => {
    values.push(readings.map(({ value }) => value));
    await new Promise<void>((resolve) => begun.push(resolve));
    return store.write(readings);
  };
  const ingest = createIngest({
    ...{ store: { write }, plant: numberPlant(), clock: { nowMs: () => numbersStartMs + 60_000 } },
    dirty: { mark: async () => undefined },
    quarantine: { put: async () => undefined },
    maxWriteReadings,
  });
  const send = (sequence: number, reading: Reading): Promise<void> =>
    ingest.batch('main', Buffer.from(encodeBatch({ epoch: 1, sequence, readings: [reading] })));
  return { ingest, store, begun, values, send };
}

test('a later value at the same instant is written after the first has ended, so that it stays', async () => {
  const { store, begun, values, send, ingest } = held();
  const first = send(1, numberedReading(5));
  await vi.waitFor(() => expect(begun).toHaveLength(1));
  const second = send(2, { ...numberedReading(5), value: 99 });
  await ingest.room();
  begun[0]?.();
  await first;
  await vi.waitFor(() => expect(begun).toHaveLength(2));
  begun[1]?.();
  await second;
  expect(values).toEqual([[5], [99]]);
  expect([...store.readings.values()].map(({ value }) => value)).toEqual([99]);
});

test('what waits long enough to be worth a write does not wait for the write under way', async () => {
  const { begun, send } = held(100);
  const sent = Array.from({ length: 500 }, (_, n) => send(n + 1, numberedReading(n)));
  await vi.waitFor(() => expect(begun.length).toBeGreaterThan(1));
  const ended = Promise.all(sent);
  let isEnded = false;
  void ended.then(() => {
    isEnded = true;
  });
  await vi.waitFor(() => {
    for (const end of begun.splice(0)) end();
    expect(isEnded).toBe(true);
  });
});

test('readings without a batch hear only of their own refusals, whatever shared their write', async () => {
  const store = new MemoryStore();
  store.refuse = ({ value }) => (value === 7 ? 'field type conflict' : undefined);
  const ingest = createIngest({
    ...{ store, plant: numberPlant(), clock: { nowMs: () => numbersStartMs + 60_000 } },
    dirty: { mark: async () => undefined },
    quarantine: { put: async () => undefined },
  });
  const [mine, theirs] = await Promise.all([
    ingest.readings([numberedReading(1)]),
    ingest.readings([numberedReading(7)]),
  ]);
  expect(store.writes).toBe(1);
  expect(mine).toEqual([]);
  expect(theirs).toMatchObject([{ reason: 'store-refused' }]);
});
