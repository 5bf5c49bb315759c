import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { dayMs, hourMs, quarterHourMs } from '../../model/window.ts';
import { EnergyDays } from '../../scenarios/runner/energy/energy-days.ts';
import { openDuckDbStore } from '../../store/duckdb-store.ts';
import { openLocalState } from '../../store/local-state.ts';
import type { ResultRow, TimeSeriesStore } from '../../store/time-series-store.ts';
import { plantOfAssets } from '../plant-of.ts';

const { plant } = plantOfAssets(
  `
  - { id: main, nature: electricity-meter, source: shop, base: main#/, properties: { capacityKva: 100 }, tags: { activeEnergyTotal: } }
  - { id: mill, nature: electricity-meter, source: shop, parent: main, base: mill#/, tags: { activeEnergyTotal: } }
  - { id: air, nature: compressed-air-meter, source: shop, base: air#/, tags: { volumeTotal: } }
  - { id: press, nature: machine-tool, source: shop, base: press#/, properties: { meter: mill }, tags: { running: , state: , partsTotal: } }
`,
  `
energy:
  tariff:
    name: Demo
    currency: CNY
    versions:
      - from: '2020-01-01'
        edition: demo tariff
        energyPrices: { flat: 0.5 }
        schedules: [{ slots: [{ start: '00:00', end: '24:00', period: flat }] }]
        basicCharge: { basis: capacity, pricePerKva: 20 }
  virtualMeters:
    - { id: rest, formula: main - mill }
  products:
    - { id: parts, meters: [mill], outputs: [press.partsTotal] }
  airStations:
    - { name: Air, compressors: [mill], air: air, consumers: [press] }
`,
);

/** Monday, 2026-11-02, local midnight; five days, of which the last runs. */
const T0 = Date.UTC(2026, 10, 1, 16);
const DAY = T0 + 3 * dayMs;
const NOW = T0 + 4 * dayMs + 10 * hourMs;
const LATE_AT = DAY + 3 * hourMs;

const interval = (asset: string, timeMs: number, value: number): ResultRow => ({
  measurement: 'energy_interval',
  series: {
    ...{ asset, carrier: asset === 'air' ? 'compressed-air' : 'electricity' },
    quantity: asset === 'air' ? 'volumeTotal' : 'activeEnergyTotal',
  },
  timeMs,
  fields: {
    ...{ value, unit: asset === 'air' ? 'Nm3' : 'kWh', completeness: 1 },
    ...{ method: 'measured', edition: 'none', revision: 1 },
  },
});

/** Of 96 quarters the first 40 idle; the fourth day has one wild hour, and lacks one quarter of the mill. */
function history(): ResultRow[] {
  const rows: ResultRow[] = [];
  for (let timeMs = T0; timeMs < NOW; timeMs += quarterHourMs) {
    const quarter = ((timeMs - T0) / quarterHourMs) % 96;
    const isWild = timeMs >= DAY + 12 * hourMs && timeMs < DAY + 13 * hourMs;
    const noise = (quarter * 7 + Math.floor((timeMs - T0) / dayMs) * 3) % 5;
    rows.push(interval('main', timeMs, isWild ? 200 : 20 + noise * 0.1));
    if (timeMs !== LATE_AT) rows.push(interval('mill', timeMs, isWild ? 190 : 10 + noise * 0.1));
    rows.push(interval('air', timeMs, 100));
    rows.push({
      measurement: 'machine_state',
      series: { asset: 'press' },
      timeMs,
      fields: { state: quarter < 40 ? 'idle' : 'running', runningShare: quarter < 40 ? 0 : 1, revision: 1 },
    });
  }
  return rows;
}

async function written(use: (store: TimeSeriesStore, days: EnergyDays) => Promise<void>): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'plantscope-analyses-'));
  const store = await openDuckDbStore({ file: join(dir, 'store.duckdb'), timeZone: 'Asia/Shanghai' });
  const layout = {
    names: new Map(),
    shifts: [{ name: 'day', start: '08:00', end: '20:00', weekdays: [1, 2, 3, 4, 5] }],
  };
  const state = openLocalState(dir);
  const dirty = state.dirtyWindowsOf('energy-days');
  try {
    await use(store, new EnergyDays({ plant, store, dirty, layout, clock: { nowMs: () => NOW } }));
  } finally {
    await store.close();
    await state.close();
  }
}

