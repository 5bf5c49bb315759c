import type { Reading } from './reading.ts';
import { statusCodes } from './status.ts';

/**
 * Good live numbers at whole milliseconds, which nearly all readings are: a column for each property instead of an object
 * for each reading. The columns have one length; the nth of each make the nth reading. Values are finite.
 */
export interface ReadingColumns {
  readonly tags: readonly string[];
  readonly timesMs: readonly number[];
  readonly values: readonly number[];
}

/** Readings in either form. */
export type Readings = readonly Reading[] | ReadingColumns;

export const isColumns = (readings: Readings): readings is ReadingColumns => !Array.isArray(readings);

export const countOf = (readings: Readings): number =>
  isColumns(readings) ? readings.tags.length : readings.length;

/** One by one, whatever their form. */
export function listOf(readings: Readings): readonly Reading[] {
  return isColumns(readings) ? readings.tags.map((_, index) => readingAt(readings, index)) : readings;
}

export function readingAt({ tags, timesMs, values }: ReadingColumns, index: number): Reading {
  return {
    tag: tags[index] as string,
    timeMs: timesMs[index] as number,
    timeNs: 0,
    value: values[index] as number,
    status: statusCodes.good,
    origin: 'live',
  };
}

/** All of them in order: columns where every part is (or is empty), a list otherwise. */
export function joined(parts: readonly Readings[]): Readings {
  const filled = parts.filter((part) => countOf(part) > 0);
  if (filled.length === 0 || !filled.every(isColumns)) return filled.flatMap(listOf);
  const none: ReadingColumns = { tags: [], timesMs: [], values: [] };
  return {
    tags: none.tags.concat(...filled.map(({ tags }) => tags)),
    timesMs: none.timesMs.concat(...filled.map(({ timesMs }) => timesMs)),
    values: none.values.concat(...filled.map(({ values }) => values)),
  };
}
