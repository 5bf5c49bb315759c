import { expect, test } from 'vitest';
import { doubtsOf } from '../../scenarios/environment/plausibility.ts';
import { untreatedSpans } from '../../scenarios/environment/treatment-evidence.ts';

const moving = Array.from({ length: 120 }, (_, i) => 50 + 10 * Math.sin(i));

test('values of a sound instrument raise no doubt', () => {
  expect(doubtsOf(moving, 'nox', [0, 200])).toEqual([]);
  expect(doubtsOf([], 'nox', [0, 200])).toEqual([]);
});

test('frozen, negative, too quiet, and oxygen like air are told apart', () => {
  expect(doubtsOf(Array(60).fill(42), 'nox', [0, 200])).toEqual(['frozen']);
  expect(doubtsOf(Array(59).fill(42), 'nox', [0, 200])).toEqual([]);
  expect(doubtsOf([...moving, -0.5], 'nox', [0, 200])).toEqual(['negative']);
  const quiet = moving.map((_, i) => 42 + (i % 2) * 0.01);
  expect(doubtsOf(quiet, 'nox', [0, 200])).toEqual(['low-variation']);
  const air = [20.6, 20.8, 20.9];
  expect(doubtsOf(air, 'oxygen', [0, 25])).toEqual(['oxygen-near-air']);
  expect(doubtsOf([...air, 9], 'oxygen', [0, 25])).toEqual([]);
});

test('production without treatment is one span a verdict; what is not known accuses nobody', () => {
  const hours: (readonly [number | undefined, number | undefined])[] = [
    [80, 1.6],
    [80, 0.05],
    [80, 0.02],
    [80, 0.6],
    [0, 0],
    [undefined, 0],
    [80, undefined],
    [80, 0],
  ];
  const intervals = hours.map(([production, facilityPowerKw], i) => ({
    ...{ startMs: i, endMs: i + 1, production, facilityPowerKw },
  }));
  const rules = { productionAbove: 10, facilityRatedKw: 1.7, powerShare: 0.5 };
  expect(untreatedSpans(intervals, rules)).toEqual([
    { startMs: 1, endMs: 3, verdict: 'off' },
    { startMs: 3, endMs: 4, verdict: 'under-powered' },
    { startMs: 7, endMs: 8, verdict: 'off' },
  ]);
});
