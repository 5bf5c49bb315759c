import { expect, test } from 'vitest';
import { OpenSweep } from '../../scenarios/runner/open-sweep.ts';

const slot = (tag: string, startMs = 0) => ({ tag, startMs });

test('a sweep goes from the newest slot to the oldest, and comes to none twice', () => {
  const sweep = new OpenSweep();
  expect(sweep.includes(slot('a'))).toBe(false);
  sweep.begin(0);
  sweep.passed(slot('m', 900_000), 1000);
  sweep.begin(1000);
  expect(
    [slot('z', 900_000), slot('m', 900_000), slot('a', 900_000), slot('z')].map((one) => sweep.includes(one)),
  ).toEqual([false, false, true, true]);
});

test('the next sweep begins a minute after the last began, and later where that took more than a third of the time', () => {
  const sweep = new OpenSweep();
  const isDue = (nowMs: number): boolean => {
    sweep.begin(nowMs);
    return sweep.includes(slot('a'));
  };
  expect(isDue(0)).toBe(true);
  sweep.passed(undefined, 5000);
  expect([isDue(59_999), isDue(60_000)]).toEqual([false, true]);
  sweep.passed(undefined, 100_000);
  expect([isDue(179_999), isDue(180_000)]).toEqual([false, true]);
});
