import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { dayMs, hourMs, quarterHourMs } from '../../model/window.ts';
import { EnergyDays } from '../../scenarios/runner/energy/energy-days.ts';
import { meterSeries, sumOver } from '../../scenarios/runner/energy/meter-intervals.ts';
import { openDuckDbStore } from '../../store/duckdb-store.ts';
import { openLocalState } from '../../store/local-state.ts';
import type { ResultRow, TimeSeriesStore } from '../../store/time-series-store.ts';
import { plantOfAssets } from '../plant-of.ts';

/** Two weeks of two meters: minutes on a machine that does other things. */
vi.setConfig({ testTimeout: 180_000 });

const { plant } = plantOfAssets(
  `
  - { id: main, nature: electricity-meter, source: shop, base: main#/, properties: { lossPct: 2 }, tags: { activeEnergyTotal: } }
  - { id: mill, nature: electricity-meter, source: shop, parent: main, base: mill#/, tags: { activeEnergyTotal: } }
  - { id: weather, nature: weather-station, source: shop, base: w#/, tags: { temperature: } }
`,
  `
energy:
  virtualMeters:
    - { id: rest, formula: main - mill }
  baselines:
    - { meter: main, model: mean, temperature: weather.temperature, daysBefore: 7 }
`,
);
/** Monday, 2026-11-02, local midnight. */
const T0 = Date.UTC(2026, 10, 1, 16);
const LAST = T0 + 14 * dayMs;

/** 10 kWh a quarter by day, 2 at night; the mill takes half. */
const valueAt = (timeMs: number, share: number): number => {
  const hour = ((timeMs - T0) / hourMs) % 24;
  return (hour >= 8 && hour < 20 ? 10 : 2) * share;
};

const row = (asset: string, timeMs: number): ResultRow => ({
  measurement: 'energy_interval',
  series: { asset, carrier: 'electricity', quantity: 'activeEnergyTotal' },
  timeMs,
  fields: {
    ...{ value: valueAt(timeMs, asset === 'main' ? 1 : 0.5), unit: 'kWh', completeness: 1 },
    ...{ method: 'measured', edition: 'none', revision: 1 },
  },
});

function history(isMissing: (asset: string, timeMs: number) => boolean): ResultRow[] {
  const rows: ResultRow[] = [];
  for (let timeMs = T0; timeMs < LAST; timeMs += quarterHourMs) {
    for (const asset of ['main', 'mill']) if (!isMissing(asset, timeMs)) rows.push(row(asset, timeMs));
  }
  return rows;
}

async function withDays(
  use: (
    store: TimeSeriesStore,
    days: EnergyDays,
    clock: { timeMs: number },
    restarted: (writeResults?: TimeSeriesStore['writeResults']) => EnergyDays,
  ) => Promise<void>,
): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'plantscope-days-'));
  const store = await openDuckDbStore({ file: join(dir, 'store.duckdb'), timeZone: 'Asia/Shanghai' });
  const clock = { timeMs: LAST };
  const state = openLocalState(dir);
  const opened = (writeResults = store.writeResults.bind(store)) =>
    new EnergyDays({
      ...{ plant, dirty: state.dirtyWindowsOf('energy-days') },
      store: { results: store.results.bind(store), aggregates: store.aggregates.bind(store), writeResults },
      clock: { nowMs: () => clock.timeMs },
    });
  try {
    await use(store, opened(), clock, opened);
  } finally {
    await store.close();
    await state.close();
  }
}

const all = (store: TimeSeriesStore, measurement: string, asset: string) =>
  store.results({ measurement, where: { asset }, startMs: T0, endMs: LAST });

/** Five hours of the mill on the ninth day, a Tuesday. */
const day = T0 + 8 * dayMs;
const isHole = (asset: string, timeMs: number): boolean =>
  asset === 'mill' && timeMs >= day + 10 * hourMs && timeMs < day + 15 * hourMs;

