import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { natures } from '../../model/natures.ts';
import { RateMeter } from '../../model/rate-meter.ts';
import {
  compareInstants,
  fromNanosecondText,
  nextNanosecond,
  toIsoTime,
  toNanosecondText,
} from '../../model/reading.ts';
import { qualityOf, statusCodes, statusName } from '../../model/status.ts';
import { areConvertible, converter, isUnit, printedUnit, unitNames } from '../../model/unit.ts';
import { fixedWindows, overlapMs, parseDurationMs } from '../../model/window.ts';

describe('units', () => {
  test.each([
    [1, 'MWh', 'kWh', 1000],
    [3.6, 'MJ', 'kWh', 1],
    [1, 'bar', 'kPa', 100],
    [0, '°C', 'K', 273.15],
    [212, '°F', '°C', 100],
    [10, 'L/s', 'm3/h', 36],
    [50, '%', '1', 0.5],
    [1, 'g', 'm/s2', 9.80665],
    [1, 'mg/m³', 'ug/m3', 1000],
    [1500, 'r/min', '1/s', 25],
  ])('%d %s in %s', (value, from, to, expected) => {
    expect(converter(from, to)(value)).toBeCloseTo(expected, 9);
  });

  test('there and back is the same value, for every pair of one dimension', () => {
    const pairs = unitNames.flatMap((a) =>
      unitNames.filter((b) => areConvertible(a, b)).map((b) => [a, b] as const),
    );
    fc.assert(
      fc.property(
        fc.constantFrom(...pairs),
        fc.double({ min: -1e6, max: 1e6, noNaN: true }),
        ([a, b], value) => {
          expect(converter(b, a)(converter(a, b)(value))).toBeCloseTo(value, 4);
        },
      ),
    );
  });

  test('different dimensions refuse', () => {
    expect(() => converter('kWh', 'bar')).toThrow(expect.objectContaining({ code: 'unit-mismatch' }));
    expect(areConvertible('kW', 'kWh')).toBe(false);
  });

  test('every unit of a nature is a known unit', () => {
    const units = Object.values(natures).flatMap((nature) =>
      Object.values(nature.quantities).map((q) => q.unit),
    );
    expect(units.filter((unit) => !isUnit(unit))).toEqual([]);
  });

  test.each([
    ['m3/h', 'm³/h'],
    ['ug/m3', 'µg/m³'],
    ['m/s2', 'm/s²'],
    ['kWh', 'kWh'],
    ['1', ''],
    ['deg', '°'],
  ])('%s is printed as %s', (unit, printed) => {
    expect(printedUnit(unit)).toBe(printed);
  });
});

describe('instants', () => {
  const instant = fc.record({
    timeMs: fc.integer({ min: 0, max: 4e12 }),
    timeNs: fc.integer({ min: 0, max: 999_999 }),
  });

  test('nanosecond text keeps every digit', () => {
    fc.assert(
      fc.property(instant, (at) => {
        expect(fromNanosecondText(toNanosecondText(at))).toEqual(at);
      }),
    );
    expect(toNanosecondText({ timeMs: 1_700_000_000_123, timeNs: 42 })).toBe('1700000000123000042');
  });

  test('the next nanosecond is later, by one', () => {
    fc.assert(
      fc.property(instant, (at) => {
        expect(compareInstants(at, nextNanosecond(at))).toBeLessThan(0);
        expect(BigInt(toNanosecondText(nextNanosecond(at))) - BigInt(toNanosecondText(at))).toBe(1n);
      }),
    );
  });

  test('ISO text has as many digits as it needs', () => {
    expect(toIsoTime({ timeMs: 0, timeNs: 0 })).toBe('1970-01-01T00:00:00.000Z');
    expect(toIsoTime({ timeMs: 1, timeNs: 500_000 })).toBe('1970-01-01T00:00:00.0015Z');
  });
});

test('quality is the severity of the status code', () => {
  expect(Object.values(statusCodes).map(qualityOf)).toContain('uncertain');
  expect(qualityOf(statusCodes.badNotConnected)).toBe('bad');
  expect(qualityOf(0xc000_0000)).toBe('bad');
  expect(statusName(statusCodes.badNodeIdUnknown)).toBe('BadNodeIdUnknown');
  expect(statusName(0x8099_0000)).toBe('Bad (0x80990000)');
});

test('durations', () => {
  expect(['500ms', '10s', '15m', '15min', '1h', '3d', '1w'].map(parseDurationMs)).toEqual([
    500, 10_000, 900_000, 900_000, 3_600_000, 259_200_000, 604_800_000,
  ]);
  expect(['', '5', '5 sec', '-1s'].map(parseDurationMs)).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});

test('windows are half-open, aligned, and their overlaps never negative', () => {
  expect(fixedWindows({ startMs: 70, endMs: 200 }, 100)).toEqual([
    { startMs: 0, endMs: 100 },
    { startMs: 100, endMs: 200 },
  ]);
  expect(overlapMs({ startMs: 0, endMs: 10 }, { startMs: 10, endMs: 20 })).toBe(0);
});

test('a rate is the mean of the last ten whole seconds', () => {
  const meter = new RateMeter();
  for (let second = 0; second < 30; second++) meter.add(second < 20 ? 100 : 200, second * 1000);
  expect(meter.perSecond(30_000)).toBe(200);
  expect(meter.perSecond(35_000)).toBe(100);
  expect(meter.perSecond(100_000)).toBe(0);
});
