import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reportableNatures, stationsOf } from '../../../../gateway/hj212/uplink/stations.ts';
import type { Reading } from '../../../../model/reading.ts';
import { statusCodes } from '../../../../model/status.ts';
import { hj212Natures } from '../../../../plant/hj212-rules.ts';
import { stackHourlyJob } from '../../../../scenarios/runner/jobs/stack-hourly.ts';
import { OutletFigureReader } from '../../../../scenarios/runner/outlet-figures.ts';
import { openDuckDbStore } from '../../../../store/duckdb-store.ts';
import type { ResultRow, TimeSeriesStore } from '../../../../store/time-series-store.ts';
import { plantOf } from '../../../plant-of.ts';

const { plant } = plantOf(`
version: 1
site: { id: demo, name: Demo, timeZone: Asia/Shanghai }
sources: { plc: { kind: modbus, host: 127.0.0.1 } }
areas:
  - { id: a, lines: [{ id: l, assets: [
      { id: stack-1, nature: stack-monitor, source: plc, properties: { referenceOxygenPct: 6 }, tags: {
          so2: { address: unit=1;holding=1 }, oxygen: { address: unit=1;holding=2 },
          flow: { address: unit=1;holding=3 }, dataFlag: { address: unit=1;holding=4 } } },
      { id: outlet-1, nature: wastewater-outlet, source: plc, tags: {
          flow: { address: unit=2;holding=1 }, cod: { address: unit=2;holding=2 } } },
      { id: noise-1, nature: noise-meter, source: plc, tags: { soundLevel: { address: unit=3;holding=1 } } } ] }] }
`);

const hourMs = 3_600_000;
const minuteMs = 60_000;
/** Midnight in China, and 16:00 UTC. */
const dayMs = Date.UTC(2026, 0, 4, 16);

const reading = (tag: string, timeMs: number, value: number | string, status = 0): Reading => ({
  ...{ tag, timeMs, timeNs: 0, value, status, origin: 'live' },
});

let store: TimeSeriesStore;
let reader: OutletFigureReader;

beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'plantscope-figures-'));
  store = await openDuckDbStore({ file: join(folder, 'x.duckdb'), timeZone: 'Asia/Shanghai' });
  reader = new OutletFigureReader(store, plant);
  const readings: Reading[] = [];
  // Ten minutes, a reading every 10 s: SO2 counts 0 to 59; calibrated (flag C) from minute 5 to 7.
  for (let index = 0; index < 60; index++) {
    const at = dayMs + index * 10_000;
    readings.push(reading('stack-1.so2', at, index), reading('stack-1.oxygen', at, 11));
    readings.push(reading('stack-1.flow', at, 7200));
  }
  readings.push(reading('stack-1.dataFlag', dayMs - hourMs, 'N'));
  readings.push(reading('stack-1.dataFlag', dayMs + 5 * minuteMs, 'C'));
  readings.push(reading('stack-1.dataFlag', dayMs + 7 * minuteMs, 'N'));
  readings.push(reading('noise-1.soundLevel', dayMs + hourMs, 55, statusCodes.badDeviceFailure));
  await store.write(readings);
});
afterAll(() => store.close());

