/**
 * Memory of the DuckDB store over months: 90 days of 200 tags by the minute, every tenth day 20 of them by the second,
 * each day closed and rolled up as in operation and asked as a console asks. Tells by thirds of the time what memory the process
 * holds after each day, and what of it is V8's heap.
 * `npm run bench -- store-months [days]`
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Reading } from '../model/reading.ts';
import { dayMs, hourMs, minuteMs } from '../model/window.ts';
import { openDuckDbStore } from '../store/duckdb-store.ts';
import type { TimeSeriesStore } from '../store/time-series-store.ts';
import { memoryCourse } from './load/memory-course.ts';
import { peakResidentMb } from './load/resident-memory.ts';

const days = Number(process.argv[2] ?? 90);
const firstMs = Date.UTC(2026, 0, 1);
const ids = Array.from({ length: 200 }, (_, n) => `asset-${n}.activePower`);
const fastIds = ids.slice(0, 20);
const BATCH = 20_000;

let nowMs = firstMs;
const folder = mkdtempSync(join(tmpdir(), 'plantscope-bench-'));
const file = join(folder, 'plant.duckdb');
const store = await openDuckDbStore({ file, timeZone: 'Asia/Shanghai', clock: { nowMs: () => nowMs } });

function reading(tag: string, n: number, timeMs: number): Reading {
  const value = Math.round(1000 * (n + Math.sin(timeMs / 5e6 + n) * 10)) / 1000;
  return { tag, timeMs, timeNs: 0, value, status: 0, origin: 'live' };
}

async function fill(fromMs: number, tags: readonly string[], stepMs: number): Promise<number> {
  const stepsPerBatch = Math.ceil(BATCH / tags.length);
  const steps = dayMs / stepMs;
  for (let step = 0; step < steps; step += stepsPerBatch) {
    const length = Math.min(stepsPerBatch, steps - step);
    await store.write(
      Array.from({ length }, (_, k) => fromMs + (step + k) * stepMs).flatMap((timeMs) =>
        tags.map((tag, n) => reading(tag, n, timeMs)),
      ),
    );
  }
  return steps * tags.length;
}

/** A trend of the last day, and the month so far by days. */
async function ask(from: TimeSeriesStore, endMs: number): Promise<void> {
  const trend = { tags: ids.slice(0, 10), startMs: endMs - dayMs, endMs };
  await from.aggregates({ ...trend, aggregate: 'minmax', every: 5 * minuteMs });
  const month = { tags: ids, startMs: Math.max(firstMs, endMs - 30 * dayMs), endMs };
  await from.aggregates({ ...month, aggregate: 'increase', every: 'day' });
}

const rssMb: number[] = [];
const heapMb: number[] = [];
const started = performance.now();
let written = 0;
for (let day = 0; day < days; day++) {
  const startMs = firstMs + day * dayMs;
  nowMs = startMs + dayMs;
  written +=
    day % 10 === 9
      ? (await fill(startMs, fastIds, 1000)) + (await fill(startMs, ids.slice(20), minuteMs))
      : await fill(startMs, ids, minuteMs);
  nowMs += 2 * hourMs;
  while ((await store.maintain()).more);
  await ask(store, startMs + dayMs);
  const { rss, heapTotal } = process.memoryUsage();
  rssMb.push(Math.round(rss / 2 ** 20));
  heapMb.push(Math.round(heapTotal / 2 ** 20));
  if (day % 5 === 4) process.stderr.write(`day ${day + 1}: ${rssMb.at(-1)} MB\n`);
}
const counts = await store.tagCounts({ startMs: 0, endMs: nowMs });
const stored = counts.reduce((sum, { count }) => sum + count, 0);
const result = {
  days,
  ...{ written, missing: written - stored },
  seconds: Math.round((performance.now() - started) / 1000),
  rssMbFirstDay: rssMb[0],
  rssMbLastDay: rssMb.at(-1),
  rssMb: memoryCourse(rssMb),
  heapMb: memoryCourse(heapMb),
  peakRssMb: peakResidentMb(process.pid),
  fileMb: Math.round(statSync(file).size / 2 ** 20),
};
process.stdout.write(`${JSON.stringify(result)}\n`);
await store.close();
rmSync(folder, { recursive: true, force: true });
