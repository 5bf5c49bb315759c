/**
 * The number as the standard writes it: `decimals` digits after the point, a tie to the even digit. It works on the
 * shortest decimal text of the number, so 0.35 (no exact binary number) is a tie and becomes 0.4, and 2.5 becomes 2.
 * @param decimals 0 to 20
 * @see GB/T 8170-2008, HJ 212-2017 clause 6.6
 */
export function formatHalfEven(value: number, decimals: number): string {
  if (!Number.isFinite(value)) return '';
  const { digits, point } = decimalOf(Math.abs(value));
  const kept = point + decimals;
  const text = roundDigits(digits, kept).padStart(decimals + 1, '0');
  const whole = decimals === 0 ? text : `${text.slice(0, -decimals)}.${text.slice(-decimals)}`;
  return value < 0 && /[1-9]/.test(whole) ? `-${whole}` : whole;
}

/** Digits of a non-negative number and the place of its point: 12.5 is `125` with 2, 0.004 is `4` with -2. */
function decimalOf(value: number): { readonly digits: string; readonly point: number } {
  const [mantissa = '0', exponent = '0'] = value.toExponential().split('e');
  return { digits: mantissa.replace('.', ''), point: Number(exponent) + 1 };
}

/** The first `kept` digits as a whole number's text, rounded by those after them. */
function roundDigits(digits: string, kept: number): string {
  if (kept < 0) return '0';
  const head = digits.slice(0, kept).padEnd(kept, '0');
  const rest = digits.slice(kept);
  const isUp = rest !== '' && (isOverHalf(rest) || (isHalf(rest) && isOdd(head)));
  return isUp ? String(BigInt(head === '' ? '0' : head) + 1n).padStart(kept, '0') : head || '0';
}

const isHalf = (rest: string): boolean => /^50*$/.test(rest);
const isOverHalf = (rest: string): boolean => rest.charCodeAt(0) >= 0x35 && !isHalf(rest);
const isOdd = (head: string): boolean => head !== '' && Number(head.at(-1)) % 2 === 1;
