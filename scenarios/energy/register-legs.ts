import { PlantscopeError } from '../../model/error.ts';
import { dropOutliers, mergeStuck } from './register-outliers.ts';
import { type RegisterReading, type RegisterRule, registerStep } from './register-step.ts';

/** What lies between two readings. */
export type LegKind = 'accepted' | 'rollover' | 'gap' | 'reset' | 'implausible';

export interface RegisterLeg {
  readonly startMs: number;
  readonly endMs: number;
  readonly kind: LegKind;
  /** Energy between the readings, multiplied; undefined where it is not known (`reset`, `implausible`). */
  readonly energy: number | undefined;
}

/** Something a person should see; none of them loses energy without a word. */
export interface RegisterEvent {
  readonly timeMs: number;
  readonly kind:
    | 'rollover'
    | 'reset'
    | 'implausible'
    | 'outlier'
    | 'out-of-range'
    | 'duplicate'
    | 'swap'
    | 'gap'
    | 'stuck';
  /** Where it began, if it lasted: the last good reading before a `gap`, the first of the equal ones of `stuck`. */
  readonly fromMs?: number;
  readonly value: number;
  /** Energy that was seen but not booked, multiplied: for `implausible` only. */
  readonly heldEnergy?: number;
}

/** A declared end of one segment and start of the next: meter swap, reset, or change of the ratio. */
export interface RegisterDeclaration {
  readonly timeMs: number;
  /** Last reading of the old segment, first reading of the new one, register units. */
  readonly finalReading: number;
  readonly initialReading: number;
  /** What holds from then on; what is left out stays as it was. */
  readonly rule?: Partial<RegisterRule>;
}

export interface RegisterHistory {
  readonly legs: readonly RegisterLeg[];
  readonly events: readonly RegisterEvent[];
}

export interface LegOptions {
  readonly declarations?: readonly RegisterDeclaration[];
  /** Readings further apart leave a gap: its energy is known, its course is not. Default: three median steps. */
  readonly gapMs?: number;
}

/**
 * Turns register readings into legs of known or unknown energy, in time order.
 * Conservation: within a segment without reset or implausible jump, the energies sum to (last - first) × multiplier.
 * @throws PlantscopeError `register-rule-invalid`
 */
export function registerLegs(
  readings: readonly RegisterReading[],
  rule: RegisterRule,
  options: LegOptions = {},
): RegisterHistory {
  const ordered = inOrder(readings);
  const gapMs = options.gapMs ?? 3 * medianSpacingMs(ordered.readings);
  const legs: RegisterLeg[] = [];
  const events: RegisterEvent[] = [...ordered.events];
  for (const segment of segmentsOf(ordered.readings, rule, options.declarations ?? [], events)) {
    checkRule(segment.rule);
    const kept = mergeStuck(dropOutliers(segment.readings, segment.rule, events), segment.rule, events);
    for (let i = 1; i < kept.length; i++) {
      legs.push(
        legBetween(kept[i - 1] as RegisterReading, kept[i] as RegisterReading, segment.rule, gapMs, events),
      );
    }
  }
  return { legs, events: events.sort((a, b) => a.timeMs - b.timeMs) };
}

function legBetween(
  before: RegisterReading,
  after: RegisterReading,
  rule: RegisterRule,
  gapMs: number,
  events: RegisterEvent[],
): RegisterLeg {
  const step = registerStep(before, after, rule);
  const { timeMs, value } = after;
  if (step.kind === 'reset' || step.kind === 'implausible') {
    const held = step.kind === 'implausible' ? { heldEnergy: step.units * rule.multiplier } : {};
    events.push({ timeMs, kind: step.kind, value, ...held });
    return { startMs: before.timeMs, endMs: timeMs, kind: step.kind, energy: undefined };
  }
  if (step.kind === 'rollover') events.push({ timeMs, kind: 'rollover', value });
  const isGap = timeMs - before.timeMs > gapMs;
  if (isGap && !isStuckAt(timeMs, events)) events.push({ timeMs, kind: 'gap', value, fromMs: before.timeMs });
  return {
    startMs: before.timeMs,
    endMs: timeMs,
    kind: isGap ? 'gap' : step.kind,
    energy: step.units * rule.multiplier,
  };
}

