import { minuteMs, type TimeWindow } from '../../model/window.ts';
import type { AlarmDefinition, AlarmPriority } from './definition.ts';
import type { AlarmTransition } from './journal.ts';
import type { AlarmState } from './state-table.ts';

/** What the operators had to carry, beside the rates of `alarmKpis`. */
export interface AlarmLoad {
  /** Alarms that stood at the window's end: active or waiting for a person, and not hidden. */
  readonly standing: number;
  /** Mean of the annunciated alarms of a 10-minute period. @see EEMUA 191: about 1 acceptable, 2 manageable */
  readonly meanPerTenMinutes: number;
  /** Verdict on the mean by EEMUA 191's bounds. */
  readonly rating: 'acceptable' | 'manageable' | 'overloaded';
  /** Shares 0..1 of the annunciated alarms; ISA-18.2 aims at about 0.05, 0.15 and 0.8. */
  readonly priorities: Readonly<Record<AlarmPriority, number>>;
  /** Median time from annunciation to acknowledgement, s; undefined where none was acknowledged. */
  readonly medianAcknowledgeS: number | undefined;
}

const PERIOD_MS = 10 * minuteMs;
const HIDDEN: ReadonlySet<AlarmState> = new Set([
  'normal',
  'shelved',
  'suppressed-by-design',
  'out-of-service',
]);

/** @param lines journal, oldest first */
export function alarmLoad(
  lines: readonly AlarmTransition[],
  window: TimeWindow,
  definitions: readonly AlarmDefinition[],
): AlarmLoad {
  const known = lines.filter(({ timeMs }) => timeMs < window.endMs);
  const raises = known.filter(({ timeMs, to }) => timeMs >= window.startMs && to === 'unacknowledged');
  const meanPerTenMinutes = raises.length / ((window.endMs - window.startMs) / PERIOD_MS);
  const last = new Map(known.map(({ alarm, to }) => [alarm, to]));
  return {
    standing: [...last.values()].filter((state) => !HIDDEN.has(state)).length,
    meanPerTenMinutes,
    rating: meanPerTenMinutes <= 1 ? 'acceptable' : meanPerTenMinutes <= 2 ? 'manageable' : 'overloaded',
    priorities: prioritySplit(raises, definitions),
    medianAcknowledgeS: medianAcknowledgeS(known, window.startMs),
  };
}

function prioritySplit(
  raises: readonly AlarmTransition[],
  definitions: readonly AlarmDefinition[],
): Record<AlarmPriority, number> {
  const priorityOf = new Map(definitions.map(({ id, priority }) => [id, priority]));
  const share = (priority: AlarmPriority): number =>
    raises.length === 0
      ? 0
      : raises.filter(({ alarm }) => priorityOf.get(alarm) === priority).length / raises.length;
  return { low: share('low'), medium: share('medium'), high: share('high') };
}

function medianAcknowledgeS(lines: readonly AlarmTransition[], startMs: number): number | undefined {
  const raised = new Map<string, number>();
  const waits: number[] = [];
  for (const { alarm, event, to, timeMs } of lines) {
    if (to === 'unacknowledged') raised.set(alarm, timeMs);
    const sinceMs = raised.get(alarm);
    if (event !== 'acknowledge' || sinceMs === undefined) continue;
    if (sinceMs >= startMs) waits.push((timeMs - sinceMs) / 1000);
    raised.delete(alarm);
  }
  waits.sort((a, b) => a - b);
  return waits[Math.floor(waits.length / 2)];
}
