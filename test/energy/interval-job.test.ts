import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { minuteMs, quarterHourMs } from '../../model/window.ts';
import { EnergyEdits } from '../../scenarios/runner/energy/energy-edits.ts';
import { energyIntervalJobWith } from '../../scenarios/runner/jobs/energy-interval.ts';
import { Runner } from '../../scenarios/runner/runner.ts';
import { openDuckDbStore } from '../../store/duckdb-store.ts';
import { openLocalState } from '../../store/local-state.ts';
import { plantOf } from '../plant-of.ts';

const T0 = Date.UTC(2026, 10, 23);

const yaml = (meter: string, energy = '') => `
version: 1
site: { id: demo, name: Demo, timeZone: Asia/Shanghai }
sources: { shop: { kind: mqtt } }
energy:
  tariff:
    name: Demo
    currency: CNY
    versions:
      - from: '2026-01-01'
        edition: document A
        energyPrices: { flat: 0.5 }
        schedules: [{ slots: [{ start: '00:00', end: '24:00', period: flat }] }]
${energy}
areas:
  - id: a
    lines:
      - id: l
        assets:
          - { id: m1, nature: electricity-meter, source: shop, base: m1#/, ${meter} }
`;

async function withRunner(text: string, use: (parts: Awaited<ReturnType<typeof open>>) => Promise<void>) {
  const parts = await open(text);
  try {
    await use(parts);
  } finally {
    await parts.store.close();
    await parts.state.close();
  }
}

async function open(text: string) {
  const { plant } = plantOf(text);
  const dir = mkdtempSync(join(tmpdir(), 'plantscope-interval-'));
  const store = await openDuckDbStore({ file: join(dir, 'store.duckdb'), timeZone: 'Asia/Shanghai' });
  const state = openLocalState(dir);
  const edits = new EnergyEdits(state.journal('energy-edits'));
  const clock = { nowMs: () => T0 + 86_400_000 };
  const jobs = [energyIntervalJobWith(edits)];
  const runner = new Runner({ plant, store, clock, dirty: state.dirtyWindows, jobs });
  const tag = 'm1.activeEnergyTotal';
  const read = async (minute: number, value: number) => {
    const timeMs = T0 + minute * minuteMs;
    await store.write([{ tag, timeMs, timeNs: 0, value, status: 0, origin: 'live' }]);
    await mark(timeMs);
  };
  const mark = (timeMs: number) =>
    state.dirtyWindows.mark([{ tag, startMs: Math.floor(timeMs / quarterHourMs) * quarterHourMs }]);
  const settle = async () => {
    while (await runner.runOnce());
  };
  const rows = async (measurement: string) =>
    (await store.results({ measurement, startMs: T0, endMs: T0 + 86_400_000 })).map(({ fields }) => fields);
  return { store, state, edits, read, mark, settle, rows };
}

test('an edit stands in the interval, in its cost and coal, and is taken back without a trace in the figure', () =>
  withRunner(yaml('tags: { activeEnergyTotal: }'), async ({ edits, read, mark, settle, rows }) => {
    for (let minute = 0; minute <= 30; minute++) await read(minute, 100 + minute);
    await settle();
    const by = { meter: 'm1', startMs: T0, by: 'operator 1', atMs: T0 };
    await edits.add({ ...by, value: 20, reason: 'CT was bridged' });
    await mark(T0);
    await settle();
    expect((await rows('energy_interval'))[0]).toMatchObject({
      ...{ value: 20, original: 15, method: 'edited', revision: 2 },
      rule: 'edit by operator 1: CT was bridged',
    });
    expect((await rows('energy_cost'))[0]).toMatchObject({
      value: 10,
      period: 'flat',
      edition: 'document A',
    });
    expect((await rows('energy_carbon'))[0]).toMatchObject({ kgce: 2.458, revision: 2 });
    await edits.add({ ...by, value: undefined, reason: 'wrong meter' });
    await mark(T0);
    await settle();
    expect((await rows('energy_interval'))[0]).toMatchObject({ value: 15, method: 'measured', revision: 3 });
    expect(edits.trail(10).map(({ entry }) => entry.reason)).toEqual(['wrong meter', 'CT was bridged']);
  }));

test('a declared swap of the meter joins two segments: no energy is lost, none is invented', () =>
  withRunner(
    yaml(
      'tags: { activeEnergyTotal: }',
      `  registerChanges:
    - { meter: m1, at: '2026-11-23T08:10', reason: swap, finalReading: 110, initialReading: 7 }`,
    ),
    async ({ read, settle, rows }) => {
      for (let minute = 0; minute < 10; minute++) await read(minute, 100 + minute);
      for (let minute = 11; minute <= 30; minute++) await read(minute, 7 + (minute - 10));
      await settle();
      const intervals = await rows('energy_interval');
      expect(intervals.map(({ value, method }) => [value, method])).toEqual([
        [15, 'measured'],
        [15, 'measured'],
      ]);
    },
  ));

test('a register behind transformers rolls over at its own digits, not at those of the multiplied value', () =>
  withRunner(
    yaml(
      'properties: { registerDigits: 4, maxRatePerH: 100 }, tags: { activeEnergyTotal: { multiplier: 80 } }',
    ),
    async ({ read, settle, rows }) => {
      // Stored values are multiplied by 80: the register goes from 9,995 over 10,000 to 25.
      for (let minute = 0; minute <= 30; minute++) await read(minute, 80 * ((9_995 + minute) % 10_000));
      await settle();
      const intervals = await rows('energy_interval');
      expect(intervals.map(({ value, method }) => [value, method])).toEqual([
        [1200, 'rollover'],
        [1200, 'measured'],
      ]);
      const [first] = await rows('energy_demand');
      expect(first).toMatchObject({ value: 4800, unit: 'kW', edition: 'DL/T 698.45-2017' });
    },
  ));

test('the sliding demand finds the peak that two blocks share', () =>
  withRunner(yaml('tags: { activeEnergyTotal: }'), async ({ read, settle, rows }) => {
    // 120 kW from minute 8 to 23, else 0: each block sees about half of it, the sliding window all.
    const energyAt = (minute: number): number => 2 * Math.min(15, Math.max(0, minute - 8));
    for (let minute = -1; minute <= 31; minute++) await read(minute, energyAt(minute));
    await settle();
    const demand = await rows('energy_demand');
    expect(Math.max(...demand.map(({ value }) => Number(value)))).toBeCloseTo(64, 6);
    expect(demand[1]).toMatchObject({ slidingKw: 120, slidingEndMinute: 8 });
  }));