/** A standstill that is told as such is not told as a gap too. */
const isStuckAt = (timeMs: number, events: readonly RegisterEvent[]): boolean =>
  events.some((event) => event.kind === 'stuck' && event.timeMs === timeMs);

/** @throws PlantscopeError `register-rule-invalid` */
export function checkRule(rule: RegisterRule): void {
  const wrong = [
    Number.isInteger(rule.digits) && rule.digits >= 1 && rule.digits <= 15
      ? undefined
      : `digits is ${rule.digits}, but needs a whole number from 1 to 15`,
    rule.multiplier > 0 && Number.isFinite(rule.multiplier)
      ? undefined
      : `multiplier is ${rule.multiplier}, but needs to be above 0`,
    rule.maxRatePerHour > 0 ? undefined : `maxRatePerHour is ${rule.maxRatePerHour}, but needs to be above 0`,
  ].filter((text) => text !== undefined);
  if (wrong.length > 0) throw new PlantscopeError('register-rule-invalid', wrong.join('; '));
}

interface Segment {
  readonly readings: readonly RegisterReading[];
  readonly rule: RegisterRule;
}

/** Cuts the readings at each declaration, which closes a segment with its final and opens the next with its initial reading. */
function segmentsOf(
  readings: readonly RegisterReading[],
  rule: RegisterRule,
  declarations: readonly RegisterDeclaration[],
  events: RegisterEvent[],
): Segment[] {
  const segments: Segment[] = [];
  let opening: RegisterReading[] = [];
  let rest = readings;
  let current = rule;
  for (const { timeMs, finalReading, initialReading, rule: change } of [...declarations].sort(
    (a, b) => a.timeMs - b.timeMs,
  )) {
    // The reading at the very moment belongs to neither side: the declaration says what it was.
    const before = rest.filter((reading) => reading.timeMs < timeMs);
    segments.push({ readings: [...opening, ...before, { timeMs, value: finalReading }], rule: current });
    events.push({ timeMs, kind: 'swap', value: initialReading });
    opening = [{ timeMs, value: initialReading }];
    rest = rest.filter((reading) => reading.timeMs > timeMs);
    current = { ...current, ...change };
  }
  segments.push({ readings: opening.length === 0 ? rest : [...opening, ...rest], rule: current });
  return segments;
}

/** Ascending, one reading a time (the later one counts); values that are no number go. */
function inOrder(readings: readonly RegisterReading[]): {
  readings: readonly RegisterReading[];
  events: RegisterEvent[];
} {
  if (isInOrder(readings)) return { readings, events: [] };
  const events: RegisterEvent[] = [];
  const byTime = new Map<number, RegisterReading>();
  for (const reading of readings) {
    if (!Number.isFinite(reading.value)) continue;
    const earlier = byTime.get(reading.timeMs);
    if (earlier && earlier.value !== reading.value) {
      events.push({ timeMs: reading.timeMs, kind: 'duplicate', value: earlier.value });
    }
    byTime.set(reading.timeMs, reading);
  }
  return { readings: [...byTime.values()].sort((a, b) => a.timeMs - b.timeMs), events };
}

/** The usual case, which needs no copy. */
function isInOrder(readings: readonly RegisterReading[]): boolean {
  let lastMs = Number.NEGATIVE_INFINITY;
  for (const { timeMs, value } of readings) {
    if (timeMs <= lastMs || !Number.isFinite(value)) return false;
    lastMs = timeMs;
  }
  return true;
}

/** Of at most so many steps, evenly picked: a median needs no more. */
const MEDIAN_SAMPLE = 1001;

function medianSpacingMs(readings: readonly RegisterReading[]): number {
  const stride = Math.max(1, Math.ceil((readings.length - 1) / MEDIAN_SAMPLE));
  const steps: number[] = [];
  for (let i = 1; i < readings.length; i += stride) {
    steps.push((readings[i]?.timeMs ?? 0) - (readings[i - 1]?.timeMs ?? 0));
  }
  return steps.sort((a, b) => a - b)[Math.floor(steps.length / 2)] ?? 0;
}
