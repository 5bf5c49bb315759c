import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { profileOf } from '../../devices-sim/physics/day-block.ts';
import { keyOf, noiseMinutes, smoothNoise } from '../../devices-sim/physics/noise.ts';
import { RateBook, registerEpochMs } from '../../devices-sim/physics/rate.ts';
import { dayMs, hourMs, minuteMs } from '../../model/window.ts';

const key = keyOf(7, 'test');
const wavy = profileOf((timeMs) => 20 + 8 * smoothNoise(key, timeMs, 17 * minuteMs));
const switched = profileOf((timeMs) => (Math.floor(timeMs / (7 * minuteMs)) % 3 === 0 ? 0 : 30));
const instants = fc.integer({ min: registerEpochMs - 3 * dayMs, max: registerEpochMs + 12 * dayMs });

/** Midpoint rule in steps fine enough for the ripple. */
function integrate(at: (timeMs: number) => number, fromMs: number, toMs: number, stepMs: number): number {
  let sum = 0;
  for (let timeMs = fromMs; timeMs < toMs; timeMs += stepMs) {
    const endMs = Math.min(toMs, timeMs + stepMs);
    sum += (at((timeMs + endMs) / 2) * (endMs - timeMs)) / hourMs;
  }
  return sum;
}

describe.each([
  ['straight between minutes', wavy, {}],
  ['with a ripple', wavy, { ripple: { share: 0.3, key } }],
  ['switched, with a ripple', switched, { ripple: { share: 0.3, key } }],
  ['constant within a minute', switched, { shape: 'step' as const }],
])('a rate %s', (_name, profile, options) => {
  const rate = new RateBook().rate(profile, options);

  it('has a total that is its integral between any two instants', () => {
    fc.assert(
      fc.property(instants, fc.integer({ min: 0, max: 90 * minuteMs }), (fromMs, lengthMs) => {
        const expected = integrate((timeMs) => rate.at(timeMs), fromMs, fromMs + lengthMs, 250);
        expect(rate.total(fromMs + lengthMs) - rate.total(fromMs)).toBeCloseTo(expected, 2);
      }),
      { numRuns: 40 },
    );
  });

  it('answers the same in any order of asking', () => {
    fc.assert(
      fc.property(fc.array(instants, { minLength: 2, maxLength: 6 }), (times) => {
        const fresh = new RateBook().rate(profile, options);
        expect(times.map((timeMs) => fresh.total(timeMs))).toEqual(times.map((timeMs) => rate.total(timeMs)));
      }),
      { numRuns: 15 },
    );
  });

  it('never runs backwards', () => {
    fc.assert(
      fc.property(instants, fc.integer({ min: 1, max: 5000 }), (timeMs, laterMs) => {
        expect(rate.total(timeMs + laterMs)).toBeGreaterThanOrEqual(rate.total(timeMs) - 1e-9);
      }),
    );
  });
});

describe('noise', () => {
  it('by the minute is the same as asked singly', () => {
    const minutes = noiseMinutes(key, registerEpochMs, 11 * minuteMs, 1440);
    const single = Array.from(minutes, (_, i) =>
      smoothNoise(key, registerEpochMs + i * minuteMs, 11 * minuteMs),
    );
    expect(Array.from(minutes)).toEqual(single);
  });

  it('differs between names and seeds, and stays within one', () => {
    const at = (k: number) => Array.from(noiseMinutes(k, 0, minuteMs, 1000));
    expect(at(keyOf(1, 'a'))).not.toEqual(at(keyOf(1, 'b')));
    expect(at(keyOf(1, 'a'))).not.toEqual(at(keyOf(2, 'a')));
    expect(Math.max(...at(key).map(Math.abs))).toBeLessThanOrEqual(1);
    expect(at(key).reduce((sum, value) => sum + value, 0) / 1000).toBeCloseTo(0, 1);
  });
});
