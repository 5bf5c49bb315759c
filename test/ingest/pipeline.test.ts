import { afterEach, expect, test, vi } from 'vitest';
import type { Ingest, IngestOptions } from '../../ingest/ingest.ts';
import { createIngest } from '../../ingest/pipeline.ts';
import { encodeBatch } from '../../model/batch.ts';
import type { Reading } from '../../model/reading.ts';
import { listOf, type ReadingColumns, type Readings } from '../../model/reading-columns.ts';
import type { Refusal } from '../../model/refusal.ts';
import { numberedReading, numberPlant, numbersStartMs } from '../delivery/numbers.ts';
import { MemoryStore } from '../store/memory-store.ts';

const open: Ingest[] = [];
afterEach(async () => {
  for (const ingest of open.splice(0)) await ingest.close();
});

/** Ingest on a store in memory; `steps` is what happened, in order. */
function start(more: Partial<IngestOptions> = {}) {
  const store = new MemoryStore();
  const steps: string[] = [];
  const refusals: Refusal[] = [];
  store.afterWrite = () => void steps.push('write');
  const ingest = createIngest({
    ...{ store, plant: numberPlant(), clock: { nowMs: () => numbersStartMs + 60_000 } },
    dirty: { mark: async (slots) => void steps.push(`mark ${slots.length}`) },
    quarantine: {
      put: async (refused) => {
        refusals.push(...refused);
        steps.push('quarantine');
      },
    },
    confirm: (gateway, { sequences }) => void steps.push(`confirm ${gateway} ${sequences}`),
    ...more,
  });
  open.push(ingest);
  return { ingest, store, steps, refusals };
}

const batch = (sequence: number, from: number, to: number): Buffer =>
  Buffer.from(
    encodeBatch({
      ...{ epoch: 1, sequence },
      readings: Array.from({ length: to - from }, (_, index) => numberedReading(from + index)),
    }),
  );

test('stored, then marked dirty, then confirmed', async () => {
  const { ingest, steps, store } = start();
  await ingest.batch('main', batch(1, 0, 100));
  expect(steps).toEqual(['write', 'mark 10', 'confirm main 1']);
  expect(store.readings.size).toBe(100);
});

test('a batch with a refused reading is quarantined before it is confirmed; the rest is stored', async () => {
  const { ingest, steps, store, refusals } = start();
  store.refuse = ({ value }) => (value === 7 ? 'field type conflict' : undefined);
  const wrong = { ...numberedReading(3), tag: 'numbers.gone' };
  const readings = [wrong, numberedReading(7), numberedReading(8)];
  await ingest.batch('main', Buffer.from(encodeBatch({ epoch: 1, sequence: 1, readings })));
  expect(steps).toEqual(['write', 'quarantine', 'mark 2', 'confirm main 1']);
  expect(refusals.map(({ reason }) => reason)).toEqual(['unknown-tag', 'store-refused']);
  expect([...store.readings.values()].map(({ value }) => value)).toEqual([8]);
});

test('what is no batch is quarantined, and its gateway told where its number can be read', async () => {
  const { ingest, steps, refusals } = start();
  await ingest.batch('main', Buffer.from('{"e":1,"s":5,"tags":"no"}'));
  await ingest.batch('main', Buffer.from('garbage'));
  expect(steps).toEqual(['quarantine', 'confirm main 5', 'quarantine']);
  expect(refusals.map(({ reason }) => reason)).toEqual(['batch-malformed', 'batch-malformed']);
});

test('while the store fails nothing is confirmed; it is tried until it works', async () => {
  const told: string[] = [];
  const { ingest, store, steps } = start({ onTrouble: (message) => void told.push(message) });
  let failures = 0;
  store.beforeWrite = () => {
    if (failures++ < 2) throw new Error('store is down');
  };
  await ingest.batch('main', batch(1, 0, 10));
  expect(steps).toEqual(['write', 'mark 10', 'confirm main 1']);
  expect(ingest.health()).toMatchObject({ state: 'ok', counters: { stored: 10, writeFailures: 2 } });
  expect(told).toHaveLength(1);
});

test('a response lost after the commit: written twice, stored once', async () => {
  const { ingest, store } = start();
  let isLost = true;
  store.afterWrite = () => {
    if (isLost) {
      isLost = false;
      throw new Error('connection reset');
    }
  };
  await ingest.batch('main', batch(1, 0, 10));
  expect([store.writes, store.readings.size]).toEqual([2, 10]);
});

