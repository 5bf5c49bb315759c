import { expect, test } from 'vitest';
import { exceedanceEpisodes } from '../../scenarios/environment/exceedance.ts';
import {
  dayNightLevel,
  energyMean,
  NOISE_LIMITS,
  noiseFigures,
  noisePeriodOf,
  withoutBackground,
} from '../../scenarios/environment/noise.ts';
import { permitStanding } from '../../scenarios/environment/permit.ts';
import { flowWeightedMean, substituteWaterHours } from '../../scenarios/environment/water-hour.ts';

test('noise: two equal sources of energy, statistical levels, day-night level', () => {
  // 10 lg((10^6 + 10^5) / 2)
  expect(energyMean([60, 50])).toBeCloseTo(57.4036, 4);
  const figures = noiseFigures(Array.from({ length: 101 }, (_, i) => i));
  expect(figures).toMatchObject({ l10: 90, l50: 50, l90: 10, lmax: 100 });
  expect(dayNightLevel(60, 50)).toBeCloseTo(60, 10);
  expect(noiseFigures([])).toBeUndefined();
});

test('noise: day is 6 to 22, class 3 is 65 and 55', () => {
  expect([5, 6, 21, 22].map(noisePeriodOf)).toEqual(['night', 'day', 'day', 'night']);
  expect(NOISE_LIMITS['3']).toEqual({ day: 65, night: 55 });
});

test.each([
  [60, 57.5, undefined],
  [60, 57, 57],
  [60, 55, 58],
  [60, 52, 59],
  [60, 45, 60],
])('noise %d over background %d is %s', (measured, background, corrected) => {
  expect(withoutBackground(measured, background)).toBe(corrected);
});

test('water: the mean is weighted by flow, the load is mean times volume', () => {
  const half = 1_800_000;
  const mean = flowWeightedMean([
    { flowM3PerH: 10, concentrationMgPerL: 100, durationMs: half },
    { flowM3PerH: 30, concentrationMgPerL: 20, durationMs: half },
    { flowM3PerH: undefined, concentrationMgPerL: 900, durationMs: half },
  ]);
  expect(mean).toEqual({ meanMgPerL: 40, volumeM3: 20, massKg: 0.8, coveredMs: 2 * half });
});

test('water: a gap takes the mean of as many hours before it, pH the median', () => {
  const filled = substituteWaterHours([undefined, 10, 20, 60, undefined, undefined, undefined, 8], 'mean');
  expect(filled.map(({ value }) => value)).toEqual([undefined, 10, 20, 60, 30, 30, 30, 8]);
  expect(filled.filter(({ substituted }) => substituted)).toHaveLength(3);
  const ph = substituteWaterHours([7, 7.2, 9, undefined, undefined, undefined], 'median');
  expect(ph.at(-1)?.value).toBe(7.2);
});

test('episodes: limit itself complies, a gap splits, peak and multiple are the worst hour', () => {
  const values = [50, 51, 75, 60, 40, 55, undefined, 56];
  const intervals = values.map((value, i) => ({ startMs: i, endMs: i + 1, value, limit: 50 }));
  expect(exceedanceEpisodes(intervals)).toEqual([
    { startMs: 1, endMs: 4, intervals: 3, peak: 75, peakMs: 2, limit: 50, multiple: 0.5 },
    { startMs: 5, endMs: 6, intervals: 1, peak: 55, peakMs: 5, limit: 50, multiple: 0.1 },
    { startMs: 7, endMs: 8, intervals: 1, peak: 56, peakMs: 7, limit: 50, multiple: 0.12 },
  ]);
});

test('permit: a trend that exceeds before the period ends warns early, and says when', () => {
  const period = { startMs: 0, endMs: 100 };
  const at = (emittedT: number) =>
    permitStanding({ emittedT, permitT: 10, period, nowMs: 50, coveredMs: 50 });
  expect(at(4)).toMatchObject({ projectedT: 8, verdict: 'within', exhaustedMs: undefined, share: 0.4 });
  expect(at(8)).toMatchObject({ projectedT: 16, verdict: 'early-warning', exhaustedMs: 62.5 });
  expect(at(11)).toMatchObject({ verdict: 'exceeded', exhaustedMs: undefined });
  const uncovered = permitStanding({ emittedT: 0, permitT: 10, period, nowMs: 50, coveredMs: 0 });
  expect(uncovered).toMatchObject({ projectedT: undefined, verdict: 'within' });
});