const rowOf = async (store: TimeSeriesStore, measurement: string, where: Record<string, string>, at = DAY) =>
  (await store.results({ measurement, where, startMs: at, endMs: at + 1 }))[0]?.fields;

test(
  'what follows from a day is written back, and late data gives exactly its figures the next revision',
  () =>
    written(async (store, days) => {
      const parts = [DAY, DAY + dayMs - 1].map((timeMs, index) => ({
        ...{ tag: 'press.partsTotal', timeMs, timeNs: 0, status: 0 },
        ...{ value: 500 * index, origin: 'live' as const },
      }));
      await store.write(parts);
      const rows = history();
      await store.writeResults(rows);
      await days.results(rows);
      await days.runOnce();
      const figures = async () => ({
        product: await rowOf(store, 'energy_intensity', { by: 'product', group: 'parts' }),
        shift: await rowOf(store, 'energy_intensity', { by: 'shift', carrier: 'electricity' }),
        idle: await rowOf(store, 'energy_idle', { asset: 'press', state: 'idle' }),
        night: await rowOf(store, 'energy_night', { asset: 'mill' }),
        air: await rowOf(store, 'energy_air', { station: 'Air' }),
        virtual: await rowOf(store, 'energy_virtual', { asset: 'rest' }, LATE_AT),
      });
      const before = await figures();
      for (const one of [before.product, before.shift, before.idle, before.night, before.air]) {
        expect(one).toMatchObject({ revision: 1, method: expect.any(String), edition: expect.any(String) });
        expect(one?.completeness).toEqual(expect.any(Number));
      }
      expect(before.product).toMatchObject({ unit: 'kWh', outputUnit: 'pcs', edition: 'ISO 50006:2014' });
      expect(before.idle).toMatchObject({ hours: 10, completeness: 1 });
      expect(before.night).toMatchObject({ completeness: 1 });
      expect(before.product?.completeness).toBeCloseTo(95 / 96, 9);
      expect(before.air?.idleHours).toBe(10);
      expect(before.air?.value).toBeCloseTo(
        (60 * Number(before.air?.energyKwh)) / Number(before.air?.airM3),
        6,
      );

      const wild = await rowOf(store, 'energy_anomaly', { asset: 'main' }, DAY + 12 * hourMs);
      expect(wild).toMatchObject({ kind: 'high', value: 800, completeness: 1, revision: 1 });
      const part = await rowOf(store, 'energy_anomaly_part', { part: 'mill' }, DAY + 12 * hourMs);
      expect(part?.share).toBeGreaterThan(0.9);
      expect(await rowOf(store, 'energy_anomaly', { asset: 'main' }, DAY + 10 * hourMs)).toBeUndefined();

      const month = Date.UTC(2026, 9, 31, 16);
      const bill = await rowOf(store, 'energy_bill', { asset: 'main' }, month);
      expect(bill).toMatchObject({ basicCharge: 2000, unit: 'CNY', isComplete: false, revision: 1 });
      expect(bill?.value).toBeCloseTo(Number(bill?.energyCharge) + 2000, 6);
      const today = T0 + 4 * dayMs;
      expect(
        await rowOf(store, 'energy_fit_rate', { carrier: 'electricity', level: 'site' }, today),
      ).toMatchObject({ value: 100, leastPct: 100, isMet: true, edition: 'GB 17167-2006' });

      const estimate = Number((await rowOf(store, 'energy_vee', { asset: 'mill' }, LATE_AT))?.value);
      const late = [interval('mill', LATE_AT, 30)];
      await store.writeResults(late);
      await days.results(late);
      await days.runOnce();
      const after = await figures();
      expect(Number(after.product?.value) - Number(before.product?.value)).toBeCloseTo(30 - estimate, 6);
      expect(after.idle).toMatchObject({ hours: 10, revision: 2 });
      for (const one of [after.product, after.night, after.air]) expect(one?.revision).toBe(2);
      expect(after.virtual).toMatchObject({ unit: 'kWh', revision: 2 });
      // The shift runs from 08:00: a reading of 03:00 is none of its business.
      expect(after.shift?.revision).toBe(1);
      expect((await rowOf(store, 'energy_bill', { asset: 'main' }, month))?.revision).toBe(1);
    }),
  120_000,
);