test('a hole is estimated from like days, every view has it, and late data takes the estimate back', () =>
  withDays(async (store, days, clock) => {
    const rows = history(isHole);
    await store.writeResults(rows);
    await days.results(rows);
    await days.runOnce();
    const made = await all(store, 'energy_vee', 'mill');
    expect(made).toHaveLength(20);
    expect(made[0]?.fields).toMatchObject({
      ...{ value: 5, method: 'estimated', rule: 'like-days/1', completeness: 0, revision: 1 },
    });
    expect(made[0]?.fields).not.toHaveProperty('original');
    const found = await all(store, 'energy_vee_finding', 'mill');
    expect(found.map(({ series }) => series.rule)).toContain('missing');
    const span = { startMs: day, endMs: day + dayMs };
    const [mill] = await meterSeries(store, plant, { span, meter: 'mill' });
    const sum = sumOver(mill?.intervals ?? [], span);
    expect(sum).toMatchObject({ energy: 288, method: 'measured+estimated' });
    expect(sum.completeness).toBeCloseTo(76 / 96, 9);
    expect(sum.estimatedShare).toBeCloseTo(100 / 288, 9);

    const late = history((asset, timeMs) => !isHole(asset, timeMs));
    await store.writeResults(late);
    clock.timeMs += hourMs;
    await days.results(late);
    await days.runOnce();
    const after = await all(store, 'energy_vee', 'mill');
    expect(after.every(({ fields }) => fields.withdrawn === true && fields.revision === 2)).toBe(true);
    const today = (await all(store, 'energy_day', 'mill')).find(({ timeMs }) => timeMs === day);
    expect(today?.fields).toMatchObject({ value: 288, completeness: 1, estimatedShare: 0, revision: 2 });
    // Another day was not touched.
    const other = (await all(store, 'energy_day', 'mill')).find(({ timeMs }) => timeMs === day - dayMs);
    expect(other?.fields.revision).toBe(1);
  }));

test('a day has its figures, its balance with the declared loss, its virtual meter and a forecast made once', () =>
  withDays(async (store, days) => {
    const rows = history(() => false);
    await store.writeResults(rows);
    await days.results(rows);
    await days.runOnce();
    const main = (await all(store, 'energy_day', 'main')).find(({ timeMs }) => timeMs === day);
    expect(main?.fields).toMatchObject({
      ...{ value: 576, unit: 'kWh', peakKw: 40, baseLoadKw: 8, demandKw: 40, completeness: 1 },
      edition: expect.stringContaining('GB/T 2589-2020'),
    });
    expect(main?.fields.loadFactor).toBeCloseTo(0.6, 9);
    expect(
      (await all(store, 'energy_day', 'rest')).find(({ timeMs }) => timeMs === day)?.fields,
    ).toMatchObject({
      ...{ value: 288, method: 'virtual' },
    });
    const balance = (await all(store, 'energy_balance', 'main')).find(({ timeMs }) => timeMs === day);
    expect(balance?.fields).toMatchObject({ value: 576, childrenSum: 288, loss: 11.52, unexplained: 276.48 });
    const forecast = (await all(store, 'energy_forecast', 'main')).filter(({ timeMs }) => timeMs >= day);
    expect(forecast[40]?.fields).toMatchObject({ value: 10, lower: 10, upper: 10, level: 0.9, revision: 1 });
    await store.writeResults(rows.map((one) => ({ ...one, fields: { ...one.fields, value: 0 } })));
    await days.results(rows);
    await days.runOnce();
    const again = (await all(store, 'energy_forecast', 'main')).filter(({ timeMs }) => timeMs >= day);
    expect(again.map(({ fields }) => fields.revision)).toEqual(again.map(() => 1));
  }));

test('the same intervals again write nothing', () =>
  withDays(async (store, days, clock) => {
    const rows = history(isHole);
    await store.writeResults(rows);
    await days.results(rows);
    await days.runOnce();
    const { rows: before } = days.health().counters as { rows: number };
    clock.timeMs += 2 * 60_000;
    await days.results(rows);
    await days.runOnce();
    expect(days.health().counters).toMatchObject({ rows: before, failures: 0 });
    expect(before).toBeGreaterThan(100);
  }));

