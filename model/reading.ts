import type { StatusCode } from './status.ts';

/** What a sensor said: a number (in the tag's unit), a truth value, a text, or nothing (with a bad status). */
export type ReadingValue = number | boolean | string | null;

/**
 * How a reading came in. `live`: as it happened. `history`: read back from the source's own history after a gap.
 * `import`: from a recorded file. `manual`: typed in by a person.
 */
export type ReadingOrigin = 'live' | 'history' | 'import' | 'manual';

/**
 * One data value, the unit of everything that flows through the platform.
 * Identity is (tag, source time); a second value at the same identity replaces the first.
 */
export interface Reading {
  /** `<asset>.<quantity>`, unique in the plant. Its unit is the tag's (see plant.ts). */
  readonly tag: string;
  /** Source time, whole milliseconds since the epoch, UTC. */
  readonly timeMs: number;
  /** Nanoseconds within that millisecond, 0 to 999,999. OPC UA sends 100 ns steps. */
  readonly timeNs: number;
  readonly value: ReadingValue;
  readonly status: StatusCode;
  readonly origin: ReadingOrigin;
}

export interface Instant {
  readonly timeMs: number;
  readonly timeNs: number;
}

/** The last millisecond that JavaScript's calendar knows. */
const LAST_MS = 8.64e15;

/** Whether it is whole milliseconds and nanoseconds within the calendar, from the epoch on. */
export const isInstant = ({ timeMs, timeNs }: Instant): boolean =>
  Number.isSafeInteger(timeMs) && timeMs >= 0 && timeMs <= LAST_MS && Number.isInteger(timeNs);

/** Negative where `a` is before `b`. */
export function compareInstants(a: Instant, b: Instant): number {
  return a.timeMs - b.timeMs || a.timeNs - b.timeNs;
}

/** The next nanosecond: where a second value at one source time goes, so that neither is lost. */
export function nextNanosecond({ timeMs, timeNs }: Instant): Instant {
  return timeNs === 999_999 ? { timeMs: timeMs + 1, timeNs: 0 } : { timeMs, timeNs: timeNs + 1 };
}

/** Nanoseconds since the epoch as decimal text (a 64-bit integer; a JavaScript number can't hold it). */
export function toNanosecondText({ timeMs, timeNs }: Instant): string {
  return timeNs === 0 ? `${timeMs}000000` : `${timeMs}${String(timeNs).padStart(6, '0')}`;
}

/** @param text whole nanoseconds since the epoch, not negative */
export function fromNanosecondText(text: string): Instant {
  const padded = text.padStart(7, '0');
  return { timeMs: Number(padded.slice(0, -6)), timeNs: Number(padded.slice(-6)) };
}

/** ISO 8601 in UTC; the fraction has as many digits as it needs, at least milliseconds. */
export function toIsoTime({ timeMs, timeNs }: Instant): string {
  const iso = new Date(timeMs).toISOString();
  if (timeNs === 0) return iso;
  return `${iso.slice(0, -1)}${String(timeNs).padStart(6, '0').replace(/0+$/, '')}Z`;
}
