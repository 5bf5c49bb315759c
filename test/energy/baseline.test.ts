import { describe, expect, test } from 'vitest';
import { readSeries } from '../../cli/analyse/energy-series.ts';
import { PlantCalendar } from '../../model/calendar.ts';
import { dayMs } from '../../model/window.ts';
import { alignSeries } from '../../scenarios/energy/align.ts';
import { type BaselineKind, type BaselinePoint, fitBaseline } from '../../scenarios/energy/baseline.ts';
import { cusum, energyPerformanceIndicator, specificConsumption } from '../../scenarios/energy/enpi.ts';
import { leastSquares } from '../../scenarios/energy/least-squares.ts';
import { modelQuality } from '../../scenarios/energy/model-quality.ts';
import { savingsWithUncertainty } from '../../scenarios/energy/savings.ts';
import { studentTCritical } from '../../scenarios/energy/student-t.ts';
import { datasetPath } from '../datasets.ts';

const calendar = new PlantCalendar('Asia/Shanghai');
const folder = datasetPath('nmecr');

function building(from: string, to: string): BaselinePoint[] {
  const { points } = alignSeries(
    readSeries(`${folder}/eload.csv`, calendar),
    readSeries(`${folder}/temp.csv`, calendar),
    calendar,
  );
  const [startMs = 0, endMs = 0] = [calendar.parse(from), calendar.parse(to)];
  return points.filter(({ timeMs }) => timeMs >= startMs && timeMs < endMs);
}

const options = { calendar, intervalMinutes: 1440, temperatureUnit: '°F' } as const;

function evaluate(kind: BaselineKind, points: readonly BaselinePoint[]) {
  const model = fitBaseline(kind, points, options);
  const pairs = points.map((point) => ({
    timeMs: point.timeMs,
    actual: point.energy,
    expected: model.predict(point) ?? Number.NaN,
  }));
  return { model, pairs, quality: modelQuality(pairs, model.parameterCount, dayMs) };
}

describe.skipIf(folder === undefined)('the nmecr building, 2012-03-01 to 2013-02-27', () => {
  // The figures that the nmecr overview vignette prints.
  test.each([
    ['slr', 0.69089025, 0.1146, 2],
    ['4p', 0.7197438, 0.1093, 3],
    ['towt', 0.8964727, 0.0679, 19],
  ] as const)('%s has R2 %f', (kind, r2, cvRmse, p) => {
    const { quality } = evaluate(kind, building('2012-03-01', '2013-02-28'));
    expect(quality.n).toBe(364);
    expect(quality.p).toBe(p);
    expect(quality.r2).toBeCloseTo(r2, 6);
    expect(quality.cvRmse).toBeCloseTo(cvRmse, 4);
    expect(Math.abs(quality.nmbe)).toBeLessThan(1e-9);
  });

  test('savings of a later year have the published uncertainty', () => {
    const { model, quality } = evaluate('towt', building('2012-03-01', '2013-02-28'));
    const reporting = building('2014-03-01', '2015-02-28');
    const expected = reporting.reduce((sum, point) => sum + (model.predict(point) ?? 0), 0);
    const actual = reporting.reduce((sum, point) => sum + point.energy, 0);
    const result = savingsWithUncertainty(quality, { actual, expected, m: reporting.length }, dayMs);
    // nmecr prints 26.6 % of a savings fraction it rounds to 0.07 first.
    expect(((result.savingsUncertaintyPct ?? 0) * result.savingsPct) / 7).toBeCloseTo(26.6, 1);
    expect(result.savings).toBeCloseTo(expected - actual, 6);
  });
});

/** A year of days whose energy follows `respond` exactly. */
function year(respond: (temperature: number) => number): BaselinePoint[] {
  return Array.from({ length: 365 }, (_, day) => {
    const temperature = 60 - 30 * Math.cos((2 * Math.PI * day) / 365) + 4 * Math.sin(day * 1.7);
    return { timeMs: calendar.instantMs(2025, 1, 1 + day), energy: respond(temperature), temperature };
  });
}

