import type { PeriodOf } from './local-period.ts';
import type { StackHour } from './stack-hour.ts';
import type { StackRules, SubstitutionStep } from './stack-rules.ts';

/** Mass of an hour with its origin. */
export interface HourMass {
  readonly startMs: number;
  /** Undefined where it was neither measured nor can be substituted by rule. */
  readonly massKg: number | undefined;
  readonly origin: 'measured' | 'stopped' | 'substituted' | 'undetermined';
  readonly substitution?: Substitution;
}

/** How a missing mass was filled: the maximum of `hoursUsed` valid hours before the gap. */
export interface Substitution {
  readonly step: SubstitutionStep;
  readonly gapHours: number;
  readonly quarterCapture: number;
  /** Valid hours found in the look-back; fewer than the step asks for when the record is short. */
  readonly hoursUsed: number;
}

/** Capture rate 0..1 of each quarter: valid hours over hours in which the source ran. Partial hours count in neither. */
export function quarterCapture(
  hours: readonly StackHour[],
  pollutant: string,
  periodOf: PeriodOf,
): ReadonlyMap<string, number> {
  const counts = new Map<string, { valid: number; operating: number }>();
  for (const hour of hours) {
    const status = hour.items[pollutant]?.status;
    if (status !== 'valid' && status !== 'invalid') continue;
    const { quarter } = periodOf(hour.startMs);
    const count = counts.get(quarter) ?? { valid: 0, operating: 0 };
    count.operating += 1;
    if (status === 'valid') count.valid += 1;
    counts.set(quarter, count);
  }
  return new Map([...counts].map(([quarter, { valid, operating }]) => [quarter, valid / operating]));
}

/**
 * Mass of every hour, with gaps filled by the rules' table for the emission amount only; a concentration is never
 * filled. A gap is a run of operating hours without a mass; stopped hours neither lengthen nor end it. The maximum is
 * taken over the valid hours before the gap or, where the instrument was out of control, before the last calibration
 * that it passed.
 * @param passedCalibrationsMs ends of passed calibrations, ascending
 * @see HJ 75-2017 12.2 (substitution of out-of-control and missing data)
 */
export function substituteMass(
  hours: readonly StackHour[],
  pollutant: string,
  rules: StackRules,
  periodOf: PeriodOf,
  passedCalibrationsMs: readonly number[] = [],
): HourMass[] {
  const captures = quarterCapture(hours, pollutant, periodOf);
  const valid: { startMs: number; massKg: number }[] = [];
  const result: HourMass[] = [];
  let gap: StackHour[] = [];
  const closeGap = () => {
    const last = lastBefore(passedCalibrationsMs, gap[0]?.startMs);
    for (const hour of gap) {
      const beforeMs = hour.items[pollutant]?.outOfControl === true ? last : undefined;
      const capture = captures.get(periodOf(hour.startMs).quarter) ?? 0;
      result.push(substituted(hour.startMs, gap.length, capture, rules, valid, beforeMs));
    }
    gap = [];
  };
  for (const hour of hours) {
    const item = hour.items[pollutant];
    if (item?.status === 'stopped') {
      result.push({ startMs: hour.startMs, massKg: 0, origin: 'stopped' });
    } else if (item?.massKg === undefined) {
      gap.push(hour);
    } else {
      closeGap();
      result.push({ startMs: hour.startMs, massKg: item.massKg, origin: 'measured' });
      if (item.status === 'valid') valid.push({ startMs: hour.startMs, massKg: item.massKg });
    }
  }
  closeGap();
  return result.sort((a, b) => a.startMs - b.startMs);
}

function substituted(
  startMs: number,
  gapHours: number,
  capture: number,
  rules: StackRules,
  valid: readonly { startMs: number; massKg: number }[],
  beforeMs: number | undefined,
): HourMass {
  const step = rules.substitution.find((s) => capture >= s.minCapture && gapHours <= s.maxGapHours);
  const known = beforeMs === undefined ? valid : valid.filter((hour) => hour.startMs < beforeMs);
  if (step === undefined || known.length === 0) {
    return { startMs, massKg: undefined, origin: 'undetermined' };
  }
  const used = known.slice(-step.lookBackHours);
  return {
    startMs,
    massKg: used.reduce((max, { massKg }) => Math.max(max, massKg), 0),
    origin: 'substituted',
    substitution: { step, gapHours, quarterCapture: capture, hoursUsed: used.length },
  };
}

function lastBefore(ascending: readonly number[], limit: number | undefined): number | undefined {
  return limit === undefined ? undefined : ascending.findLast((at) => at <= limit);
}
