import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Reading, ReadingOrigin } from '../../../model/reading.ts';
import { readingLine } from '../../../store/influx/line-protocol.ts';
import { LinePrefix, LineWriter } from '../../../store/influx/line-writer.ts';

const decimal = fc
  .tuple(fc.integer({ min: -(10 ** 12), max: 10 ** 12 }), fc.integer({ min: 0, max: 9 }))
  .map(([digits, places]) => digits / 10 ** places);
const number = fc.oneof(
  decimal,
  fc.integer({ min: -5000, max: 5000 }).map((whole) => whole / 1000),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.constantFrom(0, -0, 0.001, -0.001, 2147483.647, 2147483.648, -2147483.647, 1e21, 5e-324, 0.1 + 0.2),
);
const value = fc.oneof(
  { weight: 5, arbitrary: number },
  {
    weight: 1,
    arbitrary: fc.oneof(fc.boolean(), fc.string({ unit: 'grapheme' }), fc.constant('20 °C "ok"')),
  },
);
const timeMs = fc.oneof(
  fc.constantFrom(0, 999_999_999_999, 1_000_000_000_000, 1_767_225_600_000, 1_767_225_600_001),
  fc.integer({ min: 0, max: 9_223_372_036_853 }),
);
const reading: fc.Arbitrary<Reading> = fc.record({
  tag: fc.constantFrom('pump.power', 'kühler.zustand'),
  timeMs,
  timeNs: fc.oneof({ weight: 5, arbitrary: fc.constant(0) }, fc.integer({ min: 0, max: 999_999 })),
  value,
  status: fc.oneof({ weight: 5, arbitrary: fc.constant(0) }, fc.constantFrom(0x8000_0000, 0x4000_0000)),
  origin: fc.constantFrom<ReadingOrigin>('live', 'live', 'live', 'history', 'manual'),
});
const entry = fc.tuple(reading, fc.boolean());
const request = fc.record({
  marks: fc.array(fc.constant('mark,a=b n=1i 5'), { maxLength: 2 }),
  entries: fc.array(entry),
});

test('both ways write the same lines, whatever came before in the same buffer', () => {
  const writer = new LineWriter();
  fc.assert(
    fc.property(request, ({ marks, entries }) => {
      writer.clear();
      for (const mark of marks) writer.line(mark);
      for (const [one, complete] of entries) {
        writer.reading(new LinePrefix(prefixOf(one)), one, complete);
      }
      const lines = entries.map(([one, complete]) => readingLine(prefixOf(one), one, complete));
      expect(textOf(writer)).toBe([...marks, ...lines].join('\n'));
    }),
    { numRuns: 500 },
  );
});

test('a request larger than the buffer keeps all its lines', () => {
  const writer = new LineWriter();
  const lines: string[] = [];
  for (let index = 0; index < 5000; index++) {
    const one: Reading = { ...base, timeMs: base.timeMs + index, value: index / 8 };
    writer.reading(new LinePrefix(prefixOf(one)), one, false);
    lines.push(readingLine(prefixOf(one), one, false));
  }
  expect(textOf(writer)).toBe(lines.join('\n'));
});

const textOf = (writer: LineWriter): string => Buffer.from(writer.bytes()).toString();

const base: Reading = {
  ...{ tag: 'pump.power', timeMs: 1_767_225_600_000, timeNs: 0 },
  ...{ value: 1, status: 0, origin: 'live' },
};

const prefixOf = ({ tag }: Reading): string => `pump,asset=${tag},quantity=power,unit=kW `;