describe('change points', () => {
  test.each([
    [
      '3pc',
      (t: number) => 100 + 3 * Math.max(t - 65.3, 0),
      { coolingChangePoint: 65.3, coolingSlope: 3, b0: 100 },
    ],
    [
      '3ph',
      (t: number) => 100 + 2 * Math.max(51.7 - t, 0),
      { heatingChangePoint: 51.7, heatingSlope: 2, b0: 100 },
    ],
    [
      '4p',
      (t: number) => 80 + 1.5 * Math.max(58.2 - t, 0) + 4 * Math.max(t - 58.2, 0),
      { changePoint: 58.2, leftSlope: 1.5, rightSlope: 4, b0: 80 },
    ],
    [
      '5p',
      (t: number) => 80 + 1.5 * Math.max(50.4 - t, 0) + 4 * Math.max(t - 68.9, 0),
      { heatingChangePoint: 50.4, coolingChangePoint: 68.9, heatingSlope: 1.5, coolingSlope: 4, b0: 80 },
    ],
  ] as const)('%s is recovered from data that follows it', (kind, respond, wanted) => {
    const { parameters } = fitBaseline(kind, year(respond), options);
    for (const [name, value] of Object.entries(wanted)) expect(parameters[name]).toBeCloseTo(value, 2);
  });

  // Two valleys: the deeper one lies between two places of a grid that is even over the temperatures.
  test('the deepest valley is found, not the first', () => {
    const points = year((t) => 80 + 1.5 * Math.max(50 - t, 0) + 4 * Math.max(t - 70, 0)).map((point, i) => ({
      ...point,
      energy: point.energy + 25 * Math.sin(i * 2.1) + 12 * Math.cos(point.temperature / 2),
    }));
    const energies = points.map((point) => point.energy);
    const temperatures = points.map((point) => point.temperature);
    const sorted = [...temperatures].sort((a, b) => a - b);
    const residualAt = (low: number, high: number): number =>
      leastSquares(
        [
          points.map(() => 1),
          temperatures.map((t) => Math.max(low - t, 0)),
          temperatures.map((t) => Math.max(t - high, 0)),
        ],
        energies,
      ).sse;
    const places = sorted.slice(8, -8).filter((_, i) => i % 12 === 0);
    const least = Math.min(
      ...places.flatMap((low) => places.filter((high) => high >= low).map((high) => residualAt(low, high))),
    );
    const { heatingChangePoint, coolingChangePoint } = fitBaseline('5p', points, options).parameters;
    expect(residualAt(Number(heatingChangePoint), Number(coolingChangePoint))).toBeLessThanOrEqual(least);
  });

  test('a load that never turns flat has the straight line as its three-parameter model', () => {
    const points = year((t) => 500 - 3 * t);
    expect(evaluate('3ph', points).quality.r2).toBeCloseTo(1, 9);
    expect(
      evaluate(
        '3pc',
        points.map((p) => ({ ...p, energy: -p.energy })),
      ).quality.r2,
    ).toBeCloseTo(1, 9);
  });

  test('a series without temperature changes is refused', () => {
    const flat = year(() => 1).map((point) => ({ ...point, temperature: 20 }));
    expect(() => fitBaseline('4p', flat, options)).toThrow(
      expect.objectContaining({ code: 'baseline-flat-temperature' }),
    );
    expect(() => fitBaseline('slr', flat.slice(0, 3), options)).toThrow(
      expect.objectContaining({ code: 'baseline-too-few-points' }),
    );
  });
});

test('time of week and temperature follows weekday and piecewise temperature', () => {
  const points = year(() => 0).map((point) => {
    const weekday = calendar.local(point.timeMs).weekday;
    return { ...point, energy: 500 + 40 * weekday + 2 * point.temperature };
  });
  const { quality, model } = evaluate('towt', points);
  expect(quality.r2).toBeGreaterThan(0.99999);
  expect(model.predict({ timeMs: calendar.instantMs(2026, 1, 5), temperature: 50 })).toBeCloseTo(640, 1);
});

test('a combination of earlier columns takes no coefficient and changes no fit', () => {
  const [a, b] = [
    [1, 1, 1, 1, 1],
    [0, 1, 2, 3, 5],
  ];
  const y = [1, 2.5, 2, 4, 6];
  const plain = leastSquares([a, b], y);
  const aliased = leastSquares([a, a.map((v, i) => 2 * v + 3 * (b[i] ?? 0)), b], y);
  expect(aliased.rank).toBe(2);
  expect(aliased.coefficients[2]).toBeUndefined();
  expect(aliased.sse).toBeCloseTo(plain.sse, 12);
});

// Two-sided 90 %, 95 % and 99 % points of the printed t table.
test.each([
  [0.9, 10, 1.8125],
  [0.95, 1, 12.7062],
  [0.95, 30, 2.0423],
  [0.99, 120, 2.6174],
  [0.9, 1e6, 1.6449],
])('t at %f with %d degrees of freedom is %f', (confidence, freedom, t) => {
  expect(studentTCritical(confidence, freedom)).toBeCloseTo(t, 4);
});

test("an independent residual takes n, a dependent one n'", () => {
  const quality = { n: 365, p: 2, r2: 0.9, cvRmse: 0, nmbe: 0, meanActual: 100, sse: 36_500 };
  const reporting = { actual: 36_500 * 0.9, expected: 36_500, m: 365 };
  const at = (autocorrelation: number) =>
    savingsWithUncertainty({ ...quality, autocorrelation }, reporting, dayMs).savingsUncertaintyPct ?? 0;
  expect(at(0.49)).toBe(at(0));
  // n' = 365 / 3; the mean square error and the quantile grow with it.
  expect(at(0.5) / at(0)).toBeGreaterThan(Math.sqrt(3));
  expect(
    savingsWithUncertainty({ ...quality, autocorrelation: 0.999 }, reporting, dayMs).savingsUncertaintyPct,
  ).toBeUndefined();
});

describe('performance against the baseline', () => {
  const points = [
    { timeMs: 0, actual: 90, expected: 100 },
    { timeMs: 1, actual: 120, expected: 100 },
  ];
  test('the indicator is actual over expected', () => expect(energyPerformanceIndicator(points)).toBe(1.05));
  test('CUSUM sums actual - expected', () => expect(cusum(points).map((p) => p.cusum)).toEqual([-10, 10]));
  test('nothing produced has no specific consumption', () => {
    expect(specificConsumption(10, 0)).toBeUndefined();
    expect(specificConsumption(10, 4)).toBe(2.5);
  });
});

test('an interval with a part missing is left out, not counted as zero', () => {
  const hours = Array.from({ length: 48 }, (_, hour) => ({
    timeMs: calendar.instantMs(2025, 1, 1, hour),
    value: 1,
  }));
  const { points, dropped } = alignSeries(
    hours.filter((_, hour) => hour !== 30),
    hours,
    calendar,
    dayMs,
  );
  expect(points.map((point) => point.energy)).toEqual([24]);
  expect(dropped).toBe(1);
});
