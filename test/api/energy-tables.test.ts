import { Workbook } from 'exceljs';
import { expect, test } from 'vitest';
import { noEnergySettings } from '../../model/energy-settings.ts';
import type { Plant } from '../../model/plant.ts';
import { testApp } from './app-fixture.ts';

const span = 'from=2026-11-23T00:00:00%2B08:00&to=2026-11-24T00:00:00%2B08:00';

/** Every table of energy, and a column that its first sheet must have. */
const tables: readonly (readonly [path: string, column: string])[] = [
  ['consumption', 'asset'],
  ['balance', 'measured'],
  ['cost', 'period'],
  ['bills', 'energyCharge'],
  ['demand', 'limitKw'],
  ['intensity', 'intensity'],
  ['carbon', 'kgce'],
  ['baseline', 'cvRmse'],
  ['forecast', 'lower'],
  ['anomalies', 'kind'],
  ['quality', 'p95'],
  ['vee', 'rule'],
  ['vee/edits', 'reason'],
  ['meters', 'meter'],
  ['commissioning', 'isAccepted'],
  ['idle', 'meanKw'],
  ['utilities', 'airM3'],
  ['profile', 'loadFactor'],
  ['fit-rate', 'ratePct'],
  ['tariff', 'price'],
];
const withoutTimes = new Set(['vee/edits', 'meters', 'fit-rate']);
const urlOf = (path: string, format: string): string =>
  `/api/v1/energy/${path}?format=${format}${withoutTimes.has(path) ? '' : `&${span}`}`;

test('every table comes as CSV and as a workbook, and the description says so', async () => {
  const { get } = await testApp();
  const document = (await get('/docs/json')).json();
  for (const [path, column] of tables) {
    const csv = await get(urlOf(path, 'csv'));
    expect(csv.statusCode, `${path}: ${csv.body}`).toBe(200);
    expect(csv.headers['content-type'], path).toContain('text/csv');
    expect(csv.headers['content-disposition'], path).toContain('.csv');
    const head = csv.body.split('\r\n')[0]?.split(',');
    expect(head, path).toContain(column);
    expect(csv.body, path).not.toContain('[object');

    const xlsx = await get(urlOf(path, 'xlsx'));
    const workbook = new Workbook();
    await workbook.xlsx.load(xlsx.rawPayload as unknown as ArrayBuffer);
    expect(workbook.worksheets.length, path).toBeGreaterThan(0);
    const media = document.paths[`/api/v1/energy/${path}`].get.responses['200'].content;
    expect(Object.keys(media), path).toContain('text/csv');
  }
}, 120_000);

test.each([
  ['consumption', 'from=1800-01-01'],
  ['consumption', 'from=1800-01-01&asset=main-meter'],
  ['balance', 'from=1900-01-01'],
  ['cost', 'from=1900-01-01&to=2500-01-01'],
  ['demand', 'from=1900-01-01'],
  ['intensity', 'from=1900-01-01'],
  ['carbon', 'from=1900-01-01'],
  ['baseline', 'from=1900-01-01'],
  ['baseline', 'baselineFrom=1900-01-01&baselineTo=2026-01-01'],
  ['forecast', 'from=2026-01-01'],
  ['anomalies', 'from=1900-01-01'],
  ['quality', 'from=1900-01-01'],
  ['vee', 'from=1900-01-01'],
  ['idle', 'from=1900-01-01'],
  ['utilities', 'from=1900-01-01'],
  ['profile', 'from=1900-01-01'],
  ['commissioning', 'from=1900-01-01'],
  ['tariff', 'from=1900-01-01'],
  ['bills', 'from=1900-01-01'],
])('%s?%s is refused with the limit named', async (path, query) => {
  const { get } = await testApp();
  const answer = await get(`/api/v1/energy/${path}?${query}`);
  expect(answer.statusCode, answer.body.slice(0, 200)).toBe(400);
  expect(answer.json()).toMatchObject({ code: 'invalid-time', where: 'from' });
  expect(`${answer.json().detail} ${answer.json().title}`).toMatch(/\d+ days/);
});

test.each([
  ['consumption?asset=nope', 404, 'unknown-asset'],
  ['consumption?asset=mill-1', 404, 'unknown-asset'],
  ['consumption?carrier=plutonium', 400, 'invalid-request'],
  ['intensity?carrier=plutonium', 400, 'invalid-request'],
  ['vee?meter=nope', 404, 'unknown-asset'],
  ['profile?meter=__proto__', 404, 'unknown-asset'],
  ['report?month=0000-01', 400, 'invalid-time'],
  ['report?month=2026-13', 400, 'invalid-request'],
  ['cost?format=pdf', 400, 'invalid-request'],
  ['demand?from=nonsense', 400, 'invalid-time'],
])('%s is refused', async (path, status, code) => {
  const { get } = await testApp();
  const answer = await get(`/api/v1/energy/${path}`);
  expect(answer.statusCode, answer.body.slice(0, 200)).toBe(status);
  expect(answer.json().code).toBe(code);
});

const bare = (plant: Plant, keep: (carrier: string | undefined) => boolean): Plant => {
  const { tariff: _tariff, ...rest } = plant;
  const assets = plant.assets.filter(({ nature }) => keep(nature.carrier));
  const tags = assets.flatMap((asset) => asset.tags);
  return {
    ...{ ...rest, assets, tags, energy: noEnergySettings },
    tagsById: new Map(tags.map((tag) => [tag.id, tag])),
    assetsById: new Map(assets.map((asset) => [asset.id, asset])),
  };
};

test.each([
  ['a plant without any meter', (carrier: string | undefined) => carrier === undefined],
  ['a plant of gas, water and steam', (carrier: string | undefined) => carrier !== 'electricity'],
])(
  '%s: every view answers, or says what is missing',
  async (_name, keep) => {
    const { backend } = await testApp();
    const { get } = await testApp({ plant: bare(backend.plant, keep) });
    for (const path of [...tables.map(([one]) => one), 'report']) {
      const times = withoutTimes.has(path) ? '' : `&${span}`;
      const answer = await get(`/api/v1/energy/${path}?format=json${path === 'report' ? '' : times}`);
      expect([200, 404, 409, 501, 503], `${path}: ${answer.body.slice(0, 200)}`).toContain(answer.statusCode);
      if (answer.statusCode !== 200) expect(answer.json().code, path).toBe('not-available');
    }
  },
  120_000,
);

test.each([
  ['energy/carbon', 'year,carrier'],
  ['energy/balance', 'asset,name'],
  ['energy/demand', 'asset'],
  ['energy/vee', 'meter,rule,start'],
  ['energy/tariff', 'start,end,period,price,edition'],
  ['energy/meters', 'meter,name'],
  ['energy/idle', 'machine'],
  ['energy/utilities', 'name'],
  ['energy/commissioning', 'meter,name,isAccepted'],
  ['environment/validity', 'asset,pollutant'],
  ['environment/permits', 'asset,pollutant'],
])('%s as CSV has its header where it has no rows', async (path, header) => {
  const { backend } = await testApp();
  const { get } = await testApp({ plant: bare(backend.plant, () => false) });
  const times = withoutTimes.has(path.replace('energy/', '')) || path.endsWith('permits') ? '' : `&${span}`;
  const { statusCode, body } = await get(`/api/v1/${path}?format=csv${times}`);
  expect(statusCode, body).toBe(200);
  const [first, second] = body.split('\r\n');
  expect(first?.startsWith(header), body).toBe(true);
  expect(second, 'no row').toBe('');
});