test('an edit that contradicts the register is found by the sum check, and only that day', () =>
  withDays(async (store, days) => {
    const registers = [day, day + dayMs, day + 2 * dayMs].map((timeMs, index) => ({
      ...{ tag: 'main.activeEnergyTotal', timeMs, timeNs: 0, status: 0 },
      ...{ value: 1000 + 576 * index, origin: 'live' as const },
    }));
    await store.write(registers);
    const rows = history(() => false).map((one) =>
      one.series.asset === 'main' && one.timeMs === day + 10 * hourMs
        ? { ...one, fields: { ...one.fields, value: 60, original: 10, method: 'edited' } }
        : one,
    );
    await store.writeResults(rows);
    await days.results(rows);
    await days.runOnce();
    const found = await all(store, 'energy_vee_finding', 'main');
    expect(found.filter(({ series }) => series.rule === 'sum-check')).toEqual([
      expect.objectContaining({
        timeMs: day,
        fields: expect.objectContaining({
          detail: 'intervals sum to 626, the register to 576',
          rejects: false,
        }),
      }),
    ]);
  }));

test('a kill between a late reading and its day forgets no day, however old', () =>
  withDays(async (store, days, clock, restarted) => {
    const rows = history(isHole);
    await store.writeResults(rows);
    await days.results(rows);
    await days.runOnce();
    const old = T0 + 2 * dayMs;
    const late = row('mill', old + 9 * hourMs);
    await store.writeResults([{ ...late, fields: { ...late.fields, value: 6, revision: 2 } }]);
    await days.results([late]);

    const after = restarted();
    await after.runOnce();
    const own = (await all(store, 'energy_day', 'mill')).find(({ timeMs }) => timeMs === old);
    expect(own?.fields).toMatchObject({ value: 289, revision: 2 });
    clock.timeMs += 60_000;
    await after.runOnce();
    expect(after.health().queue).toBe(0);
  }));

test('a day that can never be made holds up no other, is named, and comes again', () =>
  withDays(async (store, _days, clock, restarted) => {
    const [cursed, older] = [T0 + 9 * dayMs, T0 + 2 * dayMs];
    let isCursed = true;
    const days = restarted(async (rows) => {
      const hits = rows.some((one) => one.measurement === 'energy_day' && one.timeMs === cursed);
      if (hits && isCursed) throw new TypeError('no such thing');
      await store.writeResults(rows);
    });
    const rows = history(() => false);
    await store.writeResults(rows);
    await days.results(rows);
    await days.runOnce();
    const made = async () => (await all(store, 'energy_day', 'main')).map(({ timeMs }) => timeMs);
    expect(await made()).toContain(older);
    expect(await made()).not.toContain(cursed);
    clock.timeMs += 60_000;
    await days.runOnce();
    // Both meters, and that both had late data.
    expect(days.health()).toMatchObject({ state: 'degraded', queue: 4 });
    expect(days.health().lastError?.message).toBe("2026-11-11 can't be made: no such thing");
    isCursed = false;
    for (let round = 0; round < 2; round++) {
      clock.timeMs += 60_000;
      await days.runOnce();
    }
    expect(await made()).toContain(cursed);
    expect(days.health().queue).toBe(0);
  }));

test('late data of a day changes the days whose baseline looks back at it, and no later one; no kill forgets them', () =>
  withDays(async (store, days, clock, restarted) => {
    const rows = history(() => false);
    await store.writeResults(rows);
    await store.write(
      Array.from({ length: 14 * 24 }, (_, hour) => ({
        ...{ tag: 'weather.temperature', timeMs: T0 + hour * hourMs, timeNs: 0 },
        ...{ value: 5 + (hour % 24) / 2, status: 0, origin: 'live' as const },
      })),
    );
    await days.results(rows);
    await days.runOnce();
    const enpi = async () =>
      (await all(store, 'energy_enpi', 'main')).map(({ timeMs, fields }) => [timeMs, fields]);
    const before = new Map(JSON.parse(JSON.stringify(await enpi())) as [number, { revision: number }][]);
    const early = T0 + dayMs;
    const late = row('main', early + 3 * hourMs);
    const changed = { ...late, fields: { ...late.fields, value: 9, revision: 2 } };
    await store.writeResults([changed]);
    await days.results([changed]);
    const after = restarted();
    await after.runOnce();
    clock.timeMs += 60_000;
    await after.runOnce();
    const revised = (await enpi()).filter(([timeMs, fields]) => {
      const known = before.get(timeMs as number);
      return known !== undefined && (fields as { revision: number }).revision > known.revision;
    });
    const daysAfter = revised.map(([timeMs]) => ((timeMs as number) - early) / dayMs);
    expect(daysAfter).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(after.health().queue).toBe(0);
  }));
