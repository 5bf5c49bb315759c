import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { statusCodes } from '../../model/status.ts';
import { quarterHourMs } from '../../model/window.ts';
import type { Job } from '../../scenarios/runner/job.ts';
import type { RunnerStore } from '../../scenarios/runner/read-ahead.ts';
import { Runner } from '../../scenarios/runner/runner.ts';
import { openLocalState } from '../../store/local-state.ts';
import type { ReadingsQuery } from '../../store/time-series-store.ts';
import { plantOfAssets } from '../plant-of.ts';

const T0 = Date.UTC(2026, 10, 23);
const machines = (count: number) =>
  plantOfAssets(
    Array.from(
      { length: count },
      (_, n) =>
        `\n  - { id: m${n}, nature: generic, source: shop, base: m${n}#/, tags: { q: { unit: '1' } } }`,
    ).join(''),
  ).plant;

/** Every tag has a reading each so many milliseconds. */
function storeOf(intervalMs: number) {
  const asked: { readonly tags: number; readonly readings: number }[] = [];
  const points = ({ startMs, endMs }: ReadingsQuery) =>
    Array.from({ length: Math.floor((endMs - startMs) / intervalMs) }, (_, i) => ({
      ...{ timeMs: startMs + i * intervalMs, timeNs: 0, value: 1 },
      ...{ status: statusCodes.good, origin: 'live' as const },
    }));
  const store: RunnerStore = {
    readings: async (query) => {
      const series = query.tags.map((tag) => ({ tag, points: points(query) }));
      asked.push({ tags: series.length, readings: series.reduce((sum, one) => sum + one.points.length, 0) });
      return series;
    },
    results: async () => [],
    writeResults: async () => undefined,
  };
  return { asked, store };
}

function runnerOf(count: number, store: RunnerStore) {
  const plant = machines(count);
  const state = openLocalState(mkdtempSync(join(tmpdir(), 'plantscope-fast-')));
  onTestFinished(() => state.close());
  const computed: string[] = [];
  const job: Job = {
    ...{ measurement: 'seen', windowMs: quarterHourMs, reachMs: 0 },
    subjects: ({ assets }) => assets.map((asset) => ({ asset, tags: asset.tags })),
    compute: ({ asset }) => {
      computed.push(asset.id);
      return [];
    },
  };
  const clock = { now: T0 + 60_000, nowMs: () => clock.now };
  const runner = new Runner({ plant, store, clock, dirty: state.dirtyWindows, jobs: [job] });
  const mark = () => state.dirtyWindows.mark(plant.tags.map(({ id }) => ({ tag: id, startMs: T0 })));
  return { runner, mark, computed, clock };
}

test('tags that send all the time keep nobody out: each window that fills is computed once a sweep', async () => {
  const { runner, mark, computed, clock } = runnerOf(2100, storeOf(quarterHourMs).store);
  for (const sweep of [1, 2]) {
    do await mark();
    while (await runner.runOnce());
    expect(new Set(computed).size).toBe(2100);
    expect(computed).toHaveLength(2100 * sweep);
    clock.now += 60_000;
  }
});

test('readings of many fast tags are held in parts, and of slow ones together once that is known', async () => {
  const fast = storeOf(100);
  const many = runnerOf(30, fast.store);
  await many.mark();
  await many.runner.runOnce();
  many.clock.now += 60_000;
  await many.mark();
  fast.asked.length = 0;
  await many.runner.runOnce();
  expect(many.computed).toHaveLength(60);
  expect(Math.max(...fast.asked.map(({ readings }) => readings))).toBeLessThanOrEqual(100_000);
  const slow = storeOf(60_000);
  const few = runnerOf(200, slow.store);
  for (const round of [1, 2]) {
    await few.mark();
    await few.runner.runOnce();
    few.clock.now += 60_000 * round;
  }
  expect(slow.asked.at(-1)?.tags).toBe(200);
});
