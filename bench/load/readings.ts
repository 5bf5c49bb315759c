import type { Reading } from '../../model/reading.ts';
import { numberPlant } from '../../test/delivery/numbers.ts';

/** 200 tags, one reading a second each. */
export const loadPlant = numberPlant(200);

const startMs = Date.UTC(2026, 0, 1);

export function loadReading(number: number): Reading {
  const timeMs = startMs + Math.floor(number / loadPlant.tags.length) * 1000;
  const tag = loadPlant.tags[number % loadPlant.tags.length]?.id ?? '';
  return { tag, timeMs, timeNs: 0, value: (number % 997) / 10, status: 0, origin: 'live' };
}
