import { describe, expect, test } from 'vitest';
import { PlantCalendar } from '../../model/calendar.ts';
import { dayMs, hourMs } from '../../model/window.ts';
import { boilerEfficiency } from '../../scenarios/energy/boiler.ts';
import { carbonFactors, fuelEmissionT } from '../../scenarios/energy/carbon.ts';
import { airFigures, leakEstimate } from '../../scenarios/energy/compressed-air.ts';
import { consumptionAnomaly, residualScale } from '../../scenarios/energy/consumption-anomaly.ts';
import { convert, findFactor } from '../../scenarios/energy/factor-table.ts';
import { energyDuring, idleConsumption, nights } from '../../scenarios/energy/idle-consumption.ts';
import type { EnergyInterval } from '../../scenarios/energy/interval-energy.ts';
import { loadDurationKw, loadFigures, weekProfile } from '../../scenarios/energy/load-profile.ts';
import { fitRates } from '../../scenarios/energy/metering-fit-rate.ts';
import { kgceFromHeat, kgceFromSteam, standardCoalFactors } from '../../scenarios/energy/standard-coal.ts';

const calendar = new PlantCalendar('Asia/Shanghai');
const monday = calendar.instantMs(2026, 3, 2);
const hours = (values: readonly (number | undefined)[]): EnergyInterval[] =>
  values.map((value, index) => ({
    startMs: monday + index * hourMs,
    endMs: monday + (index + 1) * hourMs,
    value,
    method: value === undefined ? 'missing' : 'measured',
    completeness: value === undefined ? 0 : 1,
  }));

describe('conversion factors', () => {
  test.each([
    ['electricity', 1000, 122.9],
    ['raw-coal', 1000, 714.3],
    ['natural-gas', 100, 133],
    ['heat', 1000, 34.12],
    ['steam', 1000, 128.6],
  ])('%s: %f units are %f kgce', (carrier, amount, kgce) => {
    const converted = convert(amount, findFactor(standardCoalFactors, carrier, 2026));
    expect(converted.amount).toBeCloseTo(kgce, 6);
    expect(converted).toMatchObject({ unit: 'kgce', factor: { edition: 'GB/T 2589-2020' } });
  });

  test('a measured heating value goes before the table', () => {
    expect(kgceFromHeat(1000, 29_307.6)).toBeCloseTo(1000, 9);
    expect(kgceFromHeat(1, 3600)).toBeCloseTo(0.12284, 5);
    expect(kgceFromSteam(1000, 2793, 419)).toBeCloseTo((1000 * 2374) / 29_307.6, 9);
  });

  test('the grid factor is that of the year, and an unpublished year is refused or named', () => {
    expect(findFactor(carbonFactors, 'electricity', 2022).value).toBe(0.5366);
    expect(findFactor(carbonFactors, 'electricity', 2023).value).toBe(0.5306);
    expect(() => findFactor(carbonFactors, 'electricity', 2025)).toThrow(
      expect.objectContaining({ code: 'factor-missing', where: 'factor table, electricity, CN, 2025' }),
    );
    expect(findFactor(carbonFactors, 'electricity', 2025, { allowOlder: true })).toMatchObject({
      fromYear: 2023,
      value: 0.5306,
    });
  });

  test("a region's own factor goes before the national one", () => {
    const own = { ...findFactor(carbonFactors, 'electricity', 2022), region: 'Shanghai', value: 0.58 };
    const table = [...carbonFactors, own];
    expect(findFactor(table, 'electricity', 2022, { region: 'Shanghai' }).value).toBe(0.58);
    expect(findFactor(table, 'electricity', 2022, { region: 'Jiangsu' }).value).toBe(0.5366);
  });

  test('the fuel formula gives the printed coal and gas figures', () => {
    const coal = { heatingValueGj: 23.204, carbonPerGj: 0.02618, oxidation: 0.93 };
    expect(fuelEmissionT(1, coal)).toBeCloseTo(2.0715, 4);
    const gas = { heatingValueGj: 389.31, carbonPerGj: 0.0153, oxidation: 0.99 };
    expect(fuelEmissionT(1, gas)).toBeCloseTo(21.62, 2);
  });
});

describe('the load curve', () => {
  test('has load factor and base load', () => {
    const figures = loadFigures(
      hours([...Array(8).fill(20), ...Array(8).fill(100), undefined, ...Array(7).fill(20)]),
    );
    expect(figures).toMatchObject({ peakKw: 100, baseLoadKw: 20 });
    expect(figures?.meanKw).toBeCloseTo((15 * 20 + 800) / 23, 9);
    expect(figures?.loadFactor).toBeCloseTo((figures?.meanKw ?? 0) / 100, 9);
    expect(figures?.completeness).toBeCloseTo(23 / 24, 9);
  });
  test('without a value has no figures', () => expect(loadFigures(hours([undefined]))).toBeUndefined());
  test('of two weeks has a mean for each hour of the week', () => {
    const profile = weekProfile(
      hours(Array.from({ length: 336 }, (_, hour) => (hour < 168 ? 10 : 20))),
      calendar,
    );
    expect(profile).toHaveLength(168);
    expect(new Set(profile)).toEqual(new Set([15]));
    expect(weekProfile(hours([5]), calendar)[1]).toBeUndefined();
  });
  test('falls in its duration curve', () =>
    expect(loadDurationKw(hours([1, 3, undefined, 2]))).toEqual([3, 2, 1]));
});

