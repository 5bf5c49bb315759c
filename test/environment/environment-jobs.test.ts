import { expect, test } from 'vitest';
import type { ReadingValue } from '../../model/reading.ts';
import { statusCodes } from '../../model/status.ts';
import { hourMs, minuteMs } from '../../model/window.ts';
import type { Job } from '../../scenarios/runner/job.ts';
import { ambientAqiJob } from '../../scenarios/runner/jobs/ambient-aqi.ts';
import { instrumentCheckJob } from '../../scenarios/runner/jobs/instrument-check.ts';
import { noiseHourlyJob } from '../../scenarios/runner/jobs/noise-hourly.ts';
import { stackHourlyJob } from '../../scenarios/runner/jobs/stack-hourly.ts';
import { stationHourlyJob } from '../../scenarios/runner/jobs/station-hourly.ts';
import { treatmentStateJob } from '../../scenarios/runner/jobs/treatment-state.ts';
import { waterHourlyJob } from '../../scenarios/runner/jobs/water-hourly.ts';
import type { RawPoint } from '../../store/time-series-store.ts';
import { plantOfAssets } from '../plant-of.ts';

const { plant } = plantOfAssets(
  `
  - id: out
    nature: wastewater-outlet
    source: shop
    base: out#/
    properties: { limitCodMgPerL: 50 }
    tags: { flow: , cod: , ph: , dataFlag: }
  - id: stack
    nature: stack-monitor
    source: shop
    base: stack#/
    properties: { referenceOxygenPct: 3.5, limitNoxMgPerM3: 50 }
    tags: { nox: , oxygen: , flow: , temperature: , pressure: , moisture: , dataFlag: , processState: }
  - id: dosing
    nature: treatment-facility
    source: shop
    base: dosing#/
    properties: { ratedPowerKw: 2, serves: out }
    tags: { running: , activePower: }
  - { id: fence, nature: ambient-station, source: shop, base: fence#/, tags: { tsp: , windDirection: } }
  - { id: east, nature: noise-meter, source: shop, base: east#/, properties: { noiseClass: '3', backgroundDayDb: 58 }, tags: { soundLevel: , soundLevelMax: } }
  - { id: air, nature: ambient-station, source: shop, base: air#/, tags: { pm25: , pm10: , so2: , no2: , o3: , co: } }
`,
  `
environment:
  outlets:
    - { asset: out, standards: [{ table: 'GB 8978-1996 table 4, class I' }] }
    - { asset: fence, standards: [{ table: 'GB 16297-1996 table 2, unorganised' }] }
  instruments:
    - { id: analyser, asset: stack, ranges: { nox: [0, 400] }, checkGases: { nox: { zero: 0, span: 320 } } }
`,
);

/** 14:00 in the plant's zone. */
const T0 = Date.UTC(2026, 10, 23, 6);

type Values = Readonly<Record<string, (minute: number) => ReadingValue | undefined>>;

function rowsOf(job: Job, values: Values, startMs = T0) {
  const of = (quantity: string): RawPoint[] =>
    Array.from({ length: 60 }, (_, minute) => ({ minute, value: values[quantity]?.(minute) })).flatMap(
      ({ minute, value }) =>
        value === undefined
          ? []
          : [
              {
                timeMs: startMs + minute * minuteMs,
                timeNs: 0,
                value,
                status: statusCodes.good,
                origin: 'live' as const,
              },
            ],
    );
  const window = { startMs, endMs: startMs + hourMs };
  return job.subjects(plant).flatMap((subject) =>
    job.compute(subject, window, {
      of,
      ofTag: (id) => of(id.split('.')[1] ?? ''),
      rows: () => [],
      nowMs: window.endMs,
    }),
  );
}

