import { expect, test } from 'vitest';
import type { ReadingValue } from '../../model/reading.ts';
import { statusCodes } from '../../model/status.ts';
import { hourMs, minuteMs } from '../../model/window.ts';
import type { Job } from '../../scenarios/runner/job.ts';
import { ambientAqiJob } from '../../scenarios/runner/jobs/ambient-aqi.ts';
import { noiseHourlyJob } from '../../scenarios/runner/jobs/noise-hourly.ts';
import { waterHourlyJob } from '../../scenarios/runner/jobs/water-hourly.ts';
import type { RawPoint } from '../../store/time-series-store.ts';
import { plantOf } from '../plant-of.ts';

const { plant } = plantOf(`
version: 1
site: { id: demo, name: Demo, timeZone: Asia/Shanghai }
sources: { shop: { kind: mqtt } }
areas:
  - id: a
    lines:
      - id: l
        assets:
          - id: out
            nature: wastewater-outlet
            source: shop
            base: out#/
            properties: { limitCodMgPerL: 50 }
            tags: { flow: , cod: , dataFlag: }
          - { id: east, nature: noise-meter, source: shop, base: east#/, properties: { noiseClass: '3' }, tags: { soundLevel: , soundLevelMax: } }
          - { id: air, nature: ambient-station, source: shop, base: air#/, tags: { pm25: , pm10: , so2: , no2: , o3: , co: } }
`);

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
