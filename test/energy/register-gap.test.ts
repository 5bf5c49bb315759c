import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { statusCodes } from '../../model/status.ts';
import { dayMs, hourMs, minuteMs, quarterHourMs } from '../../model/window.ts';
import { energyIntervalJob } from '../../scenarios/runner/jobs/energy-interval.ts';
import { Runner } from '../../scenarios/runner/runner.ts';
import { openDuckDbStore } from '../../store/duckdb-store.ts';
import { openLocalState } from '../../store/local-state.ts';
import { plantOfAssets } from '../plant-of.ts';

const { plant } = plantOfAssets(`
  - { id: m1, nature: electricity-meter, source: shop, base: m1#/, tags: { activeEnergyTotal: } }
`);
const T0 = Date.UTC(2026, 10, 1);
const tag = 'm1.activeEnergyTotal';

async function withMeter<T>(use: (meter: Awaited<ReturnType<typeof openMeter>>) => Promise<T>): Promise<T> {
  const meter = await openMeter();
  try {
    return await use(meter);
  } finally {
    await meter.close();
  }
}

async function openMeter() {
  const dir = mkdtempSync(join(tmpdir(), 'plantscope-gap-'));
  const store = await openDuckDbStore({ file: join(dir, 'store.duckdb'), timeZone: 'Asia/Shanghai' });
  const state = openLocalState(dir);
  const clock = { nowMs: () => T0 + 30 * dayMs };
  const runner = new Runner({ plant, store, clock, dirty: state.dirtyWindows, jobs: [energyIntervalJob] });
  const read = async (minute: number, value: number) => {
    const timeMs = T0 + minute * minuteMs;
    await store.write([{ tag, timeMs, timeNs: 0, value, status: statusCodes.good, origin: 'live' }]);
    await state.dirtyWindows.mark([{ tag, startMs: Math.floor(timeMs / quarterHourMs) * quarterHourMs }]);
  };
  const settle = async () => {
    while (await runner.runOnce());
  };
  const rows = () =>
    store.results({ measurement: 'energy_interval', startMs: T0 - dayMs, endMs: T0 + 30 * dayMs });
  const close = async () => {
    await store.close();
    await state.close();
  };
  return { read, settle, rows, close };
}

const sum = (rows: readonly { fields: Readonly<Record<string, unknown>> }[]): number =>
  rows.reduce((total, { fields }) => total + Number(fields.value), 0);

test('a gap of six hours is interpolated once its end is known, and a late reading within it revises both sides', () =>
  withMeter(async ({ read, settle, rows }) => {
    await read(0, 100);
    await settle();
    await read(360, 340);
    await settle();
    const bridged = (await rows()).filter(({ timeMs }) => timeMs < T0 + 6 * hourMs);
    expect(bridged.map(({ fields }) => [fields.value, fields.method])).toEqual(
      Array.from({ length: 24 }, () => [10, 'interpolated']),
    );
    await read(180, 130);
    await settle();
    const revised = await rows();
    const valueAt = (hours: number) => revised.find(({ timeMs }) => timeMs === T0 + hours * hourMs)?.fields;
    expect(valueAt(1)).toMatchObject({ value: 2.5, revision: 2 });
    expect(valueAt(5)).toMatchObject({ value: 17.5, revision: 2 });
    expect(sum(revised)).toBeCloseTo(240, 6);
  }));

test('whatever the gaps and the order of arrival, the intervals add up to last minus first', async () => {
  const step = fc.record({
    minutes: fc.integer({ min: 1, max: 600 }),
    rise: fc.integer({ min: 0, max: 50 }),
  });
  const order = fc.array(fc.nat(), { minLength: 8, maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 7 }), order, (steps, keys) =>
      withMeter(async ({ read, settle, rows }) => {
        const points = [{ minute: 3, value: 1000 }];
        for (const { minutes, rise } of steps) {
          const last = points.at(-1) ?? { minute: 0, value: 0 };
          points.push({ minute: last.minute + minutes, value: last.value + rise });
        }
        const arriving = points.map((point, index) => ({ ...point, key: keys[index] ?? 0 }));
        for (const { minute, value } of arriving.sort((a, b) => a.key - b.key)) {
          await read(minute, value);
          await settle();
        }
        expect(sum(await rows())).toBeCloseTo((points.at(-1)?.value ?? 0) - 1000, 5);
      }),
    ),
    { numRuns: 8 },
  );
}, 60_000);
