import { expect, test } from 'vitest';
import { balanceOf } from '../../api/energy/balance.ts';
import { carbonOf } from '../../api/energy/figures.ts';
import { quarterHourMs } from '../../model/window.ts';
import type { ResultRow } from '../../store/time-series-store.ts';
import { plantOfAssets } from '../plant-of.ts';
import { testApp } from './app-fixture.ts';

const { plant } = plantOfAssets(`
  - { id: main, nature: electricity-meter, source: shop, base: main#/, tags: { activeEnergyTotal: , reactiveEnergyTotal: } }
  - { id: mill, nature: electricity-meter, source: shop, parent: main, base: mill#/, tags: { activeEnergyTotal: } }
  - { id: oven, nature: electricity-meter, source: shop, parent: main, base: oven#/, tags: { activeEnergyTotal: } }
  - { id: town-gas, nature: gas-meter, source: shop, base: gas#/, tags: { volumeTotal: } }
`);
const T0 = Date.UTC(2026, 10, 23);
const span = { startMs: T0, endMs: T0 + 4 * quarterHourMs };

const rowsOf = (asset: string, values: readonly number[], quantity = 'activeEnergyTotal'): ResultRow[] =>
  values.map((value, i) => ({
    measurement: 'energy_interval',
    series: { asset, carrier: quantity === 'volumeTotal' ? 'gas' : 'electricity', quantity },
    timeMs: T0 + i * quarterHourMs,
    fields: { value, unit: quantity === 'volumeTotal' ? 'm3' : 'kWh', completeness: 1, method: 'measured' },
  }));

const rows = [
  ...rowsOf('main', [100, 100, 100, 100]),
  ...rowsOf('main', [900, 900, 900, 900], 'reactiveEnergyTotal'),
  ...rowsOf('mill', [40, 40, 40, 40]),
  ...rowsOf('oven', [50, 50, 50]),
  ...rowsOf('town-gas', [1, 2, 3, 4], 'volumeTotal'),
];

test('each meter is weighed against its sub-meters, active energy alone, with the least completeness', async () => {
  const { backend } = await testApp();
  const store = Object.assign(Object.create(backend.store) as typeof backend.store, {
    results: async () => rows,
  });
  const { get } = await testApp({ plant, store });
  const answer = await get('/api/v1/energy/balance?from=2026-11-23T00:00:00Z&to=2026-11-23T01:00:00Z');
  expect(answer.statusCode, answer.body).toBe(200);
  const [electricity, gas] = answer.json().carriers;
  expect(electricity.meters[0]).toEqual({
    ...{ asset: 'main', name: 'main', unit: 'kWh', depth: 0, completeness: 0.75 },
    ...{ measured: 400, childrenSum: 310, loss: 0, unexplained: 90, unexplainedPct: 22.5 },
  });
  expect(electricity.meters[1]).toEqual({
    ...{ asset: 'mill', name: 'mill', unit: 'kWh', depth: 1, parent: 'main', completeness: 1, measured: 160 },
  });
  expect(gas).toMatchObject({ carrier: 'gas', meters: [{ asset: 'town-gas', measured: 10, unit: 'm3' }] });
});

test('a sub-meter without data leaves its parent without a sum, not with a smaller one', () => {
  const [electricity] = balanceOf(plant, rowsOf('main', [100]).concat(rowsOf('mill', [40])), span);
  expect(electricity?.meters[0]).toMatchObject({ asset: 'main', measured: 100, completeness: 0 });
  expect(electricity?.meters[0]).not.toHaveProperty('childrenSum');
  expect(electricity?.meters[0]).not.toHaveProperty('unexplained');
  expect(electricity?.meters.find(({ asset }) => asset === 'oven')).not.toHaveProperty('measured');
});

test('an interval cut by the edge of the span is left out on both sides of the fraction', () => {
  const cut = { startMs: T0 + 1, endMs: T0 + 4 * quarterHourMs - 1 };
  const [electricity] = balanceOf(plant, rows, cut);
  expect(electricity?.meters.find(({ asset }) => asset === 'mill')).toMatchObject({
    measured: 80,
    completeness: 1,
  });
});

test('gas is converted as natural gas, and the answer says so', () => {
  const meter = { asset: 'town-gas', carrier: 'gas', quantity: 'volumeTotal', isMain: true, unit: 'm3' };
  const points = [
    { start: '2026-01-01T00:00:00+08:00', value: 10, completeness: 1, known: 1, method: 'measured' },
  ];
  const [row] = carbonOf(plant, [{ ...meter, points }]);
  expect(row).toMatchObject({
    carrier: 'gas',
    amount: 10,
    assumption: expect.stringContaining('natural gas'),
  });
  expect(row?.kgce).toBeCloseTo(13.3, 6);
  expect(row?.kgCo2).toBeCloseTo(21.62, 6);
});
