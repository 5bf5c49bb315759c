import fc from 'fast-check';
import { expect, test } from 'vitest';
import { accept, defaultLimits, plausibleTimes } from '../../ingest/accept.ts';
import { acceptColumns } from '../../ingest/accept-columns.ts';
import { encodeBatch, parseBatch, readingsOfBatch, type WireBatch } from '../../model/batch.ts';
import type { Plant } from '../../model/plant.ts';
import type { Reading } from '../../model/reading.ts';
import { listOf } from '../../model/reading-columns.ts';
import { numberPlant, numbersStartMs, numberTag } from '../delivery/numbers.ts';

const nowMs = numbersStartMs + 60_000;
const numbers = numberPlant(3);
const text = numberTag('numbers.text', {
  definition: { unit: '1', kind: 'text', label: { en: 'text', zh: '文本' } },
});
const plant: Pick<Plant, 'tagsById'> = { tagsById: new Map([...numbers.tagsById, [text.id, text]]) };
const plausible = plausibleTimes('live', nowMs, defaultLimits);

const wireOf = (readings: readonly Reading[], more: Partial<WireBatch> = {}): WireBatch =>
  parseBatch(JSON.stringify({ ...JSON.parse(encodeBatch({ epoch: 1, sequence: 1, readings })), ...more }));
const columnsOf = (wire: WireBatch) => acceptColumns(wire, plant, plausible);

const plainReading = fc.record({
  tag: fc.constantFrom('numbers.n0', 'numbers.n1', 'numbers.n2'),
  timeMs: fc.integer({ min: numbersStartMs, max: nowMs }),
  timeNs: fc.constant(0),
  value: fc.double({ noNaN: true, noDefaultInfinity: true }),
  status: fc.constant(0),
  origin: fc.constant('live' as const),
}) satisfies fc.Arbitrary<Reading>;

test('good live numbers of the plant come as columns, and are what `accept` would take', () => {
  fc.assert(
    fc.property(fc.array(plainReading, { minLength: 1 }), (readings) => {
      const wire = wireOf(readings);
      const columns = columnsOf(wire);
      expect(columns && listOf(columns)).toEqual(
        accept(readingsOfBatch(wire), plant, nowMs, 'gateway:test').readings,
      );
    }),
  );
});

const good: Reading = {
  ...{ tag: 'numbers.n0', timeMs: numbersStartMs, timeNs: 0 },
  ...{ value: 1, status: 0, origin: 'live' },
};

test.each<[string, Partial<Reading>]>([
  ['a status', { status: 0x4000_0000 }],
  ['nanoseconds', { timeNs: 1 }],
  ['history', { origin: 'history' }],
  ['a tag the plant does not have', { tag: 'numbers.gone' }],
  ['a tag of another kind', { tag: 'numbers.text' }],
  ['a text', { value: '1' }],
  ['nothing', { value: null }],
  ['a truth value', { value: true }],
  ['a time too far ahead', { timeMs: nowMs + defaultLimits.maxAheadMs + 1 }],
  ['a time too long ago', { timeMs: nowMs - defaultLimits.maxLiveAgeMs - 1 }],
])('one reading with %s: all are looked at one by one', (_, different) => {
  const others = [good, { ...good, tag: 'numbers.n1' }];
  expect(columnsOf(wireOf(others))).toBeDefined();
  expect(columnsOf(wireOf([...others, { ...good, ...different }]))).toBeUndefined();
});

test.each<[string, Partial<WireBatch>]>([
  ['no reading', { t: [], x: [] }],
  ['an index beyond the dictionary', { k: [7] }],
  ['a negative index', { k: [-1] }],
  ['fewer readings than tags, and no index', { tags: ['numbers.n0', 'numbers.n1'] }],
  ['fewer tags than readings', { tags: [] }],
])('a batch with %s is left to `accept` and its errors', (_, more) => {
  expect(columnsOf(wireOf([good], more))).toBeUndefined();
});

test('a number too large for a double is no column', () => {
  const wire = parseBatch(
    encodeBatch({ epoch: 1, sequence: 1, readings: [good] }).replace('"x":[1]', '"x":[1e999]'),
  );
  expect(columnsOf(wire)).toBeUndefined();
});
