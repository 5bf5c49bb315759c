import type { WireBatch } from '../model/batch.ts';
import type { Plant } from '../model/plant.ts';
import type { ReadingColumns } from '../model/reading-columns.ts';
import type { TimeWindow } from '../model/window.ts';

/**
 * The readings of a batch as columns, where `accept` would take every one and each is a good live number at a whole
 * millisecond; undefined otherwise: then they are looked at one by one.
 * @param plausible times a live reading may have, both ends included
 */
export function acceptColumns(
  { tags, k, t, n, x, q, o }: WireBatch,
  { tagsById }: Pick<Plant, 'tagsById'>,
  plausible: TimeWindow,
): ReadingColumns | undefined {
  if (n !== undefined || q !== undefined || o !== 'live' || t.length === 0) return undefined;
  if (!areFinite(x)) return undefined;
  const timesMs = timesOf(t, plausible);
  const dictionary = numberTags(tags, tagsById);
  if (timesMs === undefined || dictionary === undefined) return undefined;
  const ofEach = tagsOf(dictionary, k, t.length);
  return ofEach && { tags: ofEach, timesMs, values: x };
}

/** The plant's own text of each tag, so that all that look it up later find it at once. */
function numberTags(texts: readonly string[], tagsById: Plant['tagsById']): string[] | undefined {
  const found: string[] = [];
  for (const text of texts) {
    const tag = tagsById.get(text);
    if (tag?.definition.kind !== 'number') return undefined;
    found.push(tag.id);
  }
  return found;
}

function tagsOf(
  dictionary: readonly string[],
  indexes: readonly number[] | undefined,
  count: number,
): readonly string[] | undefined {
  if (indexes === undefined) return dictionary.length === count ? dictionary : undefined;
  const tags: string[] = [];
  for (const index of indexes) {
    const tag = dictionary[index];
    if (tag === undefined) return undefined;
    tags.push(tag);
  }
  return tags;
}

function timesOf(steps: readonly number[], { startMs, endMs }: TimeWindow): number[] | undefined {
  const timesMs: number[] = [];
  let timeMs = 0;
  for (const step of steps) {
    timeMs += step;
    if (timeMs < startMs || timeMs > endMs) return undefined;
    timesMs.push(timeMs);
  }
  return timesMs;
}

function areFinite(values: WireBatch['x']): values is readonly number[] {
  for (const value of values) if (!Number.isFinite(value)) return false;
  return true;
}
