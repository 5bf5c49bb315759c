import { expect, test } from 'vitest';
import type { AppDeps } from '../../api/app.ts';
import type { Reading } from '../../model/reading.ts';
import type { IntervalEdit } from '../../scenarios/runner/energy/energy-edits.ts';
import { testApp } from './app-fixture.ts';

const span = 'from=2026-11-23T00:00:00%2B08:00&to=2026-11-24T00:00:00%2B08:00';

async function view(path: string) {
  const { get } = await testApp();
  const answer = await get(`/api/v1/energy/${path}${path.includes('?') ? '&' : '?'}${span}`);
  expect(answer.statusCode, answer.body).toBe(200);
  return answer.json();
}

test('specific consumption is energy over output, by product and by place', async () => {
  const { groups } = await view('intensity');
  expect(groups).toHaveLength(1);
  const [parts] = groups;
  expect(parts).toMatchObject({ group: 'parts', energyUnit: 'kWh', outputUnit: 'pcs', completeness: 1 });
  expect(parts.intensity).toBeCloseTo(parts.energy / parts.output, 9);
  const areas = await view('intensity?by=area');
  expect(areas.groups.map(({ group }: { group: string }) => group)).toEqual(['workshop']);
});

test('a virtual meter is counted by its formula and is in no sum', async () => {
  const { meters } = await view('consumption?every=day&carrier=electricity');
  const of = (asset: string) =>
    meters.find((meter: { asset: string; isMain: boolean }) => meter.asset === asset && meter.isMain);
  const energyOf = (asset: string): number => of(asset).points[0].value;
  expect(of('unmetered')).toMatchObject({ isVirtual: true, unit: 'kWh' });
  expect(energyOf('unmetered')).toBeCloseTo(
    energyOf('main-meter') - energyOf('workshop-meter') - energyOf('compressor-meter'),
    6,
  );
  const { carriers } = await view('carbon');
  const electricity = carriers.find(({ carrier }: { carrier: string }) => carrier === 'electricity');
  expect(electricity.amount).toBeCloseTo(energyOf('main-meter'), 6);
});

test('the baseline answers fit, EnPI, savings and CUSUM that hang together', async () => {
  const answer = await view('baseline');
  expect(answer).toMatchObject({ meter: 'main-meter', model: 'slr', every: 'hour', completeness: 1 });
  expect(answer.points).toHaveLength(24);
  expect(answer.enpi).toBeCloseTo(answer.actual / answer.expected, 9);
  expect(answer.savings).toBeCloseTo(answer.expected - answer.actual, 6);
  expect(answer.cusum.at(-1).cusum).toBeCloseTo(-answer.savings, 6);
  expect(answer.points[0].temperature).toEqual(expect.any(Number));
});

test('a baseline without data says so, and a period with one end is refused', async () => {
  const { get } = await testApp();
  const early = await get('/api/v1/energy/baseline?baselineFrom=2026-11-20&baselineTo=2026-11-20T05:00');
  expect(early.statusCode).toBe(409);
  expect(early.json()).toMatchObject({ code: 'baseline-too-few-points' });
  const half = await get('/api/v1/energy/baseline?baselineFrom=2026-01-01');
  expect(half.json()).toMatchObject({ code: 'invalid-request', where: 'baselineTo' });
});

test('the forecast is made of days before alone and is scored beside the same time last week', async () => {
  const { points, compared, level } = await view('forecast');
  expect(points).toHaveLength(96);
  expect(level).toBe(0.9);
  for (const { lower, forecast, upper } of points) {
    expect(lower).toBeLessThanOrEqual(forecast);
    expect(upper).toBeGreaterThanOrEqual(forecast);
  }
  expect(compared.n).toBe(96);
  expect(compared.betterPct).toBeCloseTo(
    100 * (1 - compared.forecast.rmse / compared.sameTimeLastWeek.rmse),
    6,
  );
});

test('the month has a bill: energy, basic charge, power factor adjustment', async () => {
  const { bills } = await view('cost');
  const [supply] = bills[0].supplies;
  expect(bills[0]).toMatchObject({ month: '2026-11', isComplete: false });
  expect(supply).toMatchObject({ asset: 'main-meter', billedUnit: 'kW', notes: [] });
  expect(supply.billedDemand).toBeGreaterThanOrEqual(900);
  expect(supply.total).toBeCloseTo(supply.energyCharge + supply.basicCharge + supply.adjustment, 6);
  expect(supply.adjustment).toBeCloseTo(
    ((supply.energyCharge + supply.basicCharge) * supply.adjustmentPct) / 100,
    6,
  );
});

test('supply quality stands beside its limit with edition and evidence', async () => {
  const { supply, powerFactors } = await view('quality');
  const voltage = supply.find(({ tag }: { tag: string }) => tag === 'main-meter.voltageL1');
  expect(voltage).toMatchObject({
    limitLow: -7,
    limitHigh: 7,
    edition: 'GB/T 12325-2008',
    evidence: 'verified',
  });
  expect(powerFactors[0]).toMatchObject({ asset: 'main-meter' });
  expect(powerFactors[0].powerFactor).toBeGreaterThan(0);
  expect(powerFactors[0].powerFactor).toBeLessThanOrEqual(1);
});

