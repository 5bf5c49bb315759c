import { describe, expect, test } from 'vitest';
import { type ReadingMemory, SameTimeRule } from '../../gateway/same-time-rule.ts';
import type { Collision } from '../../gateway/spool.ts';
import type { Reading, ReadingValue } from '../../model/reading.ts';

const nothing: ReadingMemory = { newest: () => undefined, collisions: () => [] };
const BAD = 0x8000_0000;

function reading(value: ReadingValue, timeMs = 1000, more: Partial<Reading> = {}): Reading {
  return { tag: 'a.b', timeMs, timeNs: 0, value, status: 0, origin: 'live', ...more };
}

/** Nanoseconds each value was placed at, or undefined where it was left out. */
function placed(rule: SameTimeRule, ...readings: Reading[]): (number | undefined)[] {
  rule.begin();
  return readings.map((one) => rule.place(one)?.timeNs);
}

describe('values with one source time', () => {
  test.each<[string, Reading[], (number | undefined)[]]>([
    ['a repeat is left out', [reading(1), reading(1)], [0, undefined]],
    ['another value goes to the next nanosecond', [reading(1), reading(2), reading(3)], [0, 1, 2]],
    ['a number met before is a repeat', [reading(1), reading(2), reading(1)], [0, 1, undefined]],
    ['a switch goes on, off, on', [reading(true), reading(false), reading(true)], [0, 1, 2]],
    ['a status goes bad and returns', [reading(1), reading(1, 1000, { status: BAD }), reading(1)], [0, 1, 2]],
    [
      'the end of a millisecond is passed',
      [reading(1, 1000, { timeNs: 999_999 }), reading(2, 1000, { timeNs: 999_999 })],
      [999_999, 0],
    ],
    ['other times stand alone', [reading(1), reading(2, 1001), reading(3, 999)], [0, 0, 0]],
  ])('%s', (_name, readings, expected) => {
    expect(placed(new SameTimeRule(nothing), ...readings)).toEqual(expected);
  });

  test('sent again after a restart, they are the same readings: nothing new', () => {
    const rule = new SameTimeRule(nothing);
    const sent = [reading(1), reading(2), reading(3)];
    placed(rule, ...sent);
    const kept: readonly Collision[] = rule.end();
    const newest = rule.newest('a.b');
    const again = new SameTimeRule({ newest: () => newest, collisions: () => kept });
    expect(placed(again, ...sent)).toEqual([undefined, undefined, undefined]);
    expect(placed(again, reading(4))).toEqual([3]);
  });

  test('a late reading does not move the newest backwards', () => {
    const rule = new SameTimeRule(nothing);
    placed(rule, reading(1, 2000), reading(2, 1000));
    expect(rule.newest('a.b')).toMatchObject({ timeMs: 2000 });
  });
});
