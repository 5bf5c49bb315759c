import { appendFileSync, cpSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { openSpool } from '../../gateway/lmdb-spool.ts';
import type { Spool } from '../../gateway/spool.ts';
import type { SpoolOptions } from '../../gateway/spool-options.ts';
import { decodeBatch } from '../../model/batch.ts';
import type { Reading } from '../../model/reading.ts';
import { numberedReading } from '../delivery/numbers.ts';

const opened: Spool[] = [];
afterEach(async () => {
  for (const spool of opened.splice(0)) await spool.close();
});

const newDir = (): string => mkdtempSync(join(tmpdir(), 'plantscope-spool-'));

function spoolIn(dir: string, options: Partial<SpoolOptions> = {}): Spool {
  const spool = openSpool({ dir, gateway: 'main', ...options });
  opened.push(spool);
  return spool;
}

const numbers = (from: number, to: number, more: Partial<Reading> = {}): Reading[] =>
  Array.from({ length: to - from }, (_, index) => ({ ...numberedReading(from + index), ...more }));

const valuesOf = (spool: Spool, lane: 'live' | 'history' = 'live'): unknown[] =>
  spool
    .read(lane, 1, 1000)
    .flatMap(({ payload }) => decodeBatch(payload.toString()).readings.map(({ value }) => value));

const range = (from: number, to: number): number[] => numbers(from, to).map(({ value }) => value as number);

describe('order and lanes', () => {
  test('what is appended is read in order, in batches of the stated size', async () => {
    const spool = spoolIn(newDir(), { maxBatchReadings: 100 });
    await spool.append(numbers(0, 250));
    expect(spool.read('live', 1, 10).map(({ count }) => count)).toEqual([100, 100, 50]);
    expect(valuesOf(spool)).toEqual(range(0, 250));
    expect(spool.size()).toBe(250);
  });

  test('what is read back or imported goes to a lane of its own', async () => {
    const spool = spoolIn(newDir());
    await spool.append([...numbers(0, 2), ...numbers(2, 4, { origin: 'history' }), ...numbers(4, 6)]);
    await spool.append(numbers(6, 7, { origin: 'import' }));
    await spool.append(numbers(7, 8, { origin: 'manual' }));
    expect(valuesOf(spool)).toEqual([0, 1, 4, 5, 7]);
    expect(valuesOf(spool, 'history')).toEqual([2, 3, 6]);
  });

  test('what is confirmed leaves; unknown numbers are ignored', async () => {
    const spool = spoolIn(newDir(), { maxBatchReadings: 10 });
    await spool.append(numbers(0, 30));
    spool.confirm([2, 2, 99]);
    await spool.append([]);
    expect(valuesOf(spool)).toEqual([...range(0, 10), ...range(20, 30)]);
    expect(spool.size()).toBe(20);
    expect(spool.get('live', 2)).toBeUndefined();
  });
});

describe('crashes', () => {
  test('the files as a SIGKILL leaves them, with a torn tail, hold all that was acknowledged', async () => {
    const [dir, crashed] = [newDir(), newDir()];
    const spool = spoolIn(dir);
    await spool.append(numbers(0, 500));
    cpSync(dir, crashed, { recursive: true });
    appendFileSync(join(crashed, 'data.mdb'), Buffer.alloc(5000, 0xa5));
    const again = spoolIn(crashed);
    expect(valuesOf(again)).toEqual(range(0, 500));
    expect(again.epoch).toBe(spool.epoch);
    expect(again.newest('numbers.n9')?.value).toBe(499);
    await again.append(numbers(500, 510));
    expect(valuesOf(again)).toEqual(range(0, 510));
  });

  test('a number of a batch is never given twice, not even when the spool was emptied and opened again', async () => {
    const dir = newDir();
    const spool = spoolIn(dir);
    await spool.append(numbers(0, 10));
    spool.confirm([1]);
    await spool.append([]);
    await spool.close();
    const again = spoolIn(dir);
    await again.append(numbers(10, 20));
    expect(again.read('live', 1, 10).map(({ sequence }) => sequence)).toEqual([2]);
  });

  test('the newest reading of a tag and the collisions survive', async () => {
    const dir = newDir();
    const spool = spoolIn(dir);
    const collision = {
      tag: 'numbers.n0',
      timeMs: 5,
      timeNs: 0,
      count: 2,
      variants: [{ value: 1, status: 0 }],
    };
    await spool.append(numbers(0, 10), [collision]);
    await spool.close();
    const again = spoolIn(dir);
    expect(again.newest('numbers.n3')).toEqual(numberedReading(3));
    expect([...again.collisions()]).toEqual([collision]);
  });
});

describe('bounds', () => {
  test('at its bound it holds: an append waits until something was confirmed', async () => {
    const told: string[] = [];
    const onTrouble = (message: string): void => void told.push(message);
    const spool = spoolIn(newDir(), { maxBytes: 2000, maxBatchReadings: 100, onTrouble });
    await spool.append(numbers(0, 10));
    expect(told).toEqual([]);
    spool.confirm([1]);
    await spool.append(numbers(0, 200));
    expect(told).toEqual([expect.stringMatching(/^high water: .* when it is full it takes nothing more$/)]);
    let isTaken = false;
    const waiting = spool.append(numbers(200, 210)).then(() => {
      isTaken = true;
    });
    await new Promise(setImmediate);
    expect(isTaken).toBe(false);
    expect(spool.health().state).toBe('degraded');
    spool.confirm([2, 3]);
    await waiting;
    expect(valuesOf(spool)).toEqual(range(200, 210));
    expect(told).toHaveLength(1);
  });

  test('with drop-oldest the oldest go, counted and told', async () => {
    const told: string[] = [];
    const options = { maxBytes: 4000, maxBatchReadings: 100, whenFull: 'drop-oldest' as const };
    const spool = spoolIn(newDir(), { ...options, onTrouble: (message) => void told.push(message) });
    for (let from = 0; from < 1000; from += 100) await spool.append(numbers(from, from + 100));
    const kept = valuesOf(spool);
    expect(kept.at(-1)).toBe(999);
    expect(kept).toEqual(range(1000 - kept.length, 1000));
    expect(spool.health().counters.dropped).toBe(1000 - kept.length);
    expect(kept.length).toBeLessThan(1000);
    expect(told[0]).toMatch(/^high water: .* when it is full it drops the oldest$/);
    expect(told[1]).toMatch(/dropped \d+ readings/);
  });

  test('what is older than the bound of age goes, counted', async () => {
    let nowMs = 1_000_000;
    const spool = spoolIn(newDir(), { maxAgeMs: 60_000, clock: { nowMs: () => nowMs } });
    await spool.append(numbers(0, 10));
    nowMs += 60_001;
    await spool.append(numbers(10, 20));
    expect(valuesOf(spool)).toEqual(range(10, 20));
    expect(spool.health().counters.dropped).toBe(10);
  });

  test('too much waiting in memory is refused, and said to be worth another try', async () => {
    const spool = spoolIn(newDir(), { maxWaitingReadings: 100 });
    const first = spool.append(numbers(0, 100));
    await expect(spool.append(numbers(100, 101))).rejects.toMatchObject({
      code: 'spool-full',
      retryable: true,
    });
    await first;
    await spool.append(numbers(100, 101));
    expect(spool.size()).toBe(101);
  });

  test('a closed spool refuses', async () => {
    const spool = spoolIn(newDir());
    await spool.close();
    await expect(spool.append(numbers(0, 1))).rejects.toMatchObject({ code: 'spool-closed' });
  });
});
