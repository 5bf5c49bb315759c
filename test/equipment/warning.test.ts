import { expect, test } from 'vitest';
import { CusumChart, EwmaChart, trendBaseline } from '../../scenarios/equipment/warning/control-chart.ts';
import { remainingLife } from '../../scenarios/equipment/warning/remaining-life.ts';
import { seeded } from '../environment/seeded.ts';

function gaussians(seed: number, count: number): number[] {
  const random = seeded(seed);
  return Array.from({ length: count }, () => {
    const radius = Math.sqrt(-2 * Math.log(1 - random()));
    return radius * Math.cos(2 * Math.PI * random());
  });
}

const baseline = { level: 2, scale: 0.1, samples: 500 };
const charts = [
  ['EWMA', () => new EwmaChart(baseline)],
  ['CUSUM', () => new CusumChart(baseline)],
] as const;

test('a baseline is the level and scatter, and outliers do not move it', () => {
  const values = gaussians(1, 500).map((x) => 2 + 0.1 * x);
  const spoilt = trendBaseline([...values, 50, 60, 70]);
  expect(spoilt.level).toBeCloseTo(2, 1);
  expect(spoilt.scale).toBeGreaterThan(0.09);
  expect(spoilt.scale).toBeLessThan(0.12);
});

test('too little and too flat a past is refused', () => {
  expect(() => trendBaseline([1, 2, 3])).toThrowError(
    expect.objectContaining({ code: 'training-too-short' }),
  );
  expect(() => trendBaseline(Array(50).fill(1))).toThrowError(
    expect.objectContaining({ code: 'trend-flat' }),
  );
});

test.each(charts)(
  '%s finds a shift of one deviation within 40 values, in its direction',
  (_name, chartOf) => {
    for (const direction of [1, -1]) {
      const chart = chartOf();
      const points = gaussians(3, 40).map((x) => chart.push(2 + 0.1 * (x + direction)));
      const first = points.find(({ alarm }) => alarm);
      expect(Math.sign(first?.score ?? 0)).toBe(direction);
    }
  },
);

test.each(charts)('%s is quiet over 2,000 healthy values', (_name, chartOf) => {
  const chart = chartOf();
  const alarms = gaussians(5, 2000).filter((x) => chart.push(2 + 0.1 * x).alarm);
  expect(alarms.length).toBeLessThanOrEqual(2);
});

const hourly = (values: readonly number[]) => values.map((value, i) => ({ timeMs: i * 3_600_000, value }));

test('a straight rise meets its limit when the line says so, inside an interval', () => {
  const noise = gaussians(7, 100);
  const found = remainingLife(hourly(noise.map((x, i) => 1 + 0.02 * i + 0.05 * x)), 4);
  if (found.verdict !== 'estimate') throw new Error(found.verdict);
  const truth = (4 - (1 + 0.02 * 99)) / 0.02;
  expect(found.earliestHours).toBeLessThanOrEqual(found.hours);
  expect(found.latestHours).toBeGreaterThanOrEqual(found.hours);
  expect(Math.abs(found.hours / truth - 1)).toBeLessThan(0.1);
});

test.each([
  ['too-few-values', hourly([1, 2, 3]), 4],
  ['no-rise', hourly(gaussians(9, 100)), 10],
  ['too-uncertain', hourly(Array.from({ length: 100 }, (_, i) => 1 + 0.001 * i)), 10],
])('not enough evidence: %s', (reason, trend, limit) => {
  expect(remainingLife(trend, limit)).toEqual({ verdict: 'not-enough-evidence', reason });
});

test('a trend at its limit has no life left to estimate', () => {
  expect(remainingLife(hourly(Array.from({ length: 50 }, (_, i) => i)), 30)).toEqual({
    verdict: 'limit-reached',
  });
});
