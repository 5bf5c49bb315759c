import { expect, test } from 'vitest';
import { temporaryFile } from '../run-command.ts';
import { csvRows, floatFile, runAnalyse } from './run-analyse.ts';
import { impulseTrain } from './synthetic-bearing.ts';

/** 10 g cos(2 pi 50 t): velocity RMS = 10 * 9806.65 / (2 pi 50) / sqrt 2 = 220.73 mm/s. */
const FS_HZ = 4096;
const sine = (hz: number, amplitude: number, seconds = 4): number[] =>
  Array.from({ length: seconds * FS_HZ }, (_, i) => amplitude * Math.cos((2 * Math.PI * hz * i) / FS_HZ));

const vibration = (file: string, changed: Record<string, string> = {}): Promise<string> => {
  const flags = { fs: '4096', rpm: '1480', unit: 'g', group: '2', support: 'rigid', ...changed };
  return runAnalyse(
    'vibration',
    file,
    ...Object.entries(flags).flatMap(([name, value]) => [`--${name}`, value]),
  );
};

test.each([
  ['g', 0.1, (0.1 * 9806.65) / (2 * Math.PI * 50) / Math.SQRT2],
  ['m/s2', 1, 1000 / (2 * Math.PI * 50) / Math.SQRT2],
  ['mm/s', 4, 4 / Math.SQRT2],
])('a sine of 50 Hz in %s has the velocity RMS that theory gives', async (unit, amplitude, expected) => {
  const answer = JSON.parse(await vibration(floatFile(sine(50, amplitude)), { unit }));
  expect(answer.velocityRmsMmPerS).toBeCloseTo(expected, 2);
  expect(answer).toMatchObject({ bandHz: [10, 1000], edition: 'ISO 20816-3:2022' });
});

test.each([
  [1.9, '2', 'rigid', 'A'],
  [2.1, '2', 'rigid', 'B'],
  [4.1, '2', 'rigid', 'C'],
  [6.5, '2', 'rigid', 'D'],
  [6.5, '1', 'flexible', 'B'],
])('%f mm/s peak in group %s, %s, lies in zone %s', async (amplitude, group, support, zone) => {
  const answer = await vibration(floatFile(sine(50, amplitude)), { unit: 'mm/s', group, support });
  expect(JSON.parse(answer).zone).toBe(zone);
});

test('the lower edge of the band follows the speed: 5 Hz counts at 300 rpm and not at 900', async () => {
  const file = floatFile(sine(5, 2));
  const at = async (rpm: string): Promise<{ velocityRmsMmPerS: number; bandHz: number[] }> =>
    JSON.parse(await vibration(file, { unit: 'mm/s', rpm }));
  expect((await at('300')).bandHz).toEqual([2, 1000]);
  expect((await at('300')).velocityRmsMmPerS).toBeCloseTo(Math.SQRT2, 2);
  expect((await at('900')).velocityRmsMmPerS).toBeLessThan(0.01);
});

test.each([
  ['option-invalid', { unit: 'in/s' }],
  ['option-invalid', { group: '3' }],
  ['option-invalid', { support: 'soft' }],
  ['option-invalid', { rpm: '0' }],
  ['shaft-speed-out-of-range', { rpm: '100' }],
  ['sample-rate-too-low', { fs: '1500' }],
])('no zone rests on a guess: %s for %o', async (code, changed) => {
  await expect(vibration(floatFile(sine(50, 1)), changed)).rejects.toMatchObject({ code });
});

test.each([
  ['waveform-too-short', sine(50, 1).slice(0, 400)],
  ['waveform-not-finite', [...sine(50, 1), Number.NaN]],
  ['waveform-size', []],
])('%s refuses the record', async (code, samples) => {
  await expect(vibration(floatFile(samples))).rejects.toMatchObject({ code });
});

/** Another bearing than that of the public records: 8 balls, wider angle. */
const other = { bpfo: 3.052, bpfi: 4.948, bsf2: 3.95, ftf: 0.3815 };

const bearing = async (samples: readonly number[], rpm = '1500') => {
  const flags = Object.entries({ fs: '12000', rpm, ...other }).flatMap(([name, value]) => [
    `--${name}`,
    `${value}`,
  ]);
  return JSON.parse(await runAnalyse('bearing', floatFile(samples), ...flags));
};

