import { Workbook } from 'exceljs';
import { expect, test } from 'vitest';
import { hourMs } from '../../model/window.ts';
import type { ResultRow } from '../../store/time-series-store.ts';
import { plantOfAssets } from '../plant-of.ts';
import { nowMs, testApp } from './app-fixture.ts';

const { plant } = plantOfAssets(`
  - id: stack
    nature: stack-monitor
    source: shop
    base: stack#/
    properties: { referenceOxygenPct: 3.5, limitNoxMgPerM3: 50, permitNoxT: 0.02, standard: "=GB 13271, gas" }
    tags: { oxygen: , nox: , dataFlag: }
`);

const lastHourMs = Math.floor(nowMs / hourMs) * hourMs - hourMs;
const values = [40, 60, 75, 45];
const rows: readonly ResultRow[] = values.map((value, i) => ({
  measurement: 'stack_hourly',
  series: { asset: 'stack', pollutant: 'nox' },
  timeMs: lastHourMs - (values.length - 1 - i) * hourMs,
  fields: { value, massKg: 2, limit: 50, status: 'valid' },
}));

async function environment() {
  const { backend } = await testApp();
  const store = Object.assign(Object.create(backend.store) as typeof backend.store, {
    results: async ({ measurement }: { measurement: string }) => (measurement === 'stack_hourly' ? rows : []),
  });
  const changed = await testApp({ plant, store });
  return { get: (path: string) => changed.get(`/api/v1/environment/${path}`) };
}

test('episodes, totals and the standing against the permit come from the hours', async () => {
  const { get } = await environment();
  const [episode, ...others] = (await get('exceedances')).json().rows;
  expect(others).toEqual([]);
  expect(episode).toMatchObject({
    asset: 'stack',
    pollutant: 'nox',
    hours: 2,
    peak: 75,
    multiple: 0.5,
    limit: 50,
  });
  expect(Date.parse(episode.end) - Date.parse(episode.start)).toBe(2 * hourMs);
  expect((await get('totals')).json().rows).toEqual([
    {
      ...{ asset: 'stack', pollutant: 'nox', massKg: 8, substitutedKg: 0, totalKg: 8, undeterminedHours: 0 },
      ...{ measuredHours: 4, validHours: 4, captureRate: 4 / 24 },
    },
  ]);
  const [permit] = (await get('permits')).json().rows;
  expect(permit).toMatchObject({ emittedT: 0.008, permitT: 0.02, share: 0.4, verdict: 'early-warning' });
  // 2 kg an hour: the 12 kg left last six hours.
  expect(Date.parse(permit.exhausted) - nowMs).toBeCloseTo(6 * hourMs, -1);
});

test('the same as a file, safe for a spreadsheet', async () => {
  const { get } = await environment();
  const file = await get('outlets?format=csv');
  expect(file.headers['content-type']).toContain('text/csv');
  expect(file.body).toBe(
    'asset,name,kind,standard,referenceOxygenPct\r\nstack,stack,stack-monitor,"\'=GB 13271, gas",3.5\r\n',
  );
});

const reportOf = async (format: string) => (await environment()).get(`reports/2026-11?format=${format}`);

test('a report is a page to print, a file and a workbook', async () => {
  const page = await reportOf('html');
  expect(page.headers['content-type']).toContain('text/html');
  expect(page.headers['content-security-policy']).toContain("default-src 'none'");
  expect(page.body).toContain('Emission report 2026-11');
  expect(page.body).not.toContain('<script');
  const csv = await reportOf('csv');
  expect(csv.body).toContain('totalKg');
  const workbook = new Workbook();
  // The library's types know an older Buffer.
  await workbook.xlsx.load((await reportOf('xlsx')).rawPayload as unknown as ArrayBuffer);
  expect(workbook.worksheets.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['Emission', 'Days', 'Exceedances']),
  );
  const { get } = await environment();
  expect((await get('reports/2026-13')).statusCode).toBe(400);
});

test('days tell validity and mass, and an episode its cause', async () => {
  const { get } = await environment();
  const days = (await get('daily')).json().rows;
  expect(days.reduce((sum: number, day: { totalKg: number }) => sum + day.totalKg, 0)).toBeCloseTo(8, 9);
  expect(days.every((day: { valid: boolean }) => !day.valid)).toBe(true);
  const [episode] = (await get('exceedances')).json().rows;
  expect(episode.cause).toBe('unknown');
  const told = await get(`exceedances/stack/nox/${episode.start}`);
  expect(told.json()).toMatchObject({ cause: 'unknown', timeline: expect.any(Array) });
  expect((await get('exceedances/stack/nox/2020-01-01T00:00:00Z')).statusCode).toBe(404);
});

test('pictures: listed, shown as they came, refused where they are none', async () => {
  const { as, get, backend } = await testApp();
  const { images } = (await get('/api/v1/environment/images')).json();
  expect(images[0]).toMatchObject({ camera: 'camera-1', grade: 2, isEvidence: true });
  const file = await get(`/api/v1/environment/images/${images[0].id}/file`);
  expect(file.headers['content-type']).toBe('image/png');
  expect(file.rawPayload).toEqual(await backend.images?.archive.bytesOf(images[0]));
  expect((await get('/api/v1/environment/images/none-1')).statusCode).toBe(404);
  const post = { method: 'POST', url: '/api/v1/environment/cameras/camera-1/images' } as const;
  const headers = { 'content-type': 'image/jpeg' };
  expect((await as('viewer', { ...post, headers, payload: Buffer.from('x') })).statusCode).toBe(403);
  expect((await as('operator', { ...post, headers, payload: Buffer.from('x') })).statusCode).toBe(200);
  expect((await as('operator', { ...post, headers, payload: Buffer.alloc(9_000_000) })).statusCode).toBe(413);
  expect((await as('operator', { ...post, payload: { a: 1 } })).statusCode).toBe(400);
});
