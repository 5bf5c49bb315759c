import { afterAll, describe, expect, test } from 'vitest';
import { analyse, file, removeFiles } from './run-energy.ts';

afterAll(removeFiles);

interface Row {
  readonly start: string;
  readonly value: number;
  readonly method: string;
  readonly completeness: number;
}

/** Quarters of a register with six digits. */
async function intervals(
  lines: readonly string[],
  options: Record<string, string> = {},
): Promise<{ rows: Row[]; log: string }> {
  const settings = { every: '15m', digits: '6', multiplier: '1', 'max-rate': '100', ...options };
  const flags = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
  const { out, log } = await analyse('intervals', '--register', file('register.csv', lines), ...flags);
  const cells = out
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.split(','));
  const rows = cells.map(([start = '', , value, method = '', completeness]) => ({
    start,
    value: Number(value),
    method,
    completeness: Number(completeness),
  }));
  return { rows, log };
}

const values = ({ rows }: { rows: readonly Row[] }): number[] => rows.map(({ value }) => value);

describe('the files that meters and spreadsheets write', () => {
  test.each([
    ['semicolons and decimal commas', ['Zeit;Stand', '01.03.2026 00:00;5,5', '01.03.2026 00:15;7,0'], 1.5],
    ['tabs', ['time\treading', '2026-03-01 00:00\t5.5', '2026-03-01 00:15\t7'], 1.5],
    [
      'quotes, carriage returns, a byte order mark',
      ['\uFEFF"time","reading"\r', '"2026-03-01 00:00","5.5"\r', '"2026-03-01 00:15","7"\r'],
      1.5,
    ],
    [
      'commas between thousands',
      ['time,reading', '2026-03-01 00:00,"1,000"', '2026-03-01 00:15,"1,001.5"'],
      1.5,
    ],
    ['years first, with slashes', ['time,reading', '2026/3/1 0:00,5.5', '2026/03/01 00:15,7'], 1.5],
    ['milliseconds since 1970', ['time,reading', '1772294400000,5.5', '1772295300000,7'], 1.5],
    ['24:00 for the end of a day', ['time,reading', '2026-03-01 23:45,5.5', '2026-03-01 24:00,7'], 1.5],
    ['morning and afternoon', ['time,reading', '3/31/2026 11:45 AM,5.5', '3/31/2026 12:00 PM,7'], 1.5],
    ['no header', ['2026-03-01 00:00,5.5', '2026-03-01 00:15,7'], 1.5],
  ] as const)('%s', async (_, lines, energy) => {
    expect(values(await intervals(lines))).toEqual([energy]);
  });

  test.each([
    ['2026-02-30 00:00'],
    ['31.04.2026 00:00'],
    ['2026-03-01 24:15'],
    ['2026-03-01 13:00 PM'],
    ['2026-03/01'],
    ['2026-03-01 at noon'],
  ])('%s is no time', async (time) => {
    await expect(intervals(['time,reading', '2026-01-01,1', `${time},2`])).rejects.toMatchObject({
      code: 'time-malformed',
      where: expect.stringMatching(/register\.csv:3$/),
    });
  });

  test('a text in place of a number is told; a blank or NA is not', async () => {
    const lines = [
      'time,reading',
      '2026-03-01 00:00,1',
      '2026-03-01 00:05,bad',
      '2026-03-01 00:10,NA',
      '2026-03-01 00:15,4',
    ];
    const { rows, log } = await intervals(lines);
    expect(rows).toMatchObject([{ value: 3 }]);
    expect(log).toMatch(/register\.csv:3: one cell holds no number \("bad"\)/);
  });

  test('both passages of the doubled hour of autumn are read', async () => {
    const times = ['00:00', '01:00', '01:00', '02:00'];
    const lines = ['time,reading', ...times.map((time, index) => `2026-11-01 ${time},${index}`)];
    const { rows } = await intervals(lines, { every: '1h', zone: 'America/New_York' });
    expect(rows.map(({ start }) => start.slice(11))).toEqual([
      '00:00:00-04:00',
      '01:00:00-04:00',
      '01:00:00-05:00',
    ]);
    expect(rows.map(({ value }) => value)).toEqual([1, 1, 1]);
  });
});

describe('readings that a register cannot show', () => {
  test('a jump above the rate keeps its energy, and says what it is', async () => {
    const readings = [0, 5, 10, 500, 505];
    const lines = [
      'time,reading',
      ...readings.map(
        (reading, i) =>
          `2026-03-01 0${Math.floor(i / 4)}:${String((i % 4) * 15).padStart(2, '0')},${reading}`,
      ),
    ];
    const { rows, log } = await intervals(lines, { multiplier: '20' });
    expect(rows.reduce((sum, { value }) => sum + value, 0)).toBe(505 * 20);
    expect(rows[2]).toMatchObject({ value: 9800, method: 'implausible', completeness: 0 });
    expect(log).toMatch(/implausible at 2026-03-01T00:45/);
  });
  test('too few digits are named', async () => {
    const lines = ['time,reading', '2026-03-01 00:00,1000000', '2026-03-01 00:15,1000001'];
    await expect(intervals(lines)).rejects.toMatchObject({
      code: 'series-too-short',
      hint: expect.stringMatching(/--digits 6/),
    });
  });
});

test('intervals of jittered, gapped, disordered readings through a rollover sum to last - first', async () => {
  let seed = 12;
  const random = (): number => {
    seed = (seed * 16_807) % 2_147_483_647;
    return seed / 2_147_483_647;
  };
  const startMs = Date.UTC(2026, 2, 1, 0, 4);
  const readings = Array.from({ length: 400 }, (_, i) => ({
    timeMs: startMs + i * 300_000 + Math.floor(random() * 240_000),
    units: 9_950 + i * 0.5 + Math.floor(random() * 5) / 10,
  })).filter((_, i) => !(i > 100 && i < 140) && random() > 0.1);
  const line = ({ timeMs, units }: { timeMs: number; units: number }): string =>
    `${new Date(timeMs).toISOString()},${(units % 10_000).toFixed(1)}`;
  const disordered = readings.map(line).sort(() => random() - 0.5);
  for (const every of ['1m', '15m', '1h', '1d', '1mo']) {
    const { rows } = await intervals(['time,reading', ...disordered, disordered[0] ?? ''], {
      every,
      digits: '4',
      multiplier: '3',
    });
    const wanted = 3 * ((readings.at(-1)?.units ?? 0) - (readings[0]?.units ?? 0));
    expect(rows.reduce((sum, { value }) => sum + value, 0)).toBeCloseTo(wanted, 6);
  }
});