describe('consumption without production', () => {
  test('"machine stopped but drawing 12 kW"', () => {
    const states = [
      { startMs: monday, endMs: monday + 2 * hourMs, state: 'running' as const },
      { startMs: monday + 2 * hourMs, endMs: monday + 4.5 * hourMs, state: 'stopped' as const },
      { startMs: monday + 4.5 * hourMs, endMs: monday + 6 * hourMs, state: 'idle' as const },
    ];
    const [idle, stopped] = idleConsumption(hours([90, 90, 12, 12, 12, 30]), states);
    expect(stopped).toMatchObject({ state: 'stopped', hours: 2.5, meanKw: 12 });
    expect(idle).toMatchObject({ state: 'idle', hours: 1.5 });
    expect(idle?.energyKwh).toBeCloseTo(36, 9);
  });
  test('nights go over midnight', () => {
    const span = { startMs: monday, endMs: monday + dayMs };
    const windows = nights(span, calendar);
    expect(windows.map(({ startMs, endMs }) => (endMs - startMs) / hourMs)).toEqual([6, 2]);
    expect(energyDuring(hours(Array(24).fill(1)), windows)).toEqual({ energyKwh: 8, ms: 8 * hourMs });
  });
});

describe('compressed air', () => {
  test('specific power is 60 times the specific energy', () => {
    expect(airFigures(110, 1000)).toMatchObject({
      specificEnergyKwhPerM3: 0.11,
      specificPowerKwPerM3Min: 6.6,
    });
    expect(airFigures(5, 0).specificEnergyKwhPerM3).toBeUndefined();
  });
  test('leaks are what flows while nothing runs', () => {
    const air = hours([...Array(16).fill(500), ...Array(8).fill(100)]);
    const idle = [{ startMs: monday + 16 * hourMs, endMs: monday + 24 * hourMs }];
    const leak = leakEstimate(air, idle, 1000);
    expect(leak).toMatchObject({ leakM3PerHour: 100, idleHours: 8 });
    expect(leak?.leakShare).toBeCloseTo(2400 / 8800, 9);
    expect(leak?.leakEnergyKwh).toBeCloseTo((1000 * 2400) / 8800, 9);
    expect(
      leakEstimate(air, [{ startMs: monday + 16 * hourMs, endMs: monday + 17 * hourMs }]),
    ).toBeUndefined();
  });
});

test('boiler efficiency is heat into the water over heat of the fuel', () => {
  const input = {
    steamKg: 10_000,
    steamEnthalpyKjPerKg: 2793,
    feedWaterEnthalpyKjPerKg: 440,
    fuel: 780,
    heatingValueKj: 35_000,
  };
  expect(boilerEfficiency(input)).toBeCloseTo((10_000 * 2353) / (780 * 35_000), 9);
  expect(boilerEfficiency({ ...input, fuel: 0 })).toBeUndefined();
  const withBlowdown = boilerEfficiency({ ...input, blowdownKg: 500, blowdownEnthalpyKjPerKg: 840 });
  expect(withBlowdown).toBeGreaterThan(boilerEfficiency(input) ?? 0);
});

test('the metering fit rate is installed over required', () => {
  const points = Array.from({ length: 20 }, (_, index) => ({
    carrier: 'electricity' as const,
    level: 'equipment' as const,
    isInstalled: index < 18,
  }));
  expect(fitRates(points)).toEqual([
    expect.objectContaining({
      required: 20,
      installed: 18,
      ratePct: 90,
      leastPct: 95,
      isMet: false,
      edition: 'GB 17167-2006',
    }),
  ]);
});

describe('an anomaly of consumption', () => {
  const spread = residualScale([-10, -5, 0, 5, 10, 200]);
  test('names the sub-meter that made it', () => {
    const anomaly = consumptionAnomaly(
      monday,
      { id: 'main', actual: 1300, expected: 1000 },
      [
        { id: 'line1', actual: 400, expected: 390 },
        { id: 'line2', actual: 700, expected: 440 },
      ],
      spread,
    );
    expect(anomaly).toMatchObject({ kind: 'high', deviation: 300, rest: 30 });
    expect(anomaly?.contributions.map(({ id }) => id)).toEqual(['line2', 'line1']);
    const shares = (anomaly?.contributions ?? []).reduce((sum, { share }) => sum + share, 0);
    expect(shares + (anomaly?.rest ?? 0) / 300).toBeCloseTo(1, 12);
  });
  test('is none within the usual spread', () => {
    expect(
      consumptionAnomaly(monday, { id: 'main', actual: 1010, expected: 1000 }, [], spread),
    ).toBeUndefined();
  });
  test('the spread withstands an outlier', () => expect(spread.scale).toBeLessThan(20));
});