test('a batch sent again is not written again, and is confirmed again', async () => {
  const { ingest, store, steps } = start();
  await Promise.all([ingest.batch('main', batch(1, 0, 10)), ingest.batch('main', batch(1, 0, 10))]);
  await ingest.batch('main', batch(1, 0, 10));
  expect(store.writes).toBe(1);
  expect(steps).toEqual(['write', 'mark 10', 'confirm main 1', 'confirm main 1']);
  expect(ingest.health().counters.repeatedBatches).toBe(2);
});

test('batches that arrive together share a write', async () => {
  const { ingest, store, steps } = start();
  await Promise.all([1, 2, 3].map((n) => ingest.batch('main', batch(n, n * 10, n * 10 + 10))));
  expect(store.writes).toBe(1);
  expect(steps.at(-1)).toBe('confirm main 1,2,3');
});

test('with the store away there is no room, and what waits is bounded by who feeds it; closing confirms nothing', async () => {
  const { ingest, store, steps } = start({ maxWaitingBytes: 100 });
  let isDown = true;
  store.beforeWrite = () => {
    if (isDown) throw new Error('store is down');
  };
  const stored = ingest.batch('main', batch(1, 0, 20));
  let hasRoom = false;
  const room = ingest.room().then(() => {
    hasRoom = true;
  });
  await vi.waitFor(() => expect(ingest.health().state).toBe('down'));
  expect(hasRoom).toBe(false);
  isDown = false;
  await Promise.all([stored, room]);
  isDown = true;
  const cutOff = expect(ingest.batch('main', batch(2, 20, 30))).rejects.toMatchObject({ retryable: true });
  await ingest.close();
  await cutOff;
  expect(steps).not.toContain('confirm main 2');
});

test('readings without a batch tell their caller what was refused', async () => {
  const { ingest } = start();
  const refused = await ingest.readings([numberedReading(1), { ...numberedReading(2), value: 'x' }]);
  expect(refused).toMatchObject([{ reason: 'kind-mismatch', from: 'replay' }]);
});

test('batches of good live numbers go to the store as columns, all others one by one', async () => {
  const columns: number[] = [];
  const single = new MemoryStore();
  const store = {
    write: (readings: readonly Reading[]) => single.write(readings),
    writeColumns: (readings: ReadingColumns) => {
      columns.push(readings.tags.length);
      return single.write(listOf(readings));
    },
  };
  const stored: Readings[] = [];
  const { ingest } = start({ store, onStored: (readings) => void stored.push(readings) });
  await Promise.all([ingest.batch('main', batch(1, 0, 10)), ingest.batch('main', batch(2, 10, 20))]);
  expect([columns, single.readings.size]).toEqual([[20], 20]);
  const uncertain = { ...numberedReading(20), status: 0x4000_0000 };
  const mixed = encodeBatch({ epoch: 1, sequence: 3, readings: [uncertain, numberedReading(21)] });
  await Promise.all([ingest.batch('main', Buffer.from(mixed)), ingest.batch('main', batch(4, 22, 30))]);
  expect([columns, single.readings.size]).toEqual([[20], 30]);
  expect(stored.flatMap((readings) => listOf(readings).map(({ value }) => value))).toEqual(
    Array.from({ length: 30 }, (_, number) => number),
  );
});

test('what the store refuses of columns is quarantined and not told as stored', async () => {
  const refusing = new MemoryStore();
  refusing.refuse = ({ value }) => (value === 7 ? 'field type conflict' : undefined);
  const stored: Readings[] = [];
  const { ingest, refusals, steps } = start({
    store: {
      write: () => Promise.reject(new Error('columns were to be written')),
      writeColumns: (readings) => refusing.write(listOf(readings)),
    },
    onStored: (readings) => void stored.push(readings),
  });
  await ingest.batch('main', batch(1, 5, 9));
  expect(steps).toEqual(['quarantine', 'mark 4', 'confirm main 1']);
  expect(refusals.map(({ where }) => where)).toEqual(['numbers.n7']);
  expect(stored.flatMap((readings) => listOf(readings).map(({ value }) => value))).toEqual([5, 6, 8]);
});
