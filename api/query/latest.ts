import type { Plant, Tag } from '../../model/plant.ts';
import { compareInstants, type Reading, toIsoTime } from '../../model/reading.ts';
import type { Backend } from '../ports.ts';
import type { LatestReading } from '../schemas/readings.ts';

/** The newest reading of each tag: what just came in, and from the store what has not come since the start. */
export async function latestOf(
  { live, store, clock }: Pick<Backend, 'live' | 'store' | 'clock'>,
  tags: readonly Tag[],
): Promise<LatestReading[]> {
  const ids = tags.map((tag) => tag.id);
  const newest = new Map(live.latest(ids).map((reading) => [reading.tag, reading]));
  const missing = ids.filter((id) => !newest.has(id));
  if (missing.length > 0) {
    for (const reading of await store.latest(missing)) keepNewer(newest, reading);
  }
  const nowMs = clock.nowMs();
  return tags.flatMap((tag) => {
    const reading = newest.get(tag.id);
    return reading ? [presentReading(reading, tag, nowMs)] : [];
  });
}

export function keepNewer(newest: Map<string, Reading>, reading: Reading): void {
  const known = newest.get(reading.tag);
  if (!known || compareInstants(known, reading) <= 0) newest.set(reading.tag, reading);
}

/** Readings of tags that the plant knows, as `/latest` and the stream show them. */
export function presentReadings(readings: Iterable<Reading>, plant: Plant, nowMs: number): LatestReading[] {
  return [...readings].flatMap((reading) => {
    const tag = plant.tagsById.get(reading.tag);
    return tag ? [presentReading(reading, tag, nowMs)] : [];
  });
}

function presentReading(reading: Reading, tag: Tag, nowMs: number): LatestReading {
  return {
    tag: reading.tag,
    value: reading.value,
    unit: tag.unit,
    status: reading.status,
    sourceTime: toIsoTime(reading),
    ageS: (nowMs - reading.timeMs) / 1000,
  };
}
