import { expect, test } from 'vitest';
import type { Reading } from '../../model/reading.ts';
import { minuteMs, quarterHourMs } from '../../model/window.ts';
import type { ResultRow, ResultsQuery } from '../../store/time-series-store.ts';
import { plantOfAssets } from '../plant-of.ts';
import { nowMs, testApp } from './app-fixture.ts';
import { demoCondition } from './demo-condition.ts';

const row = (
  measurement: string,
  asset: string,
  fields: ResultRow['fields'],
  agoMs = quarterHourMs,
): ResultRow => ({
  ...{ measurement, fields, series: { asset } },
  timeMs: Math.floor((nowMs - agoMs) / quarterHourMs) * quarterHourMs,
});

const diagnosis = {
  ...{
    fault: 'unbalance',
    said: true,
    confidence: 0.9,
    urgency: 'plan',
    advice: 'Balance it.',
    recordings: 3,
  },
  ...{ abnormal: 'velocity above its baseline', waveform: 'fan-1/vibrationWaveform/1', modelVersion: 2 },
  ...{ method: 'rules', edition: 'ISO 13379-1 procedure', ranked: '[]' },
};

async function withResults(rows: readonly ResultRow[]) {
  const { backend } = await testApp();
  const store = Object.assign(Object.create(backend.store) as typeof backend.store, {
    results: async ({ measurement, where, startMs, endMs }: ResultsQuery) =>
      rows.filter(
        (one) =>
          one.measurement === measurement &&
          one.timeMs >= startMs &&
          one.timeMs < endMs &&
          Object.entries(where ?? {}).every(([key, value]) => one.series[key] === value),
      ),
  });
  return testApp({ store });
}

test('the fleet is sorted by what needs attention, and names the fault', async () => {
  const health = { because: 'nothing', modelVersion: 1, diagnosis: 'none', diagnosisConfidence: 0 };
  const { get } = await withResults([
    row('machine_health', 'pump-1', { ...health, index: 100 }),
    row('machine_health', 'fan-1', {
      ...{ ...health, index: 40, because: 'diagnosis', diagnosis: 'unbalance', diagnosisConfidence: 0.9 },
    }),
    row('machine_health', 'fan-1', { ...health, index: 100 }, 3 * quarterHourMs),
    row('machine_state', 'mill-1', { state: 'fault', runningS: 0, completeness: 1 }),
  ]);
  const { machines } = (await get('/api/v1/equipment/fleet')).json();
  expect(machines.slice(0, 2).map(({ asset }: { asset: string }) => asset)).toEqual(['mill-1', 'fan-1']);
  expect(machines[1]).toMatchObject({
    index: 40,
    diagnosis: 'unbalance',
    diagnosisName: { en: 'Unbalance' },
  });
  expect(machines.find(({ asset }: { asset: string }) => asset === 'mill-1').index).toBeNull();
});

test('diagnoses come with their evidence, and states as stretches', async () => {
  const state = { completeness: 1, method: 'state-word', runningS: 900 };
  const { get } = await withResults([
    row('machine_diagnosis', 'fan-1', diagnosis),
    row('machine_state', 'fan-1', { ...state, state: 'running' }, 4 * quarterHourMs),
    row('machine_state', 'fan-1', { ...state, state: 'running' }, 3 * quarterHourMs),
    row('machine_state', 'fan-1', { ...state, state: 'fault' }, 2 * quarterHourMs),
  ]);
  const { diagnoses } = (await get('/api/v1/equipment/diagnoses?asset=fan-1')).json();
  expect(diagnoses[0]).toMatchObject({
    fault: 'unbalance',
    said: true,
    abnormal: ['velocity above its baseline'],
  });
  const { stretches } = (await get('/api/v1/equipment/states?asset=fan-1')).json();
  expect(stretches.map(({ state: name }: { state: string }) => name)).toEqual(['running', 'fault']);
  expect(Date.parse(stretches[0].end) - Date.parse(stretches[0].start)).toBe(30 * minuteMs);
});

test('a spectrum shows the shaft line at its velocity, with the fault frequencies of the machine marked', async () => {
  const { get } = await testApp();
  const { recordings } = (await get('/api/v1/equipment/waveforms?asset=fan-1')).json();
  expect(recordings[0]).toMatchObject({ rpm: 1470, loadPct: 75, position: 'drive-end', direction: 'radial' });
  const { id } = recordings.at(-1);
  const spectrum = (await get(`/api/v1/equipment/spectrum?id=${id}`)).json();
  const top = spectrum.lines.indexOf(Math.max(...spectrum.lines)) * spectrum.stepHz;
  expect(Math.abs(top - 24.5)).toBeLessThan(spectrum.stepHz);
  expect(spectrum).toMatchObject({ unit: 'mm/s', rpm: 1470 });
  expect(spectrum.markers).toContainEqual({ name: 'shaft', order: 1, hz: 24.5 });
  const envelope = (await get(`/api/v1/equipment/spectrum?id=${id}&kind=envelope&maxHz=300`)).json();
  expect(envelope.unit).toBe('over floor');
  const { samples, stepS } = (await get(`/api/v1/equipment/waveform?id=${id}&points=512`)).json();
  expect(samples).toHaveLength(512);
  expect(stepS).toBeCloseTo(8 / 25_600, 9);
});

