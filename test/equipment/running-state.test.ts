import { expect, test } from 'vitest';
import {
  PACKML_STATES,
  PACKML_TRANSITIONS,
  type PackmlName,
  packmlMachineState,
  packmlTransition,
} from '../../scenarios/equipment/state/packml.ts';
import {
  DEFAULT_RUNNING_RULES,
  type MachineSignals,
  runningState,
} from '../../scenarios/equipment/state/running-state.ts';
import { heldSpans, withoutFlicker } from '../../scenarios/equipment/state/state-span.ts';
import { stateSummary } from '../../scenarios/equipment/state/state-summary.ts';

const names = Object.values(PACKML_STATES).map(({ name }) => name);

test.each(PACKML_TRANSITIONS)('%s, on %s, goes to %s', (from, trigger, to) => {
  expect(packmlTransition(from, trigger)).toBe(to);
});

const cannotStop: PackmlName[] = ['Stopping', 'Stopped', 'Clearing', 'Aborting', 'Aborted'];
const cannotAbort: PackmlName[] = ['Aborting', 'Aborted'];

test.each(names)('%s obeys Stop and Abort as the model says', (from) => {
  expect(packmlTransition(from, 'Stop')).toBe(cannotStop.includes(from) ? undefined : 'Stopping');
  expect(packmlTransition(from, 'Abort')).toBe(cannotAbort.includes(from) ? undefined : 'Aborting');
});

test('a command that a state does not take leads nowhere', () => {
  expect(packmlTransition('Stopped', 'Start')).toBeUndefined();
  expect(packmlTransition('Idle', 'Hold')).toBeUndefined();
});

test('every state can be left, and is reached from Aborted, where the model starts', () => {
  const reached = new Set<PackmlName>(['Aborted']);
  const triggers = [...new Set(PACKML_TRANSITIONS.map(([, on]) => on)), 'Stop', 'Abort'] as const;
  for (const from of reached)
    for (const trigger of triggers) {
      const to = packmlTransition(from, trigger);
      if (to) reached.add(to);
    }
  expect(reached.size).toBe(17);
});

test.each([
  [6, 'running'],
  [16, 'running'],
  [4, 'idle'],
  [5, 'idle'],
  [11, 'idle'],
  [2, 'stopped'],
  [8, 'fault'],
  [9, 'fault'],
  [0, undefined],
  [18, undefined],
] as const)('state word %i means %s', (word, state) => {
  expect(packmlMachineState(word)).toBe(state);
});

const none: MachineSignals = {
  stateWord: [],
  running: [],
  currentA: [],
  speedRpm: [],
  vibrationMmPerS: [],
};
const every = <T>(stepMs: number, values: readonly T[]) =>
  values.map((state, i) => ({ timeMs: i * stepMs, state }));
const rules = { ...DEFAULT_RUNNING_RULES, currentA: { rise: 10, fall: 9 } };

test('current between its two limits leaves the state as it was', () => {
  const currentA = every(60_000, [0, 9.5, 10.5, 9.5, 9.2, 8.9, 9.5]);
  const states = runningState({ ...none, currentA }, rules).map(({ startMs, state }) => [
    startMs,
    state.state,
  ]);
  expect(states).toEqual([
    [0, 'stopped'],
    [120_000, 'running'],
    [300_000, 'stopped'],
  ]);
});

test('a flicker shorter than the dwell is no stop and no start', () => {
  const currentA = every(1000, [...Array(30).fill(20), ...Array(5).fill(0), ...Array(30).fill(20)]);
  const states = runningState({ ...none, currentA }, rules);
  expect(states.map(({ state }) => state.state)).toEqual(['running']);
  const window = { startMs: 0, endMs: 900_000 };
  expect(stateSummary(states, window)?.starts).toBe(0);
});

test('a stop longer than the dwell counts', () => {
  const currentA = every(1000, [...Array(30).fill(20), ...Array(12).fill(0), ...Array(30).fill(20)]);
  const states = runningState({ ...none, currentA }, rules);
  expect(states.map(({ state }) => state.state)).toEqual(['running', 'stopped', 'running']);
  expect(stateSummary(states, { startMs: 0, endMs: 900_000 })?.starts).toBe(1);
});

test('a turning shaft without current is idle', () => {
  const signals = { ...none, currentA: every(1000, [1]), speedRpm: every(1000, [1480]) };
  expect(runningState(signals, rules).map(({ state }) => state)).toEqual([
    { state: 'idle', method: 'current' },
  ]);
});

test.each([
  ['running-flag', { ...none, running: every(1000, [true]), speedRpm: every(1000, [0]) }],
  ['current', { ...none, currentA: every(1000, [20]), vibrationMmPerS: every(1000, [0]) }],
  ['speed', { ...none, speedRpm: every(1000, [900]), vibrationMmPerS: every(1000, [0]) }],
  ['vibration', { ...none, vibrationMmPerS: every(1000, [0.9]) }],
] as const)('%s is heard before what says less', (method, signals) => {
  expect(runningState(signals, rules).map(({ state }) => state)).toEqual([{ state: 'running', method }]);
});

test('the state word comes first, and where it is bad the rest is asked', () => {
  const signals: MachineSignals = {
    ...none,
    stateWord: every(60_000, [9, undefined]),
    running: every(60_000, [true, true]),
  };
  expect(
    runningState(signals, rules).map(({ startMs, state }) => [startMs, state.state, state.method]),
  ).toEqual([
    [0, 'fault', 'state-word'],
    [60_000, 'running', 'running-flag'],
  ]);
});

test('a silent machine is unknown after the hold, and the summary says how much was known', () => {
  const states = runningState({ ...none, running: every(1000, [true]) }, { ...rules, maxHoldMs: 300_000 });
  expect(stateSummary(states, { startMs: 0, endMs: 900_000 })).toMatchObject({
    state: 'running',
    runningS: 300,
    runningShare: 1,
    completeness: 1 / 3,
  });
  expect(stateSummary(states, { startMs: 900_000, endMs: 1_800_000 })).toBeUndefined();
});

test('a short span at the edge of what is known stays', () => {
  const spans = heldSpans(every(1000, ['a', 'b']), 1000);
  expect(withoutFlicker(spans, 10_000)).toEqual(spans);
});
