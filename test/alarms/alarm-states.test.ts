import { expect, test } from 'vitest';
import {
  type AlarmEvent,
  type AlarmState,
  alarmEvents,
  alarmStates,
  nextAlarmState,
} from '../../scenarios/alarms/state-table.ts';

const U = 'unacknowledged';
const A = 'acknowledged';
const R = 'returned-unacknowledged';
const L = 'latched';
const S = 'shelved';
const D = 'suppressed-by-design';
const O = 'out-of-service';

/** Every move the standard's diagram draws; all other pairs must be refused. */
const rows: readonly (readonly [AlarmState, AlarmEvent, boolean, AlarmState])[] = [
  ['normal', 'raise', true, U],
  [U, 'acknowledge', true, A],
  [A, 'clear', false, 'normal'],
  [U, 'clear', false, R],
  [R, 'acknowledge', false, 'normal'],
  [R, 'raise', true, U],
  [L, 'raise', true, U],
  [L, 'reset', false, 'normal'],
  ...(['normal', U, A, R, L] as const).flatMap(
    (from) =>
      [
        [from, 'shelve', true, S],
        [from, 'suppress', true, D],
        [from, 'remove-from-service', true, O],
      ] as const,
  ),
  [S, 'suppress', true, D],
  [S, 'remove-from-service', true, O],
  [D, 'remove-from-service', true, O],
  ...(
    [
      [S, 'unshelve'],
      [D, 'unsuppress'],
      [O, 'return-to-service'],
    ] as const
  ).flatMap(
    ([from, event]) =>
      [
        [from, 'raise', true, from],
        [from, 'clear', false, from],
        [from, event, true, U],
        [from, event, false, 'normal'],
      ] as const,
  ),
];

test.each(rows)('%s + %s (active %s) -> %s', (from, event, active, to) => {
  expect(nextAlarmState(from, event, active)).toBe(to);
});

test('every other pair of state and event is refused', () => {
  const drawn = new Set(rows.map(([from, event]) => `${from} ${event}`));
  const allowed = alarmStates.flatMap((from) =>
    alarmEvents
      .filter((event) => nextAlarmState(from, event, true) !== undefined)
      .map((event) => `${from} ${event}`),
  );
  expect(new Set(allowed)).toEqual(drawn);
});

test.each([
  [A, 'clear', L],
  [R, 'acknowledge', L],
  [U, 'clear', R],
  [U, 'acknowledge', A],
] as const)('a latching alarm: %s + %s -> %s', (from, event, to) => {
  expect(nextAlarmState(from, event, false, true)).toBe(to);
});
