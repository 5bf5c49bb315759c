import { afterAll, describe, expect, test } from 'vitest';
import { analyse, file, removeFiles } from './run-energy.ts';

afterAll(removeFiles);

const day = (index: number): string => new Date(Date.UTC(2025, 0, 1 + index)).toISOString().slice(0, 10);
const temperatureOf = (index: number): number => 15 - 12 * Math.cos((2 * Math.PI * index) / 365);
const energy = file('energy.csv', [
  'time,kWh',
  ...Array.from({ length: 730 }, (_, i) => {
    const saving = i >= 365 ? 0.9 : 1;
    return `${day(i)} 00:00,${(1000 + 20 * temperatureOf(i) + 15 * Math.sin(i * 2.3)) * saving}`;
  }),
]);
const temperature = file('temperature.csv', [
  'time,C',
  ...Array.from({ length: 730 }, (_, i) => `${day(i)} 00:00,${temperatureOf(i)}`),
]);
const baselineArgs = [
  'baseline',
  '--energy',
  energy,
  '--temperature',
  temperature,
  '--baseline',
  '2025-01-01/2026-01-01',
];

describe('analyse baseline', () => {
  test('prints the contract, and savings of a reporting period', async () => {
    const { out } = await analyse(...baselineArgs, '--model', 'slr', '--reporting', '2026-01-01/2027-01-01');
    const result = JSON.parse(out);
    expect(result).toMatchObject({
      model: 'slr',
      n: 365,
      p: 2,
      temperatureUnit: '°C',
      reportingIntervals: 365,
    });
    expect(result.parameters.b1).toBeCloseTo(20, 0);
    expect(result.savings).toBeCloseTo(result.expected - result.actual, 6);
    expect(result.savingsPct).toBeCloseTo(10, 1);
    expect(result.savingsUncertaintyPct).toBeGreaterThan(0);
    expect(result.autocorrelationRule).toMatch(/0\.5/);
    expect(result.cusum.at(-1).value).toBeCloseTo(-result.savings, 6);
  });
  test('without a reporting period has none', async () => {
    const { out } = await analyse(...baselineArgs, '--model', '4p');
    expect(JSON.parse(out)).toMatchObject({
      actual: null,
      expected: null,
      savings: null,
      savingsUncertaintyPct: null,
    });
  });
  test.each([
    [['--model', '6p'], 'option-unknown-choice'],
    [['--model', 'slr', '--zone', 'Mars/North'], 'zone-unknown'],
    [['--model', 'slr', '--reporting', '2026-01-01'], 'range-malformed'],
    [['--model', 'slr', '--reporting', '2026-02-01/2026-01-01'], 'range-malformed'],
    [['--model', 'slr', '--every', 'soon'], 'duration-malformed'],
  ])('%j is refused as %s', async (args, code) => {
    await expect(analyse(...baselineArgs, ...args)).rejects.toMatchObject({ code });
  });
  test('a line with a wrong time is named', async () => {
    const wrong = file('wrong.csv', ['time,kWh', '2025-01-01,1', 'yesterday,2']);
    await expect(
      analyse(
        'baseline',
        '--energy',
        wrong,
        '--temperature',
        temperature,
        '--baseline',
        '2025-01-01/2026-01-01',
        '--model',
        'slr',
      ),
    ).rejects.toMatchObject({ code: 'time-malformed', where: `${wrong}:3` });
  });
  test('a period without data is refused', async () => {
    const args = [...baselineArgs.slice(0, -1), '2020-01-01/2021-01-01', '--model', 'slr'];
    await expect(analyse(...args)).rejects.toMatchObject({ code: 'baseline-too-few-points' });
  });
});

const registerFile = file('register.csv', [
  'time,reading',
  '01/02/2026 00:00,99990',
  '01/02/2026 00:10,99995',
  '01/02/2026 00:20,0',
  '01/02/2026 00:30,5',
  '13/02/2026 00:30,6',
]);
const intervalArgs = [
  'intervals',
  '--register',
  registerFile,
  '--every',
  '15m',
  '--digits',
  '5',
  '--max-rate',
  '60',
];

describe('analyse intervals', () => {
  test('prints CSV with interpolated boundaries, day first', async () => {
    const { out, log } = await analyse(...intervalArgs, '--multiplier', '4');
    const [header, ...rows] = out
      .trim()
      .split('\n')
      .map((line) => line.split(','));
    expect(header).toEqual(['start', 'end', 'value', 'method', 'completeness']);
    expect(rows[0]?.slice(0, 2)).toEqual(['2026-02-01T00:00:00+08:00', '2026-02-01T00:15:00+08:00']);
    expect(Number(rows[0]?.[2])).toBeCloseTo(30, 9);
    expect(rows[0]?.slice(3)).toEqual(['rollover', '1']);
    expect(rows[2]?.slice(3)).toEqual(['interpolated', '0']);
    expect(rows.reduce((sum, row) => sum + Number(row[2]), 0)).toBeCloseTo(4 * 16, 9);
    expect(log).toMatch(/rollover at 2026-02-01T00:20:00\+08:00/);
    expect(log).toMatch(/gap at 2026-02-13/);
  });
  test.each([
    [['--multiplier', '-1'], 'option-out-of-range'],
    [['--multiplier', ''], 'option-out-of-range'],
    [['--multiplier', '1', '--every', '7h'], 'interval-length-invalid'],
  ])('%j is refused as %s', async (args, code) => {
    await expect(analyse(...intervalArgs, ...args)).rejects.toMatchObject({ code });
  });
  test('one reading is no interval', async () => {
    const one = file('one.csv', ['time,reading', '2026-01-01,1']);
    const args = [
      'intervals',
      '--register',
      one,
      '--every',
      '1h',
      '--digits',
      '5',
      '--max-rate',
      '60',
      '--multiplier',
      '1',
    ];
    await expect(analyse(...args)).rejects.toMatchObject({ code: 'series-too-short' });
  });
});

test('analyse forecast prints scores and each day', async () => {
  const load = file('load.csv', [
    'time,kWh',
    ...Array.from({ length: 60 * 24 }, (_, hour) => {
      const at = new Date(Date.UTC(2026, 0, 5, hour + 1)).toISOString().slice(0, 16).replace('T', ' ');
      return `${at},${10 + (hour % 24) + 3 * Math.sin(hour * 1.7)}`;
    }),
  ]);
  const { out } = await analyse(
    'forecast',
    '--energy',
    load,
    '--horizon',
    '1d',
    '--test',
    '2026-02-20/2026-02-25',
    '--stamp',
    'end',
  );
  const result = JSON.parse(out);
  expect(result).toMatchObject({ level: 0.9, n: 120, intervalMinutes: 60 });
  expect(result.rmse).toBeLessThan(result.reference.rmse);
  expect(result.days).toHaveLength(5);
  expect(result.days[0]).toMatchObject({ date: '2026-02-20', origin: '2026-02-20T00:00:00+08:00' });
  expect(result.days[0].points).toHaveLength(24);
  await expect(
    analyse('forecast', '--energy', load, '--horizon', '2d', '--test', '2026-02-20/2026-02-25'),
  ).rejects.toMatchObject({
    code: 'option-out-of-range',
  });
});
