import { qualityOf, statusName } from '../../model/status.ts';
import type { LatestReading, TagAnswer } from './api.ts';
import type { LiveFeed } from './live.ts';
import type { Word } from './words.ts';

/** What a reader must know about a value before trusting it; worst last. */
export const conditions = ['good', 'uncertain', 'stale', 'bad', 'noData'] as const;
export type Condition = (typeof conditions)[number];

/** An old value of a source that reports changes only still stands while that source is healthy. */
export function conditionOf(tag: TagAnswer, live: LiveFeed): Condition {
  const reading = live.latest.get(tag.tag);
  if (!reading) return 'noData';
  const quality = qualityOf(reading.status);
  if (quality === 'bad' || reading.value === null) return 'bad';
  const isHeld = tag.reportsChanges && live.isHealthy(tag.source);
  if (!isHeld && live.ageS(reading) > tag.staleAfterS) return 'stale';
  return quality;
}

/** A shape beside the colour: the state must be readable without colour. */
export const conditionMark: Readonly<Record<Condition, string>> = {
  good: '',
  uncertain: '≈',
  stale: '◷',
  bad: '✕',
  noData: '∅',
};

export const conditionWord: Readonly<Record<Condition, Word>> = {
  good: 'good',
  uncertain: 'uncertain',
  stale: 'stale',
  bad: 'bad',
  noData: 'noData',
};

export const statusText = (reading: LatestReading | undefined): string =>
  reading ? statusName(reading.status) : '';
