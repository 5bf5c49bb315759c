import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { standardiseReading } from '../../scenarios/environment/stack-sample.ts';
import {
  emissionRateKgPerH,
  excessAir,
  noxAsNo2,
  oxygenCorrected,
  ppmToMgPerM3,
  standardDryFlowM3PerH,
  standardVolumeRatio,
  toStandardState,
  wetToDry,
} from '../../scenarios/environment/stack-units.ts';

describe('oxygen correction', () => {
  it.each([
    [100, 10, 6, 136.36],
    [40, 10, 6, 54.55],
    [150, 13.09, 6, 284.45],
    [100, 12.5, 9, 141.18],
    [100, 5, 3.5, 109.375],
  ])('%d mg/m3 at %d %% oxygen, reference %d %%, is %d', (measured, oxygen, reference, expected) => {
    expect(oxygenCorrected(measured, oxygen, reference)).toBeCloseTo(expected, 2);
  });

  it('does not convert near air, nor a negative oxygen', () => {
    expect(oxygenCorrected(10, 20.5, 6)).toBeUndefined();
    expect(oxygenCorrected(10, 20.49, 6)).toBeDefined();
    expect(oxygenCorrected(10, 19, 6, 19)).toBeUndefined();
    expect(oxygenCorrected(10, -0.1, 6)).toBeUndefined();
    expect(excessAir(21)).toBeUndefined();
  });

  it('leaves a concentration at the reference oxygen alone, and equals the quotient of the excess air', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 2000, noNaN: true }),
        fc.double({ min: 0, max: 20.4, noNaN: true }),
        fc.double({ min: 0, max: 16, noNaN: true }),
        (measured, oxygen, reference) => {
          expect(oxygenCorrected(measured, reference, reference)).toBeCloseTo(measured, 9);
          const ratio = (excessAir(oxygen) ?? Number.NaN) / (excessAir(reference) ?? Number.NaN);
          expect(oxygenCorrected(measured, oxygen, reference)).toBeCloseTo(measured * ratio, 6);
        },
      ),
    );
  });
});

describe('ppm', () => {
  it.each([
    ['so2', 2.8598],
    ['no2', 2.0538],
    ['no', 1.3396],
  ])('one ppm of %s is %d mg/m3', (gas, expected) => {
    expect(ppmToMgPerM3(gas, 1)).toBeCloseTo(expected, 4);
  });

  it('is undefined for a gas without a molar mass', () => {
    expect(ppmToMgPerM3('dust', 1)).toBeUndefined();
  });

  it('counts NO as NO2: 1 ppm of NO weighs as much as 1 ppm of NO2', () => {
    expect(noxAsNo2(ppmToMgPerM3('no', 100) ?? 0, 0)).toBeCloseTo(ppmToMgPerM3('no2', 100) ?? 0, 9);
  });
});

const duct = fc.record({
  temperatureC: fc.double({ min: -20, max: 400, noNaN: true }),
  staticPressurePa: fc.double({ min: -5000, max: 5000, noNaN: true }),
  atmosphericPressurePa: fc.double({ min: 60_000, max: 105_000, noNaN: true }),
  moisturePercent: fc.double({ min: 0, max: 40, noNaN: true }),
});

describe('unit chain', () => {
  it('mass flow is the same whether it is reckoned in the duct or at the standard state', () => {
    fc.assert(
      fc.property(
        duct,
        fc.double({ min: 0.1, max: 2000, noNaN: true }),
        fc.double({ min: 1, max: 2e6, noNaN: true }),
        (state, actualWet, ductFlow) => {
          const standardDry = wetToDry(toStandardState(actualWet, state), state.moisturePercent);
          const rate = emissionRateKgPerH(standardDry, standardDryFlowM3PerH(ductFlow, state));
          const expected = actualWet * ductFlow * 1e-6;
          expect(Math.abs(rate - expected)).toBeLessThanOrEqual(1e-9 * expected);
        },
      ),
    );
  });

  it('at the standard state nothing changes', () => {
    const state = { temperatureC: 0, staticPressurePa: 0, atmosphericPressurePa: 101_325 };
    expect(standardVolumeRatio(state)).toBe(1);
    expect(toStandardState(37, state)).toBe(37);
    expect(wetToDry(37, 0)).toBe(37);
  });

  it('standardises a whole reading: hot, wet, under suction', () => {
    const sample = standardiseReading(
      {
        startMs: 0,
        durationMs: 60_000,
        flag: 'N',
        concentrations: { pm: { value: 10, unit: 'mg/m3' }, no: { value: 50, unit: 'ppm' } },
        oxygenPercent: 8,
        temperatureC: 136.5,
        staticPressurePa: -1325,
        moisturePercent: 20,
        velocityMPerS: 10,
      },
      { basis: 'actual-wet', oxygenBasis: 'wet', ductAreaM2: 4, measuresNo2: false },
    );
    expect(sample.measuredMgPerM3.pm).toBeCloseTo((10 * (101_325 / 100_000) * 1.5) / 0.8, 9);
    expect(sample.measuredMgPerM3.nox).toBeCloseTo((50 * 46.005) / 22.4 / 0.8, 9);
    expect(sample.oxygenPercent).toBeCloseTo(10, 9);
    expect(sample.flowM3PerH).toBeCloseTo((144_000 / 1.5) * (100_000 / 101_325) * 0.8, 6);
  });

  it('an input that the conversion lacks makes its result missing, not guessed', () => {
    const raw = {
      startMs: 0,
      durationMs: 60_000,
      flag: 'N' as const,
      concentrations: { pm: { value: 10, unit: 'mg/m3' as const } },
      temperatureC: 120,
      staticPressurePa: 0,
      velocityMPerS: 10,
    };
    const sample = standardiseReading(raw, {
      basis: 'actual-wet',
      oxygenBasis: 'dry',
      ductAreaM2: 4,
      measuresNo2: false,
    });
    expect(sample.measuredMgPerM3.pm).toBeUndefined();
    expect(sample.flowM3PerH).toBeUndefined();
  });

  it('has no NOx while one of its two channels is silent', () => {
    const raw = {
      startMs: 0,
      durationMs: 60_000,
      flag: 'N' as const,
      concentrations: { no: { value: 50, unit: 'mg/m3' as const } },
    };
    const outlet = { basis: 'standard-dry', oxygenBasis: 'dry' } as const;
    expect(standardiseReading(raw, { ...outlet, measuresNo2: true }).measuredMgPerM3.nox).toBeUndefined();
    expect(standardiseReading(raw, { ...outlet, measuresNo2: false }).measuredMgPerM3.nox).toBeCloseTo(
      76.66,
      2,
    );
  });
});
