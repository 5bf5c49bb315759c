import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { Reading, ReadingValue } from '../../model/reading.ts';
import { statusCodes } from '../../model/status.ts';
import { hourMs, minuteMs, quarterHourMs } from '../../model/window.ts';
import { machineStateJob } from '../../scenarios/runner/jobs/machine-state.ts';
import { vibrationSeverityJob } from '../../scenarios/runner/jobs/vibration-severity.ts';
import { Runner } from '../../scenarios/runner/runner.ts';
import { openDuckDbStore } from '../../store/duckdb-store.ts';
import { openLocalState } from '../../store/local-state.ts';
import { plantOfAssets } from '../plant-of.ts';

const { plant } = plantOfAssets(`
  - id: mill
    nature: machine-tool
    source: shop
    base: mill#/
    tags: { state: , activePower: , vibrationVelocity: }
  - id: fan
    nature: rotating-machine
    source: shop
    base: fan#/
    properties: { machineGroup: '2', support: rigid, runningCurrentA: 10 }
    tags: { current: , vibrationVelocity: }
`);

const T0 = Date.UTC(2026, 10, 23);
const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function platform(nowMs: number) {
  const dir = mkdtempSync(join(tmpdir(), 'plantscope-equipment-'));
  const store = await openDuckDbStore({ file: join(dir, 'store.duckdb'), timeZone: 'Asia/Shanghai' });
  const state = openLocalState(dir);
  closers.push(
    () => store.close(),
    () => state.close(),
  );
  const runner = new Runner({
    plant,
    store,
    clock: { nowMs: () => nowMs },
    dirty: state.dirtyWindows,
    jobs: [machineStateJob, vibrationSeverityJob],
  });
  const arrive = async (tag: string, values: readonly (readonly [minute: number, value: ReadingValue])[]) => {
    const readings = values.map(
      ([minute, value]): Reading => ({
        tag,
        timeMs: T0 + minute * minuteMs,
        timeNs: 0,
        value,
        status: statusCodes.good,
        origin: 'live',
      }),
    );
    await store.write(readings);
    const slots = new Set(readings.map(({ timeMs }) => Math.floor(timeMs / quarterHourMs) * quarterHourMs));
    await state.dirtyWindows.mark([...slots].map((startMs) => ({ tag, startMs })));
  };
  const fields = async (measurement: string) => {
    while (await runner.runOnce());
    const rows = await store.results({ measurement, startMs: T0 - hourMs, endMs: T0 + 5 * hourMs });
    return new Map(rows.map((row) => [`${row.series.asset} ${(row.timeMs - T0) / minuteMs}`, row.fields]));
  };
  return { arrive, fields };
}

const minutes = (from: number, to: number, of: (minute: number) => number) =>
  Array.from({ length: to - from }, (_, i) => [from + i, of(from + i)] as const);

test('state words give the dominant state, running time and starts of a quarter', async () => {
  const { arrive, fields } = await platform(T0 + 2 * hourMs);
  await arrive('mill.state', [
    [0, 2],
    [3, 6],
    [10, 9],
    [12, 6],
    [15, 6],
  ]);
  const rows = await fields('machine_state');
  expect(rows.get('mill 0')).toEqual({
    state: 'running',
    runningS: 600,
    runningShare: 10 / 15,
    starts: 2,
    completeness: 1,
    method: 'state-word',
    edition: 'ISA-TR88.00.02-2015',
    revision: 1,
  });
  expect(rows.get('mill 30')).toBeUndefined();
});

test('a window that still fills is complete as far as the present only', async () => {
  const { arrive, fields } = await platform(T0 + 5 * minuteMs);
  await arrive('mill.state', [[0, 6]]);
  expect((await fields('machine_state')).get('mill 0')).toMatchObject({ runningS: 300, completeness: 1 / 3 });
});

test('severity is the greatest minute while running, with zone and limits of the group', async () => {
  const { arrive, fields } = await platform(T0 + 2 * hourMs);
  await arrive(
    'fan.current',
    minutes(0, 15, (minute) => (minute < 10 ? 20 : 2)),
  );
  await arrive(
    'fan.vibrationVelocity',
    minutes(0, 15, (minute) => (minute < 10 ? 1 + 0.2 * minute : 9)),
  );
  expect((await fields('vibration_severity')).get('fan 0')).toMatchObject({
    value: 2.8,
    zone: 'C',
    limitAB: 1.4,
    limitBC: 2.8,
    limitCD: 4.5,
    completeness: 10 / 15,
    edition: 'ISO 20816-3:2022',
  });
});

test('a machine without group or support has a value, no zone, and the reason', async () => {
  const { arrive, fields } = await platform(T0 + 2 * hourMs);
  await arrive('mill.state', [[0, 6]]);
  await arrive(
    'mill.vibrationVelocity',
    minutes(0, 15, () => 6),
  );
  const row = (await fields('vibration_severity')).get('mill 0');
  expect(row).toMatchObject({ value: 6, method: 'no-zone: machine group or support unknown' });
  expect(row).not.toHaveProperty('zone');
});

test('a standing machine has no severity', async () => {
  const { arrive, fields } = await platform(T0 + 2 * hourMs);
  await arrive(
    'fan.current',
    minutes(0, 15, () => 0),
  );
  await arrive(
    'fan.vibrationVelocity',
    minutes(0, 15, () => 0.4),
  );
  expect(await fields('vibration_severity')).toEqual(new Map());
});

test('a state word that nobody repeats holds for hours while the machine is heard of, and no longer', async () => {
  const { arrive, fields } = await platform(T0 + 5 * hourMs);
  await arrive('mill.state', [[0, 6]]);
  await arrive(
    'mill.activePower',
    minutes(0, 120, () => 4),
  );
  const rows = await fields('machine_state');
  expect(rows.get('mill 105')).toMatchObject({ state: 'running', completeness: 1, method: 'state-word' });
  expect(rows.get('mill 120')).toMatchObject({ completeness: 14 / 15 });
  expect(rows.get('mill 135')).toBeUndefined();
});
