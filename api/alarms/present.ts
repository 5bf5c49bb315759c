import type { AlarmDefinition } from '../../scenarios/alarms/definition.ts';
import type { AlarmStatus, AlarmTransition } from '../../scenarios/alarms/journal.ts';
import type { JournalEntry } from '../../store/local-state.ts';
import { iso } from '../query/answer.ts';
import type { AlarmAnswer } from './schemas.ts';

/** An alarm as the API shows it. */
export function presentAlarm(definition: AlarmDefinition, status: AlarmStatus): AlarmAnswer {
  const { id, asset, priority, side, unit, basis, source, latching = false } = definition;
  const limit = status.limit ?? definition.limit;
  return {
    ...{ id, asset, priority, side, unit, basis, latching, state: status.state, active: status.active },
    measurement: source.kind === 'reading' ? source.tag : source.measurement,
    ...(limit !== undefined && { limit }),
    ...(status.value !== undefined && { value: status.value }),
    ...(status.evidence !== undefined && { evidence: status.evidence }),
    ...(status.sinceMs > 0 && { since: iso(status.sinceMs) }),
    ...(status.raisedMs !== undefined && { raised: iso(status.raisedMs) }),
    ...(status.acknowledgedBy !== undefined && { acknowledgedBy: status.acknowledgedBy }),
    ...(status.shelvedUntilMs !== undefined && { shelvedUntil: iso(status.shelvedUntilMs) }),
  };
}

/** A line of the journal as the API shows it. */
export function presentLine({ sequence, entry }: JournalEntry<AlarmTransition>) {
  const { timeMs, untilMs: _untilMs, ...rest } = entry;
  return { sequence, time: iso(timeMs), ...rest };
}
