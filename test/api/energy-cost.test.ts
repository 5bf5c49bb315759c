import { expect, test } from 'vitest';
import { quarterHourMs } from '../../model/window.ts';
import type { ResultRow } from '../../store/time-series-store.ts';
import { plantOf } from '../plant-of.ts';
import { testApp } from './app-fixture.ts';

const yaml = `
version: 1
site: { id: demo, name: Demo, timeZone: Asia/Shanghai }
sources: { shop: { kind: mqtt } }
energy:
  tariff:
    name: Demo
    currency: CNY
    versions:
      - from: '2026-11-01'
        edition: document A
        energyPrices: { peak: 1, valley: 0.25 }
        schedules:
          - slots:
              - { start: '08:30', end: '24:00', period: peak }
              - { start: '00:00', end: '08:30', period: valley }
areas:
  - id: a
    lines:
      - id: l
        assets:
          - { id: m1, nature: electricity-meter, source: shop, base: m1#/, tags: { activeEnergyTotal: } }
          - { id: m2, nature: electricity-meter, source: shop, base: m2#/, parent: m1, tags: { activeEnergyTotal: } }
          - { id: w, nature: water-meter, source: shop, base: w#/, tags: { volumeTotal: } }
`;
// 08:00 in the plant.
const T0 = Date.UTC(2026, 10, 23);
const rows: readonly ResultRow[] = [10, 30, 20].map((value, i) => ({
  measurement: 'energy_interval',
  series: { asset: 'm1', carrier: 'electricity', quantity: 'activeEnergyTotal' },
  timeMs: T0 + i * quarterHourMs,
  fields: { value, unit: 'kWh', completeness: 1, method: 'measured' },
}));

async function cost(text: string, day = '2026-11-23') {
  const { backend } = await testApp();
  const store = Object.assign(Object.create(backend.store) as typeof backend.store, {
    results: async () => rows.map((row) => ({ ...row, timeMs: row.timeMs + Date.parse(day) - T0 })),
  });
  const { get } = await testApp({ plant: plantOf(text).plant, store });
  return get(`/api/v1/energy/cost?from=${day}T00:00:00Z&to=${day}T01:00:00Z`);
}

test('energy is priced by the period it was drawn in, in plant time; a missing interval lowers the completeness', async () => {
  const answer = await cost(yaml);
  expect(answer.statusCode, answer.body).toBe(200);
  expect(answer.json()).toMatchObject({
    ...{ tariff: 'Demo', currency: 'CNY', unit: 'kWh' },
    meters: [
      {
        ...{ asset: 'm1', energy: 60, cost: 30, completeness: 0.75, editions: ['document A'] },
        periods: [
          { period: 'valley', energy: 40, cost: 10 },
          { period: 'peak', energy: 20, cost: 20 },
        ],
      },
      { asset: 'm2', parent: 'm1', completeness: 0, periods: [], editions: [] },
    ],
  });
});

test('a day before the first version is refused, with the day the tariff begins', async () => {
  const answer = await cost(yaml, '2026-10-23');
  expect(answer.statusCode).toBe(409);
  expect(answer.json()).toMatchObject({
    code: 'tariff-not-in-force',
    hint: expect.stringContaining('2026-11-01'),
  });
});

test('without a tariff nothing is priced, and the hint says what to add', async () => {
  const answer = await cost(yaml.replace(/^energy:[\s\S]*?(?=^areas:)/m, ''));
  expect(answer.statusCode).toBe(501);
  expect(answer.json()).toMatchObject({ code: 'not-available', hint: expect.stringContaining('tariff') });
});
