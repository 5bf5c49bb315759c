import fc from 'fast-check';
import { expect, it, test } from 'vitest';
import { formatHalfEven } from '../../../gateway/hj212/protocol/rounding.ts';

test.each([
  [2.5, 0, '2'],
  [3.5, 0, '4'],
  [0.35, 1, '0.4'],
  [0.25, 1, '0.2'],
  [0.5, 0, '0'],
  [0.51, 0, '1'],
  [1.5, 0, '2'],
  [12.345, 2, '12.34'],
  [12.355, 2, '12.36'],
  [12.3450001, 2, '12.35'],
  [99.995, 2, '100.00'],
  [99.996, 2, '100.00'],
  [0.004, 2, '0.00'],
  [0.005, 2, '0.00'],
  [0.006, 2, '0.01'],
  [0.0006, 2, '0.00'],
  [-2.5, 0, '-2'],
  [-0.04, 1, '0.0'],
  [0, 3, '0.000'],
  [1e21, 0, '1000000000000000000000'],
  [1.5e-9, 2, '0.00'],
])('%f with %i decimals is %s', (value, decimals, text) => {
  expect(formatHalfEven(value, decimals)).toBe(text);
});

it('writes nothing for what is no number', () => {
  expect([Number.NaN, Number.POSITIVE_INFINITY].map((value) => formatHalfEven(value, 1))).toEqual(['', '']);
});

it('agrees with exact arithmetic on decimal numbers', () => {
  // A number of at most 15 digits is its own shortest text, so the whole number `scaled` is exact.
  fc.assert(
    fc.property(
      fc.bigInt({ min: -99_999_999_999n, max: 99_999_999_999n }),
      fc.integer({ min: 0, max: 6 }),
      fc.integer({ min: 0, max: 6 }),
      (scaled, places, decimals) => {
        const value = Number(`${scaled}e-${places}`);
        expect(formatHalfEven(value, decimals)).toBe(exact(scaled, places, decimals));
      },
    ),
    { numRuns: 2000 },
  );
});

function exact(scaled: bigint, places: number, decimals: number): string {
  const magnitude = scaled < 0n ? -scaled : scaled;
  const shifted = magnitude * 10n ** BigInt(decimals);
  const unit = 10n ** BigInt(places);
  const [floor, twiceRest] = [shifted / unit, (shifted % unit) * 2n];
  const isUp = twiceRest > unit || (twiceRest === unit && floor % 2n === 1n);
  const digits = String(isUp ? floor + 1n : floor).padStart(decimals + 1, '0');
  const text = decimals === 0 ? digits : `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
  return scaled < 0n && /[1-9]/.test(text) ? `-${text}` : text;
}
