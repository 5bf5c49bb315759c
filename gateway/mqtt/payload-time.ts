import { parseIsoMs } from '../../model/iso-time.ts';
import { type Instant, isInstant } from '../../model/reading.ts';

export type TimeUnit = 'iso' | 's' | 'ms' | 'us' | 'ns';

/**
 * The instant a payload's timestamp field means.
 * @param unit undefined = milliseconds where the field is a number, or text of digits alone; else ISO 8601
 * @returns undefined where the field is no such time; ISO text must carry a zone, or it would mean another time elsewhere
 */
export function payloadInstant(field: unknown, unit: TimeUnit | undefined): Instant | undefined {
  const instant = instantOf(field, unit);
  return instant && isInstant(instant) ? instant : undefined;
}

function instantOf(field: unknown, unit: TimeUnit | undefined): Instant | undefined {
  const isCount = typeof field === 'number' || (typeof field === 'string' && /^\d+$/.test(field));
  const meant = unit ?? (isCount ? 'ms' : 'iso');
  if (meant === 'iso') return typeof field === 'string' ? isoInstant(field) : undefined;
  const digits = typeof field === 'string' && /^\d+$/.test(field) ? BigInt(field) : undefined;
  if (digits !== undefined) return integerInstant(digits, meant);
  return typeof field === 'number' && Number.isFinite(field) && field >= 0
    ? numberInstant(field, meant)
    : undefined;
}

function isoInstant(text: string): Instant | undefined {
  const match = /^(\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?)(?:[.,](\d{1,9}))?(Z|[+-]\d\d:?\d\d)$/.exec(text);
  if (!match) return undefined;
  const seconds = parseIsoMs(`${match[1]?.replace(' ', 'T')}${match[3]}`);
  if (Number.isNaN(seconds)) return undefined;
  const fraction = (match[2] ?? '').padEnd(9, '0');
  return { timeMs: seconds + Number(fraction.slice(0, 3)), timeNs: Number(fraction.slice(3)) };
}

const nsPerUnit = { s: 1_000_000_000n, ms: 1_000_000n, us: 1000n, ns: 1n } as const;

function integerInstant(count: bigint, unit: keyof typeof nsPerUnit): Instant {
  const ns = count * nsPerUnit[unit];
  return { timeMs: Number(ns / 1_000_000n), timeNs: Number(ns % 1_000_000n) };
}

function numberInstant(count: number, unit: keyof typeof nsPerUnit): Instant {
  if (Number.isSafeInteger(count)) return integerInstant(BigInt(count), unit);
  // A fraction (seconds with decimals) or more digits than a double holds: the microsecond is what is left.
  const us = Math.round((count * Number(nsPerUnit[unit])) / 1000);
  return { timeMs: Math.floor(us / 1000), timeNs: (us % 1000) * 1000 };
}
