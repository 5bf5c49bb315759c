import { type AlarmEvent, type AlarmState, nextAlarmState } from './state-table.ts';

/** One line of the append-only journal. */
export interface AlarmTransition {
  readonly alarm: string;
  readonly event: AlarmEvent;
  readonly from: AlarmState;
  readonly to: AlarmState;
  readonly timeMs: number;
  /** Of `raise` and `clear`: the value that did it, and the limit of that moment. */
  readonly value?: number;
  readonly limit?: number;
  /** Of `raise`: what it was seen on, such as the id of an image. */
  readonly evidence?: string;
  /** Who acted; absent for what the platform did. */
  readonly by?: string;
  readonly note?: string;
  /** Of `shelve`: when it ends by itself. */
  readonly untilMs?: number;
}

/** What the journal says of one alarm. */
export interface AlarmStatus {
  readonly state: AlarmState;
  /** Whether the condition holds, also while the alarm is hidden. */
  readonly active: boolean;
  /** Of the last transition. */
  readonly sinceMs: number;
  readonly raisedMs?: number;
  readonly value?: number;
  /** Of the last raise or clear. */
  readonly limit?: number;
  /** Of the last raise. */
  readonly evidence?: string;
  readonly acknowledgedBy?: string;
  readonly shelvedUntilMs?: number;
}

export const NEVER_RAISED: AlarmStatus = { state: 'normal', active: false, sinceMs: 0 };

export type AlarmAct = Omit<AlarmTransition, 'alarm' | 'from' | 'to'>;

/** The journal's line for an event, undefined where the state does not allow it. */
export function transition(
  alarm: string,
  status: AlarmStatus,
  act: AlarmAct,
  latching = false,
): AlarmTransition | undefined {
  const to = nextAlarmState(status.state, act.event, status.active, latching);
  return to === undefined ? undefined : { ...act, alarm, from: status.state, to };
}

/** The status after one line of the journal. */
export function afterTransition(status: AlarmStatus, written: AlarmTransition): AlarmStatus {
  const line = reconciled(status, written);
  const active = line.event === 'raise' || (line.event !== 'clear' && status.active);
  const raisedMs = line.event === 'raise' ? line.timeMs : status.raisedMs;
  const value = line.value ?? status.value;
  const limit = line.limit ?? status.limit;
  const evidence = line.event === 'raise' ? line.evidence : status.evidence;
  const acknowledgedBy = line.to === 'acknowledged' ? (line.by ?? status.acknowledgedBy) : undefined;
  const shelvedUntilMs = line.to === 'shelved' ? (line.untilMs ?? status.shelvedUntilMs) : undefined;
  return {
    state: line.to,
    active,
    sinceMs: line.timeMs,
    ...(raisedMs !== undefined && { raisedMs }),
    ...(value !== undefined && { value }),
    ...(limit !== undefined && { limit }),
    ...(evidence !== undefined && { evidence }),
    ...(acknowledgedBy !== undefined && { acknowledgedBy }),
    ...(shelvedUntilMs !== undefined && { shelvedUntilMs }),
  };
}

/**
 * Two processes that move one alarm in the same second both write from the state they knew. The later line is then read as
 * its event on the state that the earlier one left.
 */
function reconciled(status: AlarmStatus, line: AlarmTransition): AlarmTransition {
  if (line.from === status.state) return line;
  const latching = line.to === 'latched' || status.state === 'latched';
  const to = nextAlarmState(status.state, line.event, status.active, latching);
  return { ...line, from: status.state, to: to ?? (status === NEVER_RAISED ? line.to : status.state) };
}

/** Every alarm's status after the journal's lines, oldest first. Alarms that never moved are absent. */
export function foldJournal(lines: Iterable<AlarmTransition>): Map<string, AlarmStatus> {
  const statuses = new Map<string, AlarmStatus>();
  for (const line of lines) {
    statuses.set(line.alarm, afterTransition(statuses.get(line.alarm) ?? NEVER_RAISED, line));
  }
  return statuses;
}