describe('figures for the uplink', () => {
  it('an instant has the newest values, the value at reference oxygen and the flag in force', async () => {
    const at = (minutes: number) =>
      reader.figures('stack-1', 'realtime', { startMs: 0, endMs: dayMs + minutes * minuteMs });
    expect((await at(4))?.so2).toEqual({ mean: 24, corrected: { mean: 24 * 1.5 }, flag: 'N' });
    expect((await at(6))?.so2).toMatchObject({ mean: 36, flag: 'C' });
    expect(await at(-90)).toBeUndefined();
    // An outlet that is not heard of says nothing, however fresh its last values look.
    expect(await at(11)).toBeDefined();
    expect(await at(13)).toBeUndefined();
    expect(await at(200)).toBeUndefined();
  });

  it('minutes are means of what was flagged N, with extremes and volume', async () => {
    const figures = await reader.figures('stack-1', 'minute', {
      startMs: dayMs,
      endMs: dayMs + 10 * minuteMs,
    });
    const counted = Array.from({ length: 60 }, (_, index) => index).filter(
      (index) => index < 30 || index >= 42,
    );
    const mean = counted.reduce((sum, one) => sum + one, 0) / counted.length;
    expect(figures?.so2).toMatchObject({ mean, min: 0, max: 59, flag: 'N' });
    expect(figures?.so2?.corrected?.mean).toBeCloseTo(mean * 1.5, 9);
    expect(figures?.flow).toMatchObject({ mean: 7200, total: 1200 });
    const calibrated = { startMs: dayMs + 5 * minuteMs, endMs: dayMs + 7 * minuteMs };
    expect((await reader.figures('stack-1', 'minute', calibrated))?.so2).toEqual({ flag: 'C' });
  });

  it('a bad value has the flag that its status means, and no value', async () => {
    const figures = await reader.figures('noise-1', 'minute', {
      ...{ startMs: dayMs + hourMs, endMs: dayMs + hourMs + minuteMs },
    });
    expect(figures?.soundLevel).toEqual({ flag: 'D' });
  });

  it("hours and days are the environment service's: measured mean, value at reference oxygen, mass", async () => {
    const row = (hour: number, fields: ResultRow['fields']): ResultRow => ({
      ...{ measurement: stackHourlyJob.measurement, series: { asset: 'stack-1', pollutant: 'so2' } },
      ...{ timeMs: dayMs + hour * hourMs, fields },
    });
    await store.writeResults([
      row(0, { status: 'valid', measured: 20, value: 30, massKg: 2, method: 'measured' }),
      row(1, { status: 'valid', measured: 40, value: 50, massKg: 3, method: 'measured' }),
      row(2, { status: 'invalid', method: 'calibration' }),
    ]);
    const hour = (number: number) =>
      reader.figures('stack-1', 'hour', {
        ...{ startMs: dayMs + number * hourMs, endMs: dayMs + (number + 1) * hourMs },
      });
    const first = await hour(0);
    expect(first?.so2).toMatchObject({
      mean: 20,
      corrected: { mean: 30 },
      total: 2,
      min: 0,
      max: 59,
      flag: 'N',
    });
    expect(first?.oxygen).toMatchObject({ mean: 11, flag: 'N' });
    expect((await hour(2))?.so2).toEqual({ flag: 'C' });
    expect(await hour(5)).toBeUndefined();
    const day = await reader.figures('stack-1', 'day', { startMs: dayMs, endMs: dayMs + 24 * hourMs });
    expect(day?.so2).toMatchObject({
      mean: 30,
      total: 5,
      corrected: { mean: 40, min: 30, max: 50 },
      flag: 'N',
    });
  });

  it('water is weighted by its volume', async () => {
    const row = (hour: number, value: number, volumeM3: number): ResultRow => ({
      ...{ measurement: 'water_hourly', series: { asset: 'outlet-1', pollutant: 'cod' } },
      timeMs: dayMs + hour * hourMs,
      fields: {
        status: 'valid',
        value,
        volumeM3,
        massKg: (value * volumeM3) / 1000,
        method: 'flow-weighted',
      },
    });
    await store.writeResults([row(0, 50, 100), row(1, 80, 300)]);
    const day = await reader.figures('outlet-1', 'day', { startMs: dayMs, endMs: dayMs + 24 * hourMs });
    expect(day?.cod).toMatchObject({ mean: (50 * 100 + 80 * 300) / 400, total: 29, flag: 'N' });
    expect(day?.cod).not.toHaveProperty('corrected');
  });

  it('every nature the plant file may report has factors', () => {
    const files = [
      { mn: '1', asset: 'stack-1' },
      { mn: '2', asset: 'outlet-1', factors: { cod: 'w01019' } },
      { mn: '3', asset: 'noise-1' },
    ];
    const codes = stationsOf(plant, files).map(({ ST, factors }) => [ST, ...factors.map(({ code }) => code)]);
    expect(codes).toEqual([
      ...[
        ['31', 'a21026', 'a19001', 'a00000'],
        ['32', 'w00000', 'w01019'],
        ['23', 'LA'],
      ],
    ]);
    const [finer] = stationsOf(plant, [{ mn: '1', asset: 'stack-1', decimals: { flow: 3 } }]);
    expect(finer?.factors.map(({ quantity, decimals }) => [quantity, decimals])).toEqual([
      ...[
        ['so2', 2],
        ['oxygen', 1],
        ['flow', 3],
      ],
    ]);
    expect([...reportableNatures].sort()).toEqual([...hj212Natures].sort());
  });
});
