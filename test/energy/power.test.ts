import { describe, expect, test } from 'vitest';
import { numberCell, readCsv } from '../../cli/io.ts';
import { powerFactor, powerFactorAdjustment } from '../../scenarios/energy/power-factor.ts';
import {
  judgeQuality,
  voltageDeviationPct,
  voltageUnbalancePct,
} from '../../scenarios/energy/power-quality.ts';
import { datasetPath } from '../datasets.ts';

const path = datasetPath('steel-energy/steel_2018_jan_sep.csv');

test.skipIf(path === undefined)('the steel plant: each printed power factor is met within 0.005', () => {
  const { rows } = readCsv(path ?? '');
  let checked = 0;
  for (const row of rows) {
    const kwh = numberCell(row.Usage_kWh) ?? 0;
    for (const side of ['Lagging', 'Leading']) {
      const kvarh = numberCell(row[`${side}_Current_Reactive_Power_kVarh`]) ?? 0;
      const printed = numberCell(row[`${side}_Current_Power_Factor`]) ?? 0;
      if (kwh === 0) continue;
      checked++;
      expect(Math.abs(100 * (powerFactor(kwh, kvarh) ?? 0) - printed)).toBeLessThanOrEqual(0.005 + 1e-9);
    }
  }
  expect(checked).toBeGreaterThan(50_000);
});

test('a standing plant has no power factor', () => expect(powerFactor(0, 0)).toBeUndefined());

describe('power factor adjustment, target 0.90', () => {
  /** A month of 1,000,000 kWh at a power factor. */
  const at = (factor: number, target: 0.9 | 0.85 | 0.8 = 0.9) =>
    powerFactorAdjustment(1e6, 1e6 * Math.tan(Math.acos(factor)), target)?.adjustmentPct;
  test.each([
    [1, -0.75],
    [0.95, -0.75],
    [0.94, -0.6],
    [0.91, -0.15],
    [0.9, 0],
    [0.89, 0.5],
    [0.8, 5],
    [0.7, 10],
    [0.69, 11],
    [0.65, 15],
    [0.64, 17],
    [0.6, 25],
  ])('%f gives %f %%', (factor, pct) => expect(at(factor)).toBeCloseTo(pct, 9));
  test.each([
    [0.85, 0.86, -0.1],
    [0.85, 0.94, -1.1],
    [0.85, 1, -1.1],
    [0.85, 0.65, 10],
    [0.85, 0.6, 15],
    [0.85, 0.59, 17],
    [0.8, 0.92, -1.3],
    [0.8, 0.6, 10],
  ] as const)('target %f: %f gives %f %%', (target, factor, pct) =>
    expect(at(factor, target)).toBeCloseTo(pct, 9),
  );

  test('comes from the totals of the month, not from a mean factor', () => {
    // A night of 100 kWh at 0.5 and a day of 9,900 kWh at 1: the mean factor would be 0.75.
    const result = powerFactorAdjustment(10_000, 173.2, 0.9);
    expect(result?.powerFactor).toBe(1);
  });
  test('nothing drawn, nothing adjusted', () => expect(powerFactorAdjustment(0, 0, 0.9)).toBeUndefined());
});

describe('power quality', () => {
  test.each([
    ['voltageDeviation', 7, 10, true],
    ['voltageDeviation', -7.1, 10, false],
    ['voltageUnbalance', 2.1, 0.38, false],
    ['totalHarmonicDistortion', 5, 0.38, true],
    ['totalHarmonicDistortion', 4.5, 10, false],
    ['frequencyDeviation', -0.21, 0.38, false],
  ] as const)('%s of %f at %f kV: within limits is %s', (quantity, value, kv, isWithin) => {
    expect(judgeQuality(quantity, value, kv)?.isWithin).toBe(isWithin);
  });
  test('single phase may sag further', () => {
    expect(judgeQuality('voltageDeviation', -9, 0.22, { singlePhase: true })?.isWithin).toBe(true);
    expect(judgeQuality('voltageDeviation', 7.5, 0.22, { singlePhase: true })?.isWithin).toBe(false);
  });
  test('no limit, no verdict', () => expect(judgeQuality('totalHarmonicDistortion', 1, 500)).toBeUndefined());
  test('deviation is relative to the nominal voltage', () =>
    expect(voltageDeviationPct(406.6, 380)).toBeCloseTo(7, 9));
  test('equal voltages are balanced', () => expect(voltageUnbalancePct(400, 400, 400)).toBeCloseTo(0, 6));
  test('unbalance is negative over positive sequence', () => {
    // Line voltages of a positive sequence of 100 and a negative sequence of 3 in phase.
    const line = (turn: number) => {
      const [re, im] = [100 + 3 * Math.cos(2 * turn), 0 + 3 * Math.sin(2 * turn)];
      return Math.hypot(re, im);
    };
    const third = (2 * Math.PI) / 3;
    expect(voltageUnbalancePct(line(0), line(third), line(2 * third))).toBeCloseTo(3, 6);
  });
});
