import { expect, test } from 'vitest';
import { carbonOf } from '../../api/energy/figures.ts';
import { quarterHourMs } from '../../model/window.ts';
import type { ResultRow } from '../../store/time-series-store.ts';
import { plantOfAssets } from '../plant-of.ts';
import { testApp } from './app-fixture.ts';

const { plant } = plantOfAssets(`
  - { id: m1, nature: electricity-meter, source: shop, base: m1#/, tags: { activeEnergyTotal: } }
`);
const T0 = Date.UTC(2026, 10, 23);
const rows: readonly ResultRow[] = [10, 30, 20, 90].map((value, i) => ({
  measurement: 'energy_interval',
  series: { asset: 'm1', carrier: 'electricity', quantity: 'activeEnergyTotal' },
  timeMs: T0 + i * quarterHourMs,
  fields: { value, unit: 'kWh', completeness: i === 3 ? 0.5 : 1, method: 'measured' },
}));

async function energy(path: string) {
  const { backend } = await testApp();
  const store = Object.assign(Object.create(backend.store) as typeof backend.store, {
    results: async () => rows,
  });
  const { get } = await testApp({ plant, store });
  const answer = await get(`/api/v1/energy/${path}?from=2026-11-23T00:00:00Z&to=2026-11-23T01:00:00Z`);
  expect(answer.statusCode, answer.body).toBe(200);
  return answer.json();
}

test('carbon names the edition of each factor and how complete the metering is', async () => {
  const { carriers } = await energy('carbon');
  expect(carriers).toHaveLength(1);
  expect(carriers[0]).toMatchObject({ year: 2026, carrier: 'electricity', amount: 150, completeness: 0.875 });
  expect(carriers[0].coalEdition).toBe('GB/T 2589-2020');
  expect(carriers[0].carbonEdition).toBe('national grid average 2023');
  expect(carriers[0].kgce).toBeCloseTo(150 * 0.1229, 6);
  expect(carriers[0].kgCo2).toBeCloseTo(150 * 0.5306, 6);
});

test('a block that is half metered gives no demand and so no monthly maximum', async () => {
  const { meters } = await energy('demand');
  expect(meters[0].points.map(({ demandKw }: { demandKw: number }) => demandKw)).toEqual([40, 120, 80]);
  expect(meters[0].months).toEqual([
    { month: '2026-11', start: expect.stringContaining('2026-11-23T08:15'), demandKw: 120 },
  ]);
  expect(meters[0].completeness).toBe(0.75);
});

test('water by volume is converted by its mass', () => {
  const meter = { asset: 'w', carrier: 'water', quantity: 'volumeTotal', isMain: true, unit: 'm3' };
  const points = [
    { start: '2026-01-01T00:00:00+08:00', value: 10, completeness: 1, known: 1, method: 'measured' },
  ];
  const [row] = carbonOf(plant, [{ ...meter, points }]);
  expect(row).toMatchObject({ amount: 10, unit: 'm3' });
  expect(row?.kgce).toBeCloseTo(2.571, 6);
});
