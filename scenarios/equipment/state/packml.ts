import type { MachineState } from './state-span.ts';

export const PACKML_EDITION = 'ISA-TR88.00.02-2015';

/**
 * State words and what they mean for running: producing, ready but not producing, off, or in fault.
 * @see ISA-TR88.00.02 state model; OPC 30050 clause 6.3.5 (numbers as its implementations print them)
 */
export const PACKML_STATES = {
  1: { name: 'Clearing', state: 'stopped' },
  2: { name: 'Stopped', state: 'stopped' },
  3: { name: 'Starting', state: 'idle' },
  4: { name: 'Idle', state: 'idle' },
  5: { name: 'Suspended', state: 'idle' },
  6: { name: 'Execute', state: 'running' },
  7: { name: 'Stopping', state: 'stopped' },
  8: { name: 'Aborting', state: 'fault' },
  9: { name: 'Aborted', state: 'fault' },
  10: { name: 'Holding', state: 'idle' },
  11: { name: 'Held', state: 'idle' },
  12: { name: 'Unholding', state: 'idle' },
  13: { name: 'Suspending', state: 'idle' },
  14: { name: 'Unsuspending', state: 'idle' },
  15: { name: 'Resetting', state: 'idle' },
  16: { name: 'Completing', state: 'running' },
  17: { name: 'Complete', state: 'idle' },
} as const satisfies Readonly<Record<number, { readonly name: string; readonly state: MachineState }>>;

export type PackmlWord = keyof typeof PACKML_STATES;
export type PackmlName = (typeof PACKML_STATES)[PackmlWord]['name'];
export type PackmlTrigger =
  | 'SC'
  | 'Reset'
  | 'Start'
  | 'Stop'
  | 'Hold'
  | 'Unhold'
  | 'Suspend'
  | 'Unsuspend'
  | 'Abort'
  | 'Clear';

/** SC: state complete, the automatic transition of an acting state. Stop and Abort have their own rules below. */
export const PACKML_TRANSITIONS: readonly (readonly [PackmlName, PackmlTrigger, PackmlName])[] = [
  ['Aborted', 'Clear', 'Clearing'],
  ['Clearing', 'SC', 'Stopped'],
  ['Stopped', 'Reset', 'Resetting'],
  ['Complete', 'Reset', 'Resetting'],
  ['Resetting', 'SC', 'Idle'],
  ['Idle', 'Start', 'Starting'],
  ['Starting', 'SC', 'Execute'],
  ['Execute', 'SC', 'Completing'],
  ['Completing', 'SC', 'Complete'],
  ['Execute', 'Hold', 'Holding'],
  ['Suspended', 'Hold', 'Holding'],
  ['Holding', 'SC', 'Held'],
  ['Held', 'Unhold', 'Unholding'],
  ['Unholding', 'SC', 'Execute'],
  ['Execute', 'Suspend', 'Suspending'],
  ['Suspending', 'SC', 'Suspended'],
  ['Suspended', 'Unsuspend', 'Unsuspending'],
  ['Unsuspending', 'SC', 'Execute'],
  ['Stopping', 'SC', 'Stopped'],
  ['Aborting', 'SC', 'Aborted'],
];

const NOT_STOPPABLE: ReadonlySet<PackmlName> = new Set([
  'Stopping',
  'Stopped',
  'Clearing',
  'Aborting',
  'Aborted',
]);
const NOT_ABORTABLE: ReadonlySet<PackmlName> = new Set(['Aborting', 'Aborted']);

/** The state a trigger leads to, or undefined where the model has no such transition. */
export function packmlTransition(from: PackmlName, trigger: PackmlTrigger): PackmlName | undefined {
  if (trigger === 'Stop') return NOT_STOPPABLE.has(from) ? undefined : 'Stopping';
  if (trigger === 'Abort') return NOT_ABORTABLE.has(from) ? undefined : 'Aborting';
  return PACKML_TRANSITIONS.find(([state, on]) => state === from && on === trigger)?.[2];
}

/** What a state word says of running; undefined for 0 and any number the model does not have. */
export function packmlMachineState(word: number): MachineState | undefined {
  return word in PACKML_STATES ? PACKML_STATES[word as PackmlWord].state : undefined;
}
