import type { AlarmDefinition, AlarmPriority } from './definition.ts';
import type { AlarmTransition } from './journal.ts';
import type { AlarmState } from './state-table.ts';

export type Weekday = 'mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat' | 'sun';

/** Who is told of which alarms. */
export interface NotificationRule {
  /** Channels it goes to. */
  readonly send: readonly string[];
  readonly priorities: readonly AlarmPriority[];
  /** Undefined: the whole plant. */
  readonly areas?: readonly string[];
  /** In minutes of the plant's day; an end at or before the start is of the next day. */
  readonly times?: { readonly days?: readonly Weekday[]; readonly startMin: number; readonly endMin: number };
  /** Told only where nobody acknowledged it for so long. Absent: at once. */
  readonly unacknowledgedMs?: number;
  /** Tells the end of an alarm too. */
  readonly cleared: boolean;
}

/** The plant's local time. */
export interface LocalMoment {
  /** 1 = Monday to 7 = Sunday. */
  readonly weekday: number;
  readonly minuteOfDay: number;
}

export type NotificationKind = 'raised' | 'unacknowledged' | 'cleared' | 'test';

/** How far an alarm's open spell has been told; a spell is open from its first annunciation until it is acknowledged or hidden. */
export interface OpenSpell {
  readonly sinceMs: number;
  /** Rules (by index) that told of it late. */
  readonly escalated: readonly number[];
}

const OPEN: ReadonlySet<AlarmState> = new Set<AlarmState>(['unacknowledged', 'returned-unacknowledged']);

/**
 * What a change of an alarm is to be told as. Shelved, suppressed and out-of-service alarms are silent, whatever their
 * condition does; one that comes again before anybody acknowledged it says nothing new.
 */
export function toldAs({ from, to, event }: AlarmTransition): NotificationKind | undefined {
  if (to === 'unacknowledged' && from !== 'returned-unacknowledged') return 'raised';
  const wasShown = from === 'unacknowledged' || from === 'acknowledged';
  return event === 'clear' && wasShown ? 'cleared' : undefined;
}

/** The open spell after a change; undefined where none is open. */
export function spellAfter(
  spell: OpenSpell | undefined,
  { to, timeMs }: AlarmTransition,
): OpenSpell | undefined {
  if (!OPEN.has(to)) return undefined;
  return spell ?? { sinceMs: timeMs, escalated: [] };
}

/** Indexes of the rules that an open spell has become due for. */
export function dueEscalations(
  rules: readonly NotificationRule[],
  { sinceMs, escalated }: OpenSpell,
  nowMs: number,
): number[] {
  return rules.flatMap(({ unacknowledgedMs }, index) =>
    unacknowledgedMs !== undefined && nowMs - sinceMs >= unacknowledgedMs && !escalated.includes(index)
      ? [index]
      : [],
  );
}

/** Whether a rule speaks of an alarm at a moment. */
export function appliesTo(
  { priorities, areas, times }: NotificationRule,
  { priority }: Pick<AlarmDefinition, 'priority'>,
  area: string,
  moment: LocalMoment,
): boolean {
  const isPlace = areas === undefined || areas.includes(area);
  return priorities.includes(priority) && isPlace && (times === undefined || isWithin(times, moment));
}

const WEEKDAYS: readonly Weekday[] = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

/** A time over midnight belongs to the day it began on. */
function isWithin(
  { days, startMin, endMin }: NonNullable<NotificationRule['times']>,
  { weekday, minuteOfDay }: LocalMoment,
): boolean {
  const isDay = (day: number): boolean =>
    days === undefined || days.includes(WEEKDAYS[(day + 7) % 7] ?? 'sun');
  if (endMin > startMin) return isDay(weekday) && minuteOfDay >= startMin && minuteOfDay < endMin;
  if (minuteOfDay >= startMin) return isDay(weekday);
  return minuteOfDay < endMin && isDay(weekday - 1);
}
