import { PlantscopeError } from '../model/error.ts';
import { parseIsoMs } from '../model/iso-time.ts';
import type { Reading, ReadingOrigin } from '../model/reading.ts';

const origins: readonly string[] = ['live', 'history', 'import', 'manual'] satisfies readonly ReadingOrigin[];

/**
 * A reading as `readingText` writes it, perhaps mended by a person: `{"tag", "time", "value", "status", "origin"}`,
 * time in ISO 8601 with zone and up to nine decimals. Status and origin may be left out (good, manual).
 * @throws PlantscopeError `reading-malformed`
 */
export function parseReadingText(text: string): Reading {
  const { tag, time, value, status = 0, origin = 'manual' } = parseObject(text);
  if (typeof tag !== 'string') throw malformed('"tag" must be the name of a tag');
  const isValue = value === null || ['number', 'boolean', 'string'].includes(typeof value);
  if (!isValue) throw malformed('"value" must be a number, true, false, a text or null');
  if (!Number.isInteger(status)) throw malformed('"status" must be a whole number');
  if (!origins.includes(origin as string)) throw malformed(`"origin" must be one of ${origins.join(', ')}`);
  return { tag, ...parseTime(time), value, status, origin } as Reading;
}

function parseObject(text: string): Readonly<Record<string, unknown>> {
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return { ...parsed };
  } catch (cause) {
    throw malformed('not JSON', cause);
  }
  throw malformed('not an object');
}

function parseTime(time: unknown): { timeMs: number; timeNs: number } {
  const match =
    typeof time === 'string'
      ? /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:?\d\d)$/.exec(time)
      : null;
  const wholeMs = match ? parseIsoMs(`${match[1]}${match[3]}`) : Number.NaN;
  if (!match || Number.isNaN(wholeMs))
    throw malformed('"time" must be ISO 8601 with a zone, as 2026-03-01T08:00:00Z');
  const nanoseconds = Number((match[2] ?? '').padEnd(9, '0'));
  return { timeMs: wholeMs + Math.floor(nanoseconds / 1_000_000), timeNs: nanoseconds % 1_000_000 };
}

function malformed(what: string, cause?: unknown): PlantscopeError {
  return new PlantscopeError('reading-malformed', `Not a reading: ${what}`, { cause });
}
