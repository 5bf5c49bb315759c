import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { airQualityIndex, individualAqi } from '../../scenarios/environment/aqi.ts';
import {
  AQI_STANDARDS,
  type AqiEdition,
  type AqiItem,
  type AqiPeriod,
} from '../../scenarios/environment/aqi-tables.ts';
import { roundHalfEven } from '../../scenarios/environment/rounding.ts';
import { datasetPath } from '../datasets.ts';

const index = (edition: AqiEdition, period: AqiPeriod, item: AqiItem, value: number) =>
  individualAqi(AQI_STANDARDS[edition], period, item, value);

describe('individual index', () => {
  it.each([
    ['HJ633-2026', 'daily', 'pm25', 45, 70],
    ['HJ633-2026', 'daily', 'pm25', 60, 100],
    ['HJ633-2026', 'daily', 'pm25', 61, 101],
    ['HJ633-2026', 'daily', 'pm25', 75, 114],
    ['HJ633-2012', 'daily', 'pm25', 75, 100],
    ['HJ633-2026', 'daily', 'pm10', 150, 112],
    ['HJ633-2012', 'daily', 'pm10', 150, 100],
    ['HJ633-2026', 'hourly', 'so2', 801, 200],
    ['HJ633-2012', 'hourly', 'so2', 801, 201],
    ['HJ633-2026', 'daily', 'o3_8h', 900, 300],
    ['HJ633-2012', 'daily', 'o3_8h', 900, 350],
    ['HJ633-2026', 'hourly', 'no2', 350, 115],
    ['HJ633-2026', 'hourly', 'co', 151, 500],
    ['HJ633-2012', 'hourly', 'pm25', 0, 0],
  ] as const)('%s %s %s %d is %d', (edition, period, item, value, expected) => {
    expect(index(edition, period, item, value)).toBe(expected);
  });

  it('rounds the concentration half to even before the table, and the index up after it', () => {
    expect(index('HJ633-2026', 'daily', 'pm25', 60.5)).toBe(100);
    expect(index('HJ633-2026', 'daily', 'pm25', 61.5)).toBe(index('HJ633-2026', 'daily', 'pm25', 62));
    expect(index('HJ633-2026', 'hourly', 'co', 5.05)).toBe(50);
    expect(index('HJ633-2026', 'hourly', 'co', 5.15)).toBe(52);
  });

  it('is undefined for a missing or negative value, never zero', () => {
    expect(individualAqi(AQI_STANDARDS['HJ633-2012'], 'hourly', 'so2', undefined)).toBeUndefined();
    expect(index('HJ633-2012', 'hourly', 'so2', -3)).toBeUndefined();
  });

  it('never falls when the concentration rises, and stays within 0..500', () => {
    const items = ['so2', 'no2', 'co', 'o3', 'o3_8h', 'pm10', 'pm25'] as const;
    fc.assert(
      fc.property(
        fc.constantFrom('HJ633-2012', 'HJ633-2026'),
        fc.constantFrom('hourly', 'daily'),
        fc.constantFrom(...items),
        fc.double({ min: 0, max: 5000, noNaN: true }),
        fc.double({ min: 0, max: 500, noNaN: true }),
        (edition, period, item, low, more) => {
          const [a = -1, b = -1] = [low, low + more].map((value) => index(edition, period, item, value));
          expect(a).toBeGreaterThanOrEqual(0);
          expect(b).toBeGreaterThanOrEqual(a);
          expect(b).toBeLessThanOrEqual(500);
        },
      ),
    );
  });
});

describe('half-even rounding', () => {
  it.each([
    [0.25, 1, 0.2],
    [0.35, 1, 0.4],
    [2.5, 0, 2],
    [3.5, 0, 4],
    [1.005, 2, 1],
    [2.4999, 0, 2],
  ])('%d to %d decimals is %d', (value, decimals, expected) => {
    expect(roundHalfEven(value, decimals)).toBe(expected);
  });
});

describe('index of a record', () => {
  const clean = { so2: 5, no2: 20, co: 0.5, o3: 60, o3_8h: 60, pm10: 30, pm25: 20 };

  it('names every item that shares the highest index, and none at or below 50', () => {
    const shared = airQualityIndex('HJ633-2012', 'hourly', { ...clean, pm10: 250, pm25: 115 });
    expect(shared.primary).toEqual(['pm10', 'pm25']);
    expect(airQualityIndex('HJ633-2012', 'hourly', clean).primary).toEqual([]);
  });

  it('2012 takes the items present; 2026 gives no low index to an incomplete record', () => {
    const { o3, ...incomplete } = clean;
    expect(o3).toBeDefined();
    expect(airQualityIndex('HJ633-2012', 'hourly', incomplete).aqi).toBe(30);
    const refused = airQualityIndex('HJ633-2026', 'hourly', incomplete);
    expect(refused.aqi).toBeUndefined();
    expect(refused.missing).toEqual(['o3']);
    expect(airQualityIndex('HJ633-2026', 'hourly', { ...incomplete, pm25: 61 }).aqi).toBe(101);
  });

  it('counts the 1 h ozone of a day in the 2012 edition only', () => {
    const day = { ...clean, o3: 300, o3_8h: 120 };
    expect(airQualityIndex('HJ633-2012', 'daily', day).primary).toEqual(['o3']);
    expect(airQualityIndex('HJ633-2026', 'daily', day).primary).toEqual(['o3_8h']);
  });

  it('gives no index to an empty record', () => {
    expect(airQualityIndex('HJ633-2012', 'daily', {})).toMatchObject({ aqi: undefined, level: undefined });
  });
});

const OFFICIAL_NAMES: Readonly<Record<string, AqiItem>> = {
  二氧化硫: 'so2',
  二氧化氮: 'no2',
  一氧化碳: 'co',
  臭氧1小时: 'o3',
  '颗粒物(PM10)': 'pm10',
  '细颗粒物(PM2.5)': 'pm25',
};

const folder = datasetPath('cnemc-aqi');
describe.skipIf(folder === undefined)('official hourly snapshots', () => {
  it.each(['cnemc_hourly_20180220T07.csv', 'cnemc_hourly_20190718T12.csv'])(
    '%s agrees in every scored row',
    (name) => {
      const rows = parse(readFileSync(join(folder ?? '', name)), { columns: true, bom: true }) as Record<
        string,
        string
      >[];
      const scored = rows.filter((row) => row.aqi !== '');
      expect(scored.length).toBeGreaterThan(1400);
      const wrong = scored.filter((row) => !agrees(row));
      expect(wrong).toEqual([]);
    },
  );
});

/** The source swaps its ozone labels: `o3_24h` holds the current hour. */
function agrees(row: Record<string, string>): boolean {
  const cells = { so2: row.so2, no2: row.no2, co: row.co, o3: row.o3_24h, pm10: row.pm10, pm25: row.pm2_5 };
  const concentrations = Object.fromEntries(
    Object.entries(cells)
      .filter(([, cell]) => cell !== '')
      .map(([item, cell]) => [item, Number(cell)]),
  );
  const result = airQualityIndex('HJ633-2012', 'hourly', concentrations);
  const named = (row.primarypollutant ?? '').split(',').filter((name) => name !== '');
  const official = named.map((name) => OFFICIAL_NAMES[name] ?? name).sort();
  return (
    result.aqi === Number(row.aqi) &&
    result.level?.category === row.quality &&
    [...result.primary].sort().join() === official.join()
  );
}