test.each(['csv', 'xlsx'])('the monthly report comes as %s', async (format) => {
  const { get } = await testApp();
  const answer = await get(`/api/v1/energy/report?month=2026-11&format=${format}`);
  expect(answer.statusCode, answer.body).toBe(200);
  expect(answer.headers['content-disposition']).toContain(`energy-report-2026-11.${format}`);
  if (format === 'csv') expect(answer.body).toContain('main-meter');
  else expect(answer.rawPayload.subarray(0, 2).toString()).toBe('PK');
});

test('the monthly report agrees with the single views', async () => {
  const { get } = await testApp();
  const report = (await get('/api/v1/energy/report?month=2026-11')).json();
  const times = `from=${encodeURIComponent(report.from)}&to=${encodeURIComponent(report.to)}`;
  const cost = (await get(`/api/v1/energy/cost?${times}`)).json();
  expect(report.cost).toEqual(cost.meters);
  const balance = (await get(`/api/v1/energy/balance?${times}`)).json();
  expect(report.balance).toEqual(balance.carriers);
  expect(report.meters.find(({ meter }: { meter: string }) => meter === 'main-meter').energy).toBeCloseTo(
    balance.carriers[0].meters[0].measured,
    6,
  );
});

async function desk() {
  const edits: IntervalEdit[] = [];
  const entered: Reading[] = [];
  const changes: Partial<AppDeps> = {
    energy: {
      trail: () => edits.map((entry, index) => ({ sequence: index + 1, entry })).reverse(),
      edit: async (edit) => edits.push(edit),
    },
    enterReadings: async (readings) => {
      entered.push(...readings);
      return [];
    },
  };
  return { ...(await testApp(changes)), edits, entered };
}

const post = (url: string, payload: object | string, type = 'application/json') =>
  ({ method: 'POST', url: `/api/v1/energy/${url}`, payload, headers: { 'content-type': type } }) as const;

test('an operator edits an interval; the trail names who, when and why; a viewer may not', async () => {
  const { as, edits } = await desk();
  const edit = { meter: 'main-meter', start: '2026-11-24T07:15', value: 12.5, reason: 'meter was bridged' };
  expect((await as('viewer', post('vee/edits', edit))).statusCode).toBe(403);
  const answer = await as('operator', post('vee/edits', edit));
  expect(answer.statusCode, answer.body).toBe(200);
  expect(answer.json()).toEqual({ number: 1 });
  expect(edits[0]).toMatchObject({
    meter: 'main-meter',
    startMs: Date.UTC(2026, 10, 23, 23, 15),
    value: 12.5,
  });
  const trail = (await as('viewer', '/api/v1/energy/vee/edits')).json().edits;
  expect(trail).toEqual([expect.objectContaining({ number: 1, reason: 'meter was bridged', value: 12.5 })]);
});

test.each([
  ['no quarter of an hour', { start: '2026-11-24T07:10' }, 'invalid-time'],
  ['the future', { start: '2026-11-25T07:15' }, 'invalid-time'],
  ['no meter', { meter: 'mill-1' }, 'unknown-asset'],
  ['no reason', { reason: ' ' }, 'invalid-request'],
  ['a negative energy', { value: -1 }, 'invalid-request'],
])('an edit of %s is refused', async (_name, change, code) => {
  const { as, edits } = await desk();
  const edit = { meter: 'main-meter', start: '2026-11-24T07:15', value: 1, reason: 'why', ...change };
  expect((await as('operator', post('vee/edits', edit))).json()).toMatchObject({ code });
  expect(edits).toEqual([]);
});

test('a reading typed in is stored as manual; one that falls is asked about first', async () => {
  const { as, entered, get } = await desk();
  const { meters } = (await get('/api/v1/energy/meters')).json();
  const { last } = meters.find(({ meter }: { meter: string }) => meter === 'gas-main').registers[0];
  const low = { time: '2026-11-24T08:00:20', reading: last.reading - 5 };
  const asked = (await as('operator', post('meters/gas-main/readings', low))).json();
  expect(asked).toMatchObject({ stored: 0, doubts: [{ meter: 'gas-main', reason: 'reset' }] });
  expect(entered).toEqual([]);
  const sure = await as('operator', post('meters/gas-main/readings', { ...low, confirmed: true }));
  expect(sure.json()).toEqual({ stored: 1, doubts: [] });
  expect(entered).toEqual([
    expect.objectContaining({ tag: 'gas-main.volumeTotal', value: last.reading - 5, origin: 'manual' }),
  ]);
});

test('readings come as CSV, and a wrong line is named', async () => {
  const { as, entered } = await desk();
  const csv = 'meter,time,reading\r\nwater-main,2026-11-24T08:00:10,1000000000\r\n';
  const sent = await as('operator', post('meters/readings?confirmed=true', csv, 'text/csv'));
  expect(sent.json(), sent.body).toEqual({ stored: 1, doubts: [] });
  expect(entered[0]).toMatchObject({
    tag: 'water-main.volumeTotal',
    timeMs: Date.UTC(2026, 10, 24, 0, 0, 10),
  });
  const wrong = await as(
    'operator',
    post('meters/readings', 'meter,time,reading\nwater-main,soon,1\n', 'text/csv'),
  );
  expect(wrong.statusCode).toBe(400);
  expect(wrong.json()).toMatchObject({ code: 'invalid-request', where: 'line 2' });
  const head = await as('operator', post('meters/readings', 'a,b\n', 'text/csv'));
  expect(head.json()).toMatchObject({ where: 'line 1' });
});