test.each([
  '/api/v1/equipment/waveform?id=fan-1/vibrationWaveform/5',
  '/api/v1/equipment/spectrum?id=..%2F..%2Fsecret',
  '/api/v1/equipment/models?asset=nothing',
  '/api/v1/equipment/states?asset=meter-main',
  '/api/v1/equipment/trend?asset=fan-1&quantity=colour',
])('what is not there is 404: %s', async (url) => {
  const { get } = await testApp();
  expect((await get(url)).statusCode).toBe(404);
});

test('remaining life has an answer only where a trend supports one', async () => {
  const rising = Array.from({ length: 400 }, (_, i) =>
    row('vibration_severity', 'fan-1', { value: 2 + 0.004 * (400 - i), limitCD: 4.5 }, i * quarterHourMs),
  ).reverse();
  const { get } = await withResults(rising);
  const life = (await get('/api/v1/equipment/rul?asset=fan-1')).json();
  expect(life).toMatchObject({ verdict: 'estimate', limit: 4.5 });
  expect(life.earliestHours).toBeLessThan(life.hours);
  expect(life.latestHours).toBeGreaterThan(life.hours);
  const none = (await get('/api/v1/equipment/rul?asset=pump-1')).json();
  expect(none).toMatchObject({ verdict: 'not-enough-evidence', limit: null });
});

test('an operator confirms and rejects, a viewer may not, and it counts for the rule', async () => {
  const condition = demoCondition(() => nowMs);
  const { as, get } = await testApp({ condition });
  const give = (role: 'viewer' | 'operator', body: object) =>
    as(role, { method: 'POST', url: '/api/v1/equipment/feedback', payload: body });
  const confirmed = {
    asset: 'fan-1',
    verdict: 'confirmed',
    fault: 'unbalance',
    note: 'deposit on the rotor',
  };
  expect((await give('viewer', confirmed)).statusCode).toBe(403);
  expect(condition.given).toEqual([]);
  const answer = await give('operator', confirmed);
  expect(answer.statusCode, answer.body).toBe(200);
  expect(answer.json().entry).toMatchObject({
    sequence: 1,
    verdict: 'confirmed',
    note: 'deposit on the rotor',
  });
  expect(answer.json().entry.by).not.toBe('unknown');
  await give('operator', { ...confirmed, verdict: 'rejected', since: '2026-11-24T06:00:00+08:00' });
  const { rules, entries } = (await get('/api/v1/equipment/feedback?asset=fan-1')).json();
  expect(rules).toEqual([
    { fault: 'unbalance', confirmed: 1, rejected: 1, missed: 0, precision: 0.5, recall: 1 },
  ]);
  expect(entries[1].since).toBe('2026-11-23T22:00:00.000Z');
});

test.each([
  { asset: 'fan-1', verdict: 'confirmed', fault: 'gremlins' },
  { asset: 'fan-1', verdict: 'maybe', fault: 'unbalance' },
  { asset: 'fan-1', verdict: 'rejected', fault: 'unbalance', since: 'yesterday' },
])('feedback that says nothing is refused: %o', async (payload) => {
  const { as } = await testApp();
  const answer = await as('operator', { method: 'POST', url: '/api/v1/equipment/feedback', payload });
  expect(answer.statusCode).toBe(400);
});

const { plant: recorded } = plantOfAssets(`
  - { id: fan, nature: rotating-machine, source: shop, base: fan#/, tags: { vibrationVelocity: , vibrationWaveform: } }
`);

test('a recording from a file goes the way of a reading, for an operator, and only where the machine has such a tag', async () => {
  const entered: Reading[] = [];
  const { as } = await testApp({
    plant: recorded,
    enterReadings: async (readings) => {
      entered.push(...readings);
      return [];
    },
  });
  const f32 = Buffer.alloc(400).toString('base64');
  const payload = { asset: 'fan', fs: 25_600, rpm: 1480, time: '2026-11-24T06:00:00+08:00', f32 };
  const post = (role: 'viewer' | 'operator', body: object) =>
    as(role, { method: 'POST', url: '/api/v1/equipment/waveform', payload: body });
  expect((await post('viewer', payload)).statusCode).toBe(403);
  const answer = await post('operator', payload);
  expect(answer.statusCode, answer.body).toBe(201);
  expect(answer.json()).toEqual({ id: `fan/vibrationWaveform/${Date.UTC(2026, 10, 23, 22)}` });
  expect(entered[0]).toMatchObject({
    tag: 'fan.vibrationWaveform',
    origin: 'import',
    timeMs: Date.UTC(2026, 10, 23, 22),
  });
  expect(JSON.parse(String(entered[0]?.value))).toEqual({ fs: 25_600, rpm: 1480, f32 });
  expect((await post('operator', { ...payload, quantity: 'currentWaveform' })).statusCode).toBe(404);
});

test('what ingest refuses of a recording is told to who entered it', async () => {
  const refusal = {
    reason: 'store-refused',
    message: 'The recording has 3 samples',
    from: 'store',
    where: 'x',
    payload: '',
  };
  const { as } = await testApp({ plant: recorded, enterReadings: async () => [refusal] });
  const payload = { asset: 'fan', fs: 25_600, f32: 'AAAA' };
  const answer = await as('operator', { method: 'POST', url: '/api/v1/equipment/waveform', payload });
  expect(answer.statusCode).toBe(400);
  expect(answer.json().detail).toContain('3 samples');
});
