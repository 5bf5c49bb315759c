/**
 * Readings a second that the DuckDB store takes with overwrite semantics: batches of 1,000, one in a hundred readings
 * late, eight batches under way. `node bench/store-write.ts [seconds]` after the build, or through the type stripper.
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Reading } from '../model/reading.ts';
import { openDuckDbStore } from '../store/duckdb-store.ts';
import type { TimeSeriesStore } from '../store/time-series-store.ts';

const SERIES = 200;
const BATCH = 1000;
const UNDER_WAY = 8;
/** Not a multiple of 100, so that what is repeated was sent before. */
const LATE_BY = SERIES * 50 + 1;

const seconds = Number(process.argv[2] ?? 10);
const startMs = Date.UTC(2026, 0, 1);

/** Distinct readings, in order, but for each hundredth: that repeats the one of 50 steps ago with another value. */
function batchOf(batch: number): Reading[] {
  return Array.from({ length: BATCH }, (_, index) => {
    const number = batch * BATCH + index;
    const isLate = number % 100 === 99 && number > LATE_BY;
    const source = isLate ? number - LATE_BY : number;
    return {
      tag: `asset-${source % SERIES}.activePower`,
      timeMs: startMs + Math.floor(source / SERIES) * 1000,
      timeNs: 0,
      value: number % 997,
      status: 0,
      origin: 'live',
    };
  });
}

async function run(store: TimeSeriesStore): Promise<void> {
  const started = performance.now();
  const waits: number[] = [];
  let batches = 0;
  const writer = async () => {
    while (performance.now() - started < seconds * 1000) {
      const before = performance.now();
      await store.write(batchOf(batches++));
      waits.push(performance.now() - before);
    }
  };
  await Promise.all(Array.from({ length: UNDER_WAY }, writer));
  const elapsedS = (performance.now() - started) / 1000;
  waits.sort((a, b) => a - b);
  const counts = await store.tagCounts({ startMs: 0, endMs: Date.UTC(2030, 0, 1) });
  const stored = counts.reduce((sum, { count }) => sum + count, 0);
  const sent = batches * BATCH;
  const late = Array.from({ length: sent / 100 }, (_, n) => n * 100 + 99).filter((n) => n > LATE_BY).length;
  const result = {
    readingsPerSecond: Math.round(sent / elapsedS),
    sent,
    stored,
    overwritten: late,
    missing: sent - late - stored,
    batchP50Ms: Number(waits[Math.floor(waits.length / 2)]?.toFixed(1)),
    batchP99Ms: Number(waits[Math.floor(waits.length * 0.99)]?.toFixed(1)),
    rssMb: Math.round(process.memoryUsage().rss / 2 ** 20),
    cpuCores: Number(((process.cpuUsage().user + process.cpuUsage().system) / 1e6 / elapsedS).toFixed(2)),
    fileMb: Math.round(statSync(file).size / 2 ** 20),
  };
  process.stdout.write(`${JSON.stringify(result)}\n`);
}

const folder = mkdtempSync(join(tmpdir(), 'plantscope-bench-'));
const file = join(folder, 'plant.duckdb');
const store = await openDuckDbStore({ file, timeZone: 'Asia/Shanghai' });
await run(store);
await store.close();
rmSync(folder, { recursive: true, force: true });