test.each([
  ['outer', other.bpfo],
  ['inner', other.bpfi],
  ['ball', other.bsf2],
] as const)('the %s fault of another bearing is named', async (fault, order) => {
  const answer = await bearing(
    impulseTrain({ hz: order * 25 * 0.998, sampleRateHz: 12_000, seconds: 4, seed: 7 }),
  );
  expect(answer.fault).toBe(fault);
  expect(answer.ranked[0]).toBe(fault);
  expect(Math.abs(answer.evidence.faults[fault].slipPercent + 0.2)).toBeLessThan(0.1);
});

test.each([1, 2, 3, 4])('noise alone (seed %i) is no fault, and still ranked', async (seed) => {
  const answer = await bearing(impulseTrain({ hz: 0, sampleRateHz: 12_000, seconds: 4, seed }));
  expect(answer.fault).toBe('none');
  expect([...answer.ranked].sort()).toEqual(['ball', 'inner', 'outer']);
});

test('a dead sensor and a missing speed are refused', async () => {
  await expect(bearing(Array(48_000).fill(0.5))).rejects.toMatchObject({ code: 'waveform-flat' });
  await expect(bearing(sine(50, 1), '0')).rejects.toMatchObject({ code: 'option-invalid' });
});

const table = (rows: number, value: (row: number) => number): string =>
  ['t;a;b', ...Array.from({ length: rows }, (_, i) => `${i};${value(i)};${i % 3}`)].join('\n');

const anomaly = (file: string, trainRows: string): Promise<string> =>
  runAnalyse(
    ...['anomaly', file, '--time', 't', '--columns', 'a,b', '--train-rows', trainRows, '--delimiter', ';'],
  );

test('training rows have no score; a step is an anomaly, and not before it comes', async () => {
  const file = temporaryFile(
    'table.csv',
    table(300, (row) => (row % 7) + (row < 200 ? 0 : 40)),
  );
  const rows = csvRows(await anomaly(file, '100'));
  expect(rows).toHaveLength(300);
  expect(rows.slice(0, 100).every(([, score, decision]) => score === '' && decision === '0')).toBe(true);
  expect(rows.slice(100, 200).some(([, , decision]) => decision === '1')).toBe(false);
  expect(rows.slice(215).every(([, , decision]) => decision === '1')).toBe(true);
});

test.each([
  ['training-too-short', '20'],
  ['training-too-long', '400'],
  ['option-invalid', 'x'],
])('%s: --train-rows %s of 300', async (code, trainRows) => {
  const file = temporaryFile(
    'table.csv',
    table(300, (row) => row % 7),
  );
  await expect(anomaly(file, trainRows)).rejects.toMatchObject({ code });
});

test('a stream is scored in every row, and nothing scores in its probation', async () => {
  const values = Array.from({ length: 600 }, (_, i) => Math.sin(i / 5) + (i === 120 || i === 500 ? 9 : 0));
  const file = temporaryFile('stream.csv', ['time,v', ...values.map((v, i) => `${i},${v}`)].join('\n'));
  const rows = csvRows(await runAnalyse('stream', file, '--value', 'v', '--probation', '200'));
  const scores = rows.map(([, score]) => Number(score));
  expect(scores).toHaveLength(600);
  expect(scores.every(Number.isFinite)).toBe(true);
  expect(scores.slice(0, 200).every((score) => score === 0)).toBe(true);
  expect(scores.indexOf(Math.max(...scores))).toBe(500);
});

test('machining names the conditions that hold, from physical columns alone', async () => {
  const header =
    'Type,Air temperature [K],Process temperature [K],Rotational speed [rpm],Torque [Nm],Tool wear [min]';
  const lines = [
    'M,300,310,1500,40,10',
    'L,300,308,1300,50,10',
    'L,300,310,1400,60,200',
    'H,300,310,2800,9,5',
  ];
  const file = temporaryFile('points.csv', [header, ...lines].join('\n'));
  const rows = csvRows(await runAnalyse('machining', file));
  expect(rows.map(([row, failure, modes]) => [row, failure, modes])).toEqual([
    ['0', '0', ''],
    ['1', '1', 'HDF'],
    ['2', '1', 'OSF'],
    ['3', '1', 'PWF'],
  ]);
});
