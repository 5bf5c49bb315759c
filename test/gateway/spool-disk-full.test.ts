import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { openSpool } from '../../gateway/lmdb-spool.ts';
import { numberedReading } from '../delivery/numbers.ts';

const disk = vi.hoisted(() => ({ isFull: false }));

/** LMDB as it is, but for a disk that a test can fill. */
vi.mock('lmdb', async (importOriginal) => {
  const lmdb = await importOriginal<typeof import('lmdb')>();
  const open = (options: import('lmdb').RootDatabaseOptionsWithPath) => {
    const environment = lmdb.open(options);
    const batch = environment.batch.bind(environment);
    environment.batch = (action) =>
      disk.isFull ? Promise.reject(new Error('No space left on device')) : batch(action);
    return environment;
  };
  return { ...lmdb, open };
});

const numbers = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => numberedReading(from + index));

test('a full disk: the device waits, the station is down, and all is kept once there is room', async () => {
  const told: string[] = [];
  const spool = openSpool({
    ...{ dir: mkdtempSync(join(tmpdir(), 'plantscope-spool-')), gateway: 'main' },
    onTrouble: (message) => void told.push(message),
  });
  await spool.append(numbers(0, 10));
  disk.isFull = true;
  let isTaken = false;
  const waiting = spool.append(numbers(10, 20)).then(() => {
    isTaken = true;
  });
  await vi.waitFor(() => expect(spool.health().state).toBe('down'));
  expect(spool.health().lastError).toMatchObject({
    message: expect.stringContaining('No space left on device'),
    remedy: expect.any(String),
  });
  expect([isTaken, told.length]).toEqual([false, 1]);
  disk.isFull = false;
  await waiting;
  expect(spool.read('live', 1, 10).reduce((sum, { count }) => sum + count, 0)).toBe(20);
  expect(spool.health()).toMatchObject({ state: 'ok', counters: { appended: 20 } });
  await spool.close();
});
