/** Closer to a tie than this (relative to the last digit kept) counts as a tie: 0.35 has no exact double. */
const TIE_TOLERANCE = 1e-9;

/**
 * Rounds to `decimals` digits, a tie to the even digit (GB/T 8170-2008, "rounding off to the even").
 * A decimal tie that the binary number misses by its representation error is still a tie: 0.35 becomes 0.4, 0.25 becomes 0.2.
 */
export function roundHalfEven(value: number, decimals = 0): number {
  const scale = 10 ** decimals;
  const scaled = value * scale;
  const floor = Math.floor(scaled);
  const rest = scaled - floor;
  if (Math.abs(rest - 0.5) <= TIE_TOLERANCE * Math.max(1, Math.abs(scaled))) {
    return (floor % 2 === 0 ? floor : floor + 1) / scale;
  }
  return Math.round(scaled) / scale;
}

/** Rounds up to an integer, without letting a representation error of 1e-9 add one. */
export function ceilInteger(value: number): number {
  return Math.ceil(value - 1e-9) + 0; // + 0 turns a negative zero into zero
}