test('an hour of wastewater is weighted by flow, its load kept, and held against the limit', () => {
  const [row] = rowsOf(waterHourlyJob, {
    flow: (minute) => (minute < 30 ? 10 : 30),
    cod: (minute) => (minute < 30 ? 20 : 100),
  });
  expect(row?.series).toEqual({ asset: 'out', pollutant: 'cod' });
  expect(row?.fields).toMatchObject({ limit: 50, exceeded: true, completeness: 1, status: 'valid' });
  expect(row?.fields.value).toBeCloseTo(80, 9);
  expect(row?.fields.massKg).toBeCloseTo(1.6, 9);
});

test('minutes under calibration do not count, and too few make the hour invalid', () => {
  const [row] = rowsOf(waterHourlyJob, {
    flow: () => 10,
    cod: (minute) => (minute < 40 ? 20 : 900),
    dataFlag: (minute) => (minute === 0 ? 'N' : minute === 40 ? 'C' : undefined),
  });
  expect(row?.fields).toMatchObject({ status: 'invalid', exceeded: false });
  expect(row?.fields.value).toBeCloseTo(20, 9);
  expect(row?.fields.completeness).toBeCloseTo(40 / 60, 9);
});

test('noise by day and by night has its own limit', () => {
  const levels = { soundLevel: () => 60, soundLevelMax: (minute: number) => (minute === 7 ? 78 : 61) };
  expect(rowsOf(noiseHourlyJob, levels)[0]?.fields).toMatchObject({
    ...{ l10: 60, l50: 60, l90: 60, lmax: 78, period: 'day', limit: 65, exceeded: false, completeness: 1 },
  });
  expect(rowsOf(noiseHourlyJob, levels, T0 + 9 * hourMs)[0]?.fields).toMatchObject({
    ...{ period: 'night', limit: 55, exceeded: true },
  });
});

const air: Values = {
  pm25: () => 60,
  pm10: () => 40,
  so2: () => 10,
  no2: () => 20,
  o3: () => 50,
  co: () => 0.5,
};

test('the hourly index is that of the edition in force', () => {
  expect(rowsOf(ambientAqiJob, air)[0]?.fields).toMatchObject({
    ...{
      aqi: 100,
      category: '良',
      primary: 'pm25',
      edition: 'HJ633-2026',
      completeness: 1,
      colour: '#FFFF00',
    },
  });
  // PM2.5 60 between 35 (50) and 75 (100): 81.25, rounded up.
  const before = Date.UTC(2026, 1, 28, 15);
  expect(rowsOf(ambientAqiJob, air, before)[0]?.fields).toMatchObject({ aqi: 82, edition: 'HJ633-2012' });
});

test('a pollutant with too few minutes is missing: no index under the 2026 edition', () => {
  const [row] = rowsOf(ambientAqiJob, { ...air, o3: (minute) => (minute < 44 ? 50 : undefined) });
  expect(row?.fields).toMatchObject({ status: 'incomplete', missing: 'o3', category: '' });
  expect(row?.fields).not.toHaveProperty('aqi');
});

const SIXTY = (value: ReadingValue) => () => value;

test('a noise hour needs 45 minutes, and is judged without its background', () => {
  const job = { soundLevel: (minute: number) => (minute < 40 ? 60 : undefined) };
  expect(rowsOf(noiseHourlyJob, job)[0]?.fields).toMatchObject({
    status: 'invalid',
    exceeded: false,
    limit: 65,
  });
  const [whole] = rowsOf(noiseHourlyJob, { soundLevel: SIXTY(66) });
  // 66 over a background of 58: one decibel off.
  expect(whole?.fields).toMatchObject({
    status: 'valid',
    value: 65,
    leq: 66,
    background: 58,
    exceeded: false,
  });
  const quiet = rowsOf(noiseHourlyJob, { soundLevel: SIXTY(60) })[0]?.fields;
  expect(quiet).toMatchObject({ status: 'valid', exceeded: false });
  expect(quiet).not.toHaveProperty('value');
});

