/** Readings a second into the spool (committed and synced) and out of it (read, confirmed, removed). Medians of five. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSpool } from '../gateway/lmdb-spool.ts';
import { lanes, type Spool } from '../gateway/spool.ts';
import type { Reading } from '../model/reading.ts';

const TOTAL = 500_000;
const PER_CALL = 1000;
const CALLS_AT_ONCE = 20;
const ROUNDS = 5;

const rates = { in: [] as number[], out: [] as number[] };
for (let round = 0; round < ROUNDS; round++) await measure();
process.stdout.write(
  `${JSON.stringify({ readings: TOTAL, inPerS: median(rates.in), outPerS: median(rates.out) })}\n`,
);

async function measure(): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'plantscope-spool-bench-'));
  const spool = openSpool({ dir, gateway: 'bench', maxWaitingReadings: TOTAL });
  const beganIn = performance.now();
  let next = 0;
  const append = async (): Promise<void> => {
    while (next < TOTAL) {
      const first = next;
      next += PER_CALL;
      await spool.append(Array.from({ length: PER_CALL }, (_, index) => readingOf(first + index)));
    }
  };
  await Promise.all(Array.from({ length: CALLS_AT_ONCE }, append));
  rates.in.push(perSecond(TOTAL, beganIn));
  const beganOut = performance.now();
  const taken = await takeAllOut(spool);
  if (taken !== TOTAL || spool.size() !== 0) throw new Error(`${taken} of ${TOTAL} readings came out`);
  rates.out.push(perSecond(TOTAL, beganOut));
  await spool.close();
  rmSync(dir, { recursive: true });
}

/** As the publisher does: a window of batches in wire form, confirmed together, one synced commit a window. */
async function takeAllOut(spool: Spool): Promise<number> {
  let taken = 0;
  for (const lane of lanes) {
    for (let batches = spool.read(lane, 1, 64); batches.length > 0; ) {
      for (const { count } of batches) taken += count;
      spool.confirm(batches.map(({ sequence }) => sequence));
      await spool.append([]);
      batches = spool.read(lane, (batches.at(-1)?.sequence ?? 0) + 1, 64);
    }
  }
  return taken;
}

function readingOf(number: number): Reading {
  const timeMs = 1_770_000_000_000 + Math.floor(number / 1000) * 1000;
  return {
    tag: `bench.n${number % 1000}`,
    timeMs,
    timeNs: 0,
    value: number * 0.1,
    status: 0,
    origin: 'live',
  };
}

function perSecond(count: number, beganMs: number): number {
  return Math.round(count / ((performance.now() - beganMs) / 1000));
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
