import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { minuteMs, quarterHourMs } from '../../model/window.ts';
import { alarmsOfPlant } from '../../scenarios/alarms/from-plant.ts';
import type { AlarmTransition } from '../../scenarios/alarms/journal.ts';
import { AlarmWatch } from '../../scenarios/runner/alarm-watch.ts';
import { DemandWatch, runningWindow } from '../../scenarios/runner/energy/demand-watch.ts';
import { openDuckDbStore } from '../../store/duckdb-store.ts';
import { openLocalState } from '../../store/local-state.ts';
import { plantOfAssets } from '../plant-of.ts';

const { plant } = plantOfAssets(`
  - id: main
    nature: electricity-meter
    source: shop
    base: main#/
    properties: { capacityKva: 500, declaredDemandKw: 200 }
    tags: { activeEnergyTotal: , activePower: }
`);
const T0 = Date.UTC(2026, 10, 24, 0);

async function withLoad(kw: number, minutes: number, use: (parts: Parts) => Promise<void>): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'plantscope-demand-'));
  const store = await openDuckDbStore({ file: join(dir, 'store.duckdb'), timeZone: 'Asia/Shanghai' });
  const state = openLocalState(dir);
  const nowMs = T0 + minutes * minuteMs;
  for (let timeMs = T0 - minuteMs; timeMs <= nowMs; timeMs += 10_000) {
    const at = { timeMs, timeNs: 0, status: 0, origin: 'live' } as const;
    await store.write([
      { ...at, tag: 'main.activeEnergyTotal', value: 1000 + (kw * (timeMs - T0)) / 3_600_000 },
      { ...at, tag: 'main.activePower', value: kw },
    ]);
  }
  const clock = { nowMs: () => nowMs };
  const journal = state.journal<AlarmTransition>('alarms');
  const alarms = new AlarmWatch({ definitions: alarmsOfPlant(plant), journal, clock });
  const watch = new DemandWatch({
    ...{ plant, store, clock, onTrouble: () => undefined },
    onResults: (rows) => alarms.results(rows),
  });
  try {
    await use({ store, watch, alarms, nowMs });
  } finally {
    await alarms.stop();
    await store.close();
    await state.close();
  }
}

interface Parts {
  readonly store: Awaited<ReturnType<typeof openDuckDbStore>>;
  readonly watch: DemandWatch;
  readonly alarms: AlarmWatch;
  readonly nowMs: number;
}

test('the running window tells what is certain, what is expected, and what is still allowed', () =>
  withLoad(240, 5, async ({ store, nowMs }) => {
    const asset = plant.assetsById.get('main');
    if (!asset) throw new Error('no meter');
    const running = await runningWindow(store, plant, asset, nowMs);
    expect(running).toMatchObject({ startMs: T0, endMs: T0 + quarterHourMs, limitKw: 200, warning: 'early' });
    expect(running?.certainKw).toBeCloseTo(80, 6);
    expect(running?.expectedKw).toBeCloseTo(240, 6);
    expect(running?.allowedKw).toBeCloseTo(180, 6);
  }));

test('a load that would pass the declared demand raises the early alarm, minutes before the window ends', () =>
  withLoad(240, 5, async ({ watch, alarms }) => {
    await watch.runOnce();
    expect(alarms.status('main.demand.early')).toMatchObject({ active: true, value: 240 });
    expect(alarms.status('main.demand.exceeded').active).toBe(false);
  }));

test('a window whose energy is beyond the limit already raises the alarm itself', () =>
  withLoad(360, 10, async ({ watch, alarms }) => {
    await watch.runOnce();
    expect(alarms.status('main.demand.exceeded')).toMatchObject({ active: true, value: 240 });
  }));

test('a usual load raises none, and is written as a figure', () =>
  withLoad(100, 5, async ({ watch, alarms, store, nowMs }) => {
    await watch.runOnce();
    expect(alarms.status('main.demand.early').active).toBe(false);
    const rows = await store.results({
      ...{ measurement: 'energy_demand_running', startMs: T0, endMs: nowMs },
    });
    expect(rows.map(({ fields }) => fields)).toEqual([
      expect.objectContaining({ limitKw: 200, unit: 'kW', warning: 'none', completeness: 1 }),
    ]);
  }));
