import type { AlarmDefinition, Deadband } from './definition.ts';

/** Whether a limit is broken, after deadband and delays; `pendingSinceMs` while a change waits for its delay. */
export interface LimitCondition {
  readonly active: boolean;
  readonly pendingSinceMs?: number;
}

export const CLEAR: LimitCondition = { active: false };

type Limits = Pick<AlarmDefinition, 'side' | 'deadband' | 'onDelayMs' | 'offDelayMs'> & {
  readonly limit: number;
};

/**
 * The condition after a value at an instant. Values must come by ascending time; one value may be given again later
 * to let a delay run out.
 * @see IEC 62682:2022 alarm deadband, on-delay, off-delay
 */
export function afterValue(
  condition: LimitCondition,
  limits: Limits,
  value: number,
  timeMs: number,
): LimitCondition {
  const { active } = condition;
  if (isBeyond(value, limits, active) === active) return { active };
  const sinceMs = condition.pendingSinceMs ?? timeMs;
  const delayMs = active ? limits.offDelayMs : limits.onDelayMs;
  return timeMs - sinceMs >= delayMs ? { active: !active } : { active, pendingSinceMs: sinceMs };
}

/** Beyond the limit; an active condition also holds inside the deadband. */
function isBeyond(value: number, { side, limit, deadband }: Limits, active: boolean): boolean {
  const excess = side === 'high' ? value - limit : limit - value;
  return active ? excess > -widthOf(deadband, limit) : excess > 0;
}

const widthOf = (deadband: Deadband, limit: number): number =>
  'absolute' in deadband ? deadband.absolute : deadband.shareOfLimit * Math.abs(limit);