test('start-up is measured and weighed, not judged', () => {
  const values = { nox: SIXTY(80), oxygen: SIXTY(3.5), flow: SIXTY(2000), temperature: SIXTY(100) };
  const state = { pressure: SIXTY(0), moisture: SIXTY(10) };
  const starting = rowsOf(stackHourlyJob, { ...values, ...state, processState: SIXTY('start-up') });
  expect(starting[0]?.fields).toMatchObject({ transient: true, limit: 50, exceeded: false, status: 'valid' });
  expect(starting[0]?.fields.massKg).toBeGreaterThan(0);
  expect(starting[0]?.fields.limitBasis).toBe('plant file');
  const running = rowsOf(stackHourlyJob, { ...values, ...state, processState: SIXTY('running') });
  expect(running[0]?.fields).toMatchObject({ transient: false, exceeded: true });
});

test('a zero and span check of an hour is judged, and a frozen value is doubted', () => {
  const check = (minute: number) => (minute < 10 ? 0 : minute < 20 ? 330 : 100);
  const flag = (minute: number) => (minute < 20 ? 'C' : 'N');
  const of = (values: Values) =>
    rowsOf(instrumentCheckJob, values).find(
      ({ series }) => series.asset === 'stack' && series.pollutant === 'nox',
    )?.fields;
  // 330 where 320 was fed is 2.5 % of the range of 400.
  expect(of({ nox: check, dataFlag: flag })).toMatchObject({
    spanDriftPct: 2.5,
    zeroDriftPct: 0,
    driftPassed: true,
  });
  const drifted = of({ nox: (minute) => check(minute) * 1.05, dataFlag: flag });
  expect(drifted).toMatchObject({ driftPassed: false, driftLimitPct: 2.5, instrument: 'analyser' });
  expect(of({ nox: SIXTY(100) })).toMatchObject({ doubts: 'frozen', doubtCount: 1 });
  expect(of({ nox: (minute) => 100 + (minute % 7) })).toMatchObject({ doubts: '', doubtCount: 0 });
});

test('treatment that stands still while its source produces is told', () => {
  const facility = (power: ReadingValue, flow: ReadingValue) =>
    rowsOf(treatmentStateJob, { activePower: SIXTY(power), flow: SIXTY(flow) })[0]?.fields;
  expect(facility(0, 10)).toMatchObject({ verdict: 'off', untreatedMinutes: 15, producingShare: 1 });
  expect(facility(0.8, 10)).toMatchObject({ verdict: 'under-powered', underPoweredMinutes: 15 });
  expect(facility(1.9, 10)).toMatchObject({ verdict: 'treated', untreatedMinutes: 0 });
  expect(facility(0, 0)).toMatchObject({ verdict: 'treated', producingShare: 0 });
});

test('stations: hours with validity, wind as a vector, the unorganised limit in the unit of the station', () => {
  const rows = rowsOf(stationHourlyJob, {
    tsp: SIXTY(1200),
    windDirection: (minute) => (minute % 2 === 0 ? 350 : 10),
    pm25: (minute) => (minute < 30 ? 10 : undefined),
  });
  const of = (asset: string, pollutant: string) =>
    rows.find(({ series }) => series.asset === asset && series.pollutant === pollutant)?.fields;
  expect(of('fence', 'tsp')).toMatchObject({ value: 1200, limit: 1000, exceeded: true, status: 'valid' });
  expect(
    Math.min(Number(of('fence', 'windDirection')?.value), 360 - Number(of('fence', 'windDirection')?.value)),
  ).toBeCloseTo(0, 6);
  expect(of('air', 'pm25')).toMatchObject({ status: 'invalid', completeness: 0.5 });
});

test('pH is the mean of its scale, held against both limits', () => {
  const ph = (value: number) =>
    rowsOf(waterHourlyJob, { flow: SIXTY(10), ph: SIXTY(value) }).find(
      ({ series }) => series.pollutant === 'ph',
    )?.fields;
  expect(ph(5.5)).toMatchObject({ value: 5.5, limit: 9, limitLow: 6, exceeded: true, status: 'valid' });
  expect(ph(7)).toMatchObject({ exceeded: false });
});
