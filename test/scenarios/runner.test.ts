import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { Reading, ReadingValue } from '../../model/reading.ts';
import { statusCodes } from '../../model/status.ts';
import { hourMs, minuteMs, quarterHourMs } from '../../model/window.ts';
import { energyIntervalJob } from '../../scenarios/runner/jobs/energy-interval.ts';
import { stackHourlyJob } from '../../scenarios/runner/jobs/stack-hourly.ts';
import { Runner } from '../../scenarios/runner/runner.ts';
import { openDuckDbStore } from '../../store/duckdb-store.ts';
import { openLocalState } from '../../store/local-state.ts';
import { plantOfAssets } from '../plant-of.ts';

const { plant } = plantOfAssets(`
  - { id: m1, nature: electricity-meter, source: shop, base: m1#/, tags: { activeEnergyTotal: , activePower: } }
  - id: stack
    nature: stack-monitor
    source: shop
    base: stack#/
    properties: { referenceOxygenPct: 3.5, limitNoxMgPerM3: 50, ductAreaM2: 1 }
    tags: { oxygen: , nox: , dataFlag: }
`);

const T0 = Date.UTC(2026, 10, 23);
const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function platform(nowMs: number) {
  const dir = mkdtempSync(join(tmpdir(), 'plantscope-runner-'));
  const store = await openDuckDbStore({ file: join(dir, 'store.duckdb'), timeZone: 'Asia/Shanghai' });
  const state = openLocalState(dir);
  closers.push(
    () => store.close(),
    () => state.close(),
  );
  const clock = { now: nowMs, nowMs: () => clock.now };
  const runner = new Runner({
    ...{ plant, store, clock, dirty: state.dirtyWindows },
    jobs: [energyIntervalJob, stackHourlyJob],
  });
  const arrive = async (tag: string, timeMs: number, value: ReadingValue) => {
    const reading: Reading = { tag, timeMs, timeNs: 0, value, status: statusCodes.good, origin: 'live' };
    await store.write([reading]);
    await state.dirtyWindows.mark([{ tag, startMs: Math.floor(timeMs / quarterHourMs) * quarterHourMs }]);
  };
  const results = (measurement: string) =>
    store.results({ measurement, startMs: T0 - hourMs, endMs: T0 + 10 * hourMs });
  return { runner, arrive, results, clock, dirty: state.dirtyWindows, store };
}

test('intervals of a register add up to last minus first, each with method and completeness', async () => {
  const { runner, arrive, results, dirty } = await platform(T0 + 2 * hourMs);
  for (let minute = 0; minute <= 60; minute += 5)
    await arrive('m1.activeEnergyTotal', T0 + minute * minuteMs, 100 + minute);
  while (await runner.runOnce());
  const rows = await results('energy_interval');
  expect(rows.map((row) => row.fields)).toEqual(
    [0, 1, 2, 3].map(() => ({
      edition: 'none',
      value: 15,
      unit: 'kWh',
      completeness: 1,
      method: 'measured',
      revision: 1,
    })),
  );
  expect(rows[0]?.series).toEqual({ asset: 'm1', carrier: 'electricity', quantity: 'activeEnergyTotal' });
  expect(dirty.size()).toBe(0);
});

test('a late reading revises exactly what it touches, and a repeated one nothing', async () => {
  const { runner, arrive, results } = await platform(T0 + 5 * hourMs);
  for (let minute = 0; minute <= 120; minute += 10)
    await arrive('m1.activeEnergyTotal', T0 + minute * minuteMs, minute);
  while (await runner.runOnce());
  await arrive('m1.activeEnergyTotal', T0 + 44 * minuteMs, 41);
  while (await runner.runOnce());
  const revisions = (await results('energy_interval')).map((row) => row.fields.revision);
  expect(revisions).toEqual([1, 1, 2, 2, 1, 1, 1, 1]);
  await arrive('m1.activeEnergyTotal', T0 + 44 * minuteMs, 41);
  while (await runner.runOnce());
  expect((await results('energy_interval')).map((row) => row.fields.revision)).toEqual(revisions);
});

