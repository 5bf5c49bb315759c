import type { ValueKind } from '../../model/nature.ts';

/** A number as JSON writes it, nothing else: no comma, no unit, no hexadecimal, no blank text. */
const jsonNumber = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;
const truths: ReadonlyMap<string, boolean> = new Map([
  ...['true', 'on', '1'].map((text) => [text, true] as const),
  ...['false', 'off', '0'].map((text) => [text, false] as const),
]);

/**
 * Many devices write each value as text. Text that is a number in JSON's own writing is one for a tag that is a number,
 * and `true`, `false`, `on`, `off`, `1`, `0` in any case are truths; any other text stays what it is, to be refused.
 */
export function jsonValue(raw: unknown, kind: ValueKind): unknown {
  if (typeof raw !== 'string') return raw;
  const text = raw.trim();
  if (kind === 'number') return jsonNumber.test(text) ? Number(text) : raw;
  return kind === 'boolean' ? (truths.get(text.toLowerCase()) ?? raw) : raw;
}
