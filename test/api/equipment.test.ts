import { expect, test } from 'vitest';
import { plannedWindows } from '../../api/equipment/planned-time.ts';
import { noLayout, type Shift } from '../../api/plant-layout.ts';
import { PlantCalendar } from '../../model/calendar.ts';
import { hourMs, quarterHourMs } from '../../model/window.ts';
import type { AggregatesQuery, ResultRow, ResultsQuery } from '../../store/time-series-store.ts';
import { plantOfAssets } from '../plant-of.ts';
import { testApp } from './app-fixture.ts';

const { plant } = plantOfAssets(`
  - { id: m1, nature: machine-tool, source: shop, base: m1#/, properties: { idealCycleS: 90 }, tags: { state: , partsTotal: , goodPartsTotal: } }
  - { id: m2, nature: machine-tool, source: shop, base: m2#/, tags: { state: } }
`);
/** 08:00 in the plant's zone. */
const T0 = Date.UTC(2026, 10, 23);
const early: Shift = { name: 'early', start: '08:00', end: '09:00', weekdays: [1, 2, 3, 4, 5] };

/** One window before the shift, four in it, of which the last is mostly unknown. */
const rows: readonly ResultRow[] = (
  [
    [-1, 'running', 900, 1],
    [0, 'running', 900, 1],
    [1, 'fault', 300, 1],
    [2, 'stopped', 0, 1],
    [3, 'running', 180, 0.2],
  ] as const
).map(([index, state, runningS, completeness]) => ({
  measurement: 'machine_state',
  series: { asset: 'm1' },
  timeMs: T0 + index * quarterHourMs,
  fields: { state, runningS, completeness },
}));
const perWindow: Readonly<Record<string, number>> = { 'm1.partsTotal': 4, 'm1.goodPartsTotal': 3 };

async function kpis(shifts: readonly Shift[], increases = perWindow, query = '') {
  const { backend } = await testApp();
  const store = Object.assign(Object.create(backend.store) as typeof backend.store, {
    results: async ({ where }: ResultsQuery) => rows.filter(({ series }) => series.asset === where?.asset),
    aggregates: async ({ tags }: AggregatesQuery) =>
      tags.map((tag) => ({
        tag,
        points: rows.map(({ timeMs }) => ({ timeMs, value: increases[tag] ?? 0, count: 15 })),
      })),
  });
  const { get } = await testApp({ plant, store, layout: { ...noLayout, shifts } });
  const answer = await get(`/api/v1/equipment/kpi?from=2026-11-22T23:00:00Z&to=2026-11-23T02:00:00Z${query}`);
  expect(answer.statusCode, answer.body).toBe(200);
  return answer.json();
}

test('figures count planned time of known state only, and the losses add up', async () => {
  const { edition, machines } = await kpis([early]);
  expect(edition).toBe('ISO 22400-2:2014');
  const [m1] = machines;
  expect(m1).toMatchObject({ asset: 'm1', plannedBusyS: 2880, productionS: 1380, faultS: 600 });
  expect(m1).toMatchObject({ allocatedS: 1980, unplannedProductionS: 900, produced: 16, good: 12 });
  expect(m1.knownShare).toBeCloseTo(0.8, 12);
  expect(m1.availability).toBeCloseTo(1380 / 2880, 12);
  expect(m1.effectiveness).toBeCloseTo((90 * 16) / 1380, 12);
  expect(m1.oee).toBeCloseTo((12 * 90) / 2880, 12);
  expect(m1.warnings).toEqual(['effectiveness-above-1']);
  expect(m1.missing).toEqual([]);
  const seconds = m1.losses.map((step: { seconds: number }) => step.seconds);
  const productive = seconds.pop();
  expect(seconds.reduce((sum: number, one: number) => sum + one, 0)).toBeCloseTo(productive, 9);
  expect(productive).toBe(12 * 90);
});

test('what is not known is null and says why', async () => {
  const { machines } = await kpis([early], perWindow, '&asset=m2');
  expect(machines).toHaveLength(1);
  expect(machines[0]).toMatchObject({
    asset: 'm2',
    availability: null,
    quality: null,
    oee: null,
    losses: null,
  });
  expect(machines[0].missing.map(({ figure }: { figure: string }) => figure)).toEqual([
    'availability',
    'effectiveness',
    'effectiveness',
    'quality',
  ]);
});

test('without shifts nothing is planned, but utilisation and quality stand', async () => {
  const { machines } = await kpis([]);
  expect(machines[0]).toMatchObject({ plannedBusyS: null, availability: null, oee: null, quality: 0.75 });
  expect(machines[0].utilisation).toBeCloseTo(2280 / 2880, 12);
  expect(machines[0].missing[0].reason).toMatch(/no shifts/);
});

test('counters that contradict each other give no quality', async () => {
  const { machines } = await kpis([early], { 'm1.partsTotal': 4, 'm1.goodPartsTotal': 5 });
  expect(machines[0]).toMatchObject({ quality: null, oee: null, produced: 16, good: 20 });
  expect(machines[0].warnings).toContain('good-above-produced');
});

test('the demonstration backend answers for each machine', async () => {
  const { get, backend } = await testApp();
  const { machines } = (await get('/api/v1/equipment/kpi')).json();
  const expected = backend.plant.assets.filter(({ nature }) => nature.scenario === 'equipment');
  expect(machines.map(({ asset }: { asset: string }) => asset)).toEqual(expected.map(({ id }) => id));
});

test('a night shift of the day before reaches in, and shared time is planned once', () => {
  const night: Shift = { name: 'night', start: '22:00', end: '08:30', weekdays: [7] };
  const span = { startMs: T0 - hourMs, endMs: T0 + 3 * hourMs };
  expect(plannedWindows([early, night], new PlantCalendar('Asia/Shanghai'), span)).toEqual([
    { startMs: T0 - hourMs, endMs: T0 + hourMs },
  ]);
});
