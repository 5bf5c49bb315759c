import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { statusCodes } from '../../model/status.ts';
import { hourMs, minuteMs, quarterHourMs } from '../../model/window.ts';
import { energyIntervalJob } from '../../scenarios/runner/jobs/energy-interval.ts';
import type { RunnerStore } from '../../scenarios/runner/read-ahead.ts';
import { Runner } from '../../scenarios/runner/runner.ts';
import { openDuckDbStore } from '../../store/duckdb-store.ts';
import { openLocalState } from '../../store/local-state.ts';
import { plantOfAssets } from '../plant-of.ts';

const { plant } = plantOfAssets(`
  - { id: m1, nature: electricity-meter, source: shop, base: m1#/, tags: { activeEnergyTotal: } }
`);

const T0 = Date.UTC(2026, 10, 23);
const TAG = 'm1.activeEnergyTotal';

/** A store that counts what is asked of it. */
function counted(store: RunnerStore) {
  const asked = { readings: 0, results: 0 };
  const counting: RunnerStore = {
    readings: (query) => {
      asked.readings += 1;
      return store.readings(query);
    },
    results: (query) => {
      asked.results += 1;
      return store.results(query);
    },
    writeResults: (rows) => store.writeResults(rows),
  };
  return { asked, store: counting };
}

async function day(hours: number) {
  const dir = mkdtempSync(join(tmpdir(), 'plantscope-ahead-'));
  const inner = await openDuckDbStore({ file: join(dir, 'store.duckdb'), timeZone: 'Asia/Shanghai' });
  const state = openLocalState(dir);
  onTestFinished(async () => {
    await state.close();
    await inner.close();
  });
  const times = Array.from({ length: hours * 60 + 1 }, (_, i) => T0 + i * minuteMs);
  const reading = (timeMs: number, value: number) =>
    ({ tag: TAG, timeMs, timeNs: 0, value, status: statusCodes.good, origin: 'live' }) as const;
  await inner.write(times.map((timeMs, i) => reading(timeMs, i)));
  const slots = [...new Set(times.map((timeMs) => Math.floor(timeMs / quarterHourMs) * quarterHourMs))];
  await state.dirtyWindows.mark(slots.map((startMs) => ({ tag: TAG, startMs })));
  const { asked, store } = counted(inner);
  const runner = new Runner({
    ...{ plant, store, dirty: state.dirtyWindows, jobs: [energyIntervalJob] },
    clock: { nowMs: () => T0 + hours * hourMs + hourMs },
  });
  const rows = () =>
    inner.results({ measurement: 'energy_interval', startMs: T0, endMs: T0 + hours * hourMs });
  return { asked, runner, rows, inner, reading, dirty: state.dirtyWindows };
}

test('neighbouring windows share their reads, and each has its own figure', async () => {
  const { asked, runner, rows } = await day(8);
  await runner.runOnce();
  const values = (await rows()).map(({ fields }) => fields.value);
  expect(values).toEqual(Array.from({ length: 32 }, () => 15));
  // Three groups of at most four hours, and what the first and the last window look for beyond the readings.
  expect(asked.readings).toBeLessThan(14);
  expect(asked.results).toBeLessThan(16);
});

test('a reading that comes later is read anew: its windows alone get the next revision', async () => {
  const { runner, rows, inner, reading, dirty } = await day(2);
  await runner.runOnce();
  const lateMs = T0 + 40 * minuteMs + 30_000;
  await inner.write([reading(lateMs, 40.9)]);
  await dirty.mark([{ tag: TAG, startMs: Math.floor(lateMs / quarterHourMs) * quarterHourMs }]);
  await runner.runOnce();
  const revised = (await rows()).filter(({ fields }) => fields.revision === 2);
  expect(revised.every(({ timeMs }) => Math.abs(timeMs - lateMs) < 2 * quarterHourMs)).toBe(true);
  expect((await rows()).reduce((sum, { fields }) => sum + Number(fields.value), 0)).toBe(120);
});