test('rows are told of before they are written, so that who follows them misses none after a kill', async () => {
  const { arrive, results, clock, dirty, store } = await platform(T0 + 2 * hourMs);
  for (const minute of [0, 15]) await arrive('m1.activeEnergyTotal', T0 + minute * minuteMs, minute);
  const told: string[] = [];
  const look = (when: string) => async (): Promise<void> => {
    told.push(`${when}: ${(await results('energy_interval')).length} stored, ${dirty.size()} dirty`);
  };
  const runner = new Runner({
    ...{ plant, store, clock, dirty, jobs: [energyIntervalJob] },
    ...{ beforeResults: look('before'), onResults: look('after') },
  });
  await runner.runOnce();
  expect(told).toEqual(['before: 0 stored, 2 dirty', 'after: 1 stored, 2 dirty']);
  expect(dirty.size()).toBe(0);
});

test('a window that still fills is not recomputed with every reading', async () => {
  const { runner, arrive, clock, dirty } = await platform(T0 + minuteMs);
  await arrive('m1.activeEnergyTotal', T0, 0);
  expect(await runner.runOnce()).toBe(true);
  await arrive('m1.activeEnergyTotal', T0 + minuteMs, 1);
  expect(await runner.runOnce()).toBe(false);
  clock.now += 61_000;
  expect(await runner.runOnce()).toBe(true);
  expect(dirty.size()).toBe(0);
});

test('a stack hour is corrected to the reference oxygen and held against its limit', async () => {
  const { runner, arrive, results } = await platform(T0 + 2 * hourMs);
  await arrive('stack.dataFlag', T0, 'N');
  for (let minute = 0; minute < 60; minute++) {
    await arrive('stack.oxygen', T0 + minute * minuteMs, 5);
    await arrive('stack.nox', T0 + minute * minuteMs, 100);
  }
  while (await runner.runOnce());
  const [row] = await results('stack_hourly');
  // (21 - 3.5) / (21 - 5) x 100 = 109.375: a worked example of the oxygen correction.
  expect(row?.fields).toMatchObject({
    value: 109.375,
    measured: 100,
    limit: 50,
    exceeded: true,
    completeness: 1,
    status: 'valid',
  });
});

test('a calibration mark set before the hour holds in it: its minutes are not measured ones', async () => {
  const { runner, arrive, results } = await platform(T0 + 2 * hourMs);
  await arrive('stack.dataFlag', T0 - 3 * hourMs, 'C');
  await arrive('stack.dataFlag', T0 + 10 * minuteMs, 'N');
  for (let minute = 0; minute < 60; minute++) {
    await arrive('stack.oxygen', T0 + minute * minuteMs, 5);
    await arrive('stack.nox', T0 + minute * minuteMs, minute < 10 ? 900 : 100);
  }
  while (await runner.runOnce());
  const row = (await results('stack_hourly')).find(({ timeMs }) => timeMs === T0);
  expect(row?.fields).toMatchObject({ value: 109.375, completeness: 50 / 60, status: 'valid' });
});

test('when the store fails, the windows stay dirty and the runner says so', async () => {
  const { arrive, store, dirty, clock } = await platform(T0 + 2 * hourMs);
  await arrive('m1.activeEnergyTotal', T0, 0);
  const failing = Object.assign(Object.create(store) as typeof store, {
    readings: () => Promise.reject(new Error('store away')),
  });
  const runner = new Runner({ plant, store: failing, clock, dirty, jobs: [energyIntervalJob] });
  await expect(runner.runOnce()).rejects.toThrow('store away');
  expect(dirty.size()).toBe(1);
});

test('a figure that late readings leave without support is withdrawn, and comes back with the next revision', async () => {
  const { runner, arrive, results, store } = await platform(T0 + 5 * hourMs);
  const at = T0 + 5 * minuteMs;
  await arrive('m1.activeEnergyTotal', T0, 0);
  await arrive('m1.activeEnergyTotal', at, 5);
  while (await runner.runOnce());
  expect((await results('energy_interval'))[0]?.fields).toMatchObject({ value: 5, revision: 1 });
  for (const [timeMs, status] of [
    [T0, statusCodes.bad],
    [at, statusCodes.bad],
  ] as const)
    await store.write([
      { tag: 'm1.activeEnergyTotal', timeMs, timeNs: 0, value: null, status, origin: 'manual' },
    ]);
  await arrive('m1.activePower', T0, 1);
  await arrive('m1.activeEnergyTotal', T0 + 10 * minuteMs, 10);
  while (await runner.runOnce());
  expect((await results('energy_interval'))[0]?.fields).toMatchObject({ withdrawn: true, revision: 2 });
  await arrive('m1.activeEnergyTotal', T0, 0);
  while (await runner.runOnce());
  expect((await results('energy_interval'))[0]?.fields).toMatchObject({
    value: 10,
    withdrawn: false,
    revision: 3,
  });
});
