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
  readonly acknowledgedBy?: string;
  readonly shelvedUntilMs?: number;
}

export const NEVER_RAISED: AlarmStatus = { state: 'normal', active: false, sinceMs: 0 };

export type AlarmAct = Omit<AlarmTransition, 'alarm' | 'from' | 'to'>;

/** The journal's line for an event, undefined where the state does not allow it. */
export function transition(alarm: string, status: AlarmStatus, act: AlarmAct): AlarmTransition | undefined {
  const to = nextAlarmState(status.state, act.event, status.active);
  return to === undefined ? undefined : { ...act, alarm, from: status.state, to };
}

/** The status after one line of the journal. */
export function afterTransition(status: AlarmStatus, line: AlarmTransition): AlarmStatus {
  const active = line.event === 'raise' || (line.event !== 'clear' && status.active);
  const raisedMs = line.event === 'raise' ? line.timeMs : status.raisedMs;
  const value = line.value ?? status.value;
  const acknowledgedBy = line.to === 'acknowledged' ? (line.by ?? status.acknowledgedBy) : undefined;
  const shelvedUntilMs = line.to === 'shelved' ? (line.untilMs ?? status.shelvedUntilMs) : undefined;
  return {
    state: line.to,
    active,
    sinceMs: line.timeMs,
    ...(raisedMs !== undefined && { raisedMs }),
    ...(value !== undefined && { value }),
    ...(acknowledgedBy !== undefined && { acknowledgedBy }),
    ...(shelvedUntilMs !== undefined && { shelvedUntilMs }),
  };
}

/** Every alarm's status after the journal's lines, oldest first. Alarms that never moved are absent. */
export function foldJournal(lines: Iterable<AlarmTransition>): Map<string, AlarmStatus> {
  const statuses = new Map<string, AlarmStatus>();
  for (const line of lines) {
    statuses.set(line.alarm, afterTransition(statuses.get(line.alarm) ?? NEVER_RAISED, line));
  }
  return statuses;
}
