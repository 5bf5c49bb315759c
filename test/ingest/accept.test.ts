import { describe, expect, test } from 'vitest';
import { accept, readingText } from '../../ingest/accept.ts';
import { parseReadingText } from '../../ingest/reading-text.ts';
import type { Tag } from '../../model/plant.ts';
import type { Reading } from '../../model/reading.ts';
import { dayMs } from '../../model/window.ts';
import { numberTag } from '../delivery/numbers.ts';

const nowMs = Date.UTC(2026, 5, 1);
const label = { en: 'x', zh: 'x' };
const tags: Tag[] = [
  numberTag('a.number'),
  numberTag('a.switch', { definition: { unit: '1', kind: 'boolean', label } }),
  numberTag('a.text', { definition: { unit: '1', kind: 'text', label } }),
];
const plant = { tagsById: new Map(tags.map((tag) => [tag.id, tag])) };
const BAD = 0x8000_0000;

const reading = (more: Partial<Reading> = {}): Reading => ({
  ...{ tag: 'a.number', timeMs: nowMs, timeNs: 0, value: 1, status: 0, origin: 'live' },
  ...more,
});

describe('what can be stored is parted from what can not', () => {
  test.each<[string | undefined, Partial<Reading>]>([
    [undefined, {}],
    [undefined, { tag: 'a.switch', value: false }],
    [undefined, { tag: 'a.text', value: '运行' }],
    [undefined, { value: null, status: BAD }],
    ['unknown-tag', { tag: 'a.none' }],
    ['kind-mismatch', { value: '1' }],
    ['kind-mismatch', { value: true }],
    ['kind-mismatch', { tag: 'a.switch', value: 1 }],
    ['value-missing', { value: null }],
    ['not-finite', { value: Number.NaN }],
    ['not-finite', { value: Number.NEGATIVE_INFINITY }],
    ['too-large', { tag: 'a.text', value: 'x'.repeat(4097) }],
    ['time-implausible', { timeMs: 0 }],
    ['time-implausible', { timeMs: nowMs + dayMs + 1 }],
    ['time-implausible', { timeMs: nowMs - 367 * dayMs }],
    ['time-implausible', { timeMs: Number.MAX_SAFE_INTEGER }],
    [undefined, { timeMs: nowMs + dayMs }],
    [undefined, { timeMs: nowMs - 367 * dayMs, origin: 'history' }],
    [undefined, { timeMs: Date.UTC(1995, 0, 1), origin: 'import' }],
    ['time-implausible', { timeMs: Date.UTC(1970, 0, 1), origin: 'import' }],
  ])('%s: %j', (reason, more) => {
    const { readings, refusals } = accept([reading(), reading(more), reading()], plant, nowMs, 'test');
    expect(refusals.map((refusal) => refusal.reason)).toEqual(reason === undefined ? [] : [reason]);
    expect(readings).toHaveLength(reason === undefined ? 3 : 2);
  });
});

describe('a refused reading as text', () => {
  test.each([
    reading({ timeNs: 123_400 }),
    reading({ tag: 'a.text', value: 'x"y' }),
    reading({ value: null }),
  ])('is read back as it was: %j', (one) => expect(parseReadingText(readingText(one))).toEqual(one));

  test.each([
    '',
    '[]',
    '{}',
    '{"tag":"a.number","time":"yesterday","value":1}',
    '{"tag":"a","time":"2026-01-01T00:00:00","value":1}',
    '{"tag":"a","time":"2026-01-01T00:00:00Z","value":{}}',
  ])('%j is refused', (text) =>
    expect(() => parseReadingText(text)).toThrow(expect.objectContaining({ code: 'reading-malformed' })),
  );
});
