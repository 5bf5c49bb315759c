import { isBooked, type RegisterReading, type RegisterRule, registerStep } from './register-step.ts';

/** A reading that a person read off a meter. */
export interface ManualReading extends RegisterReading {
  readonly meter: string;
  readonly by: string;
}

export interface ManualReadingDoubt {
  readonly reading: ManualReading;
  readonly reason: 'before-last' | 'beyond-digits' | 'reset' | 'implausible' | 'no-person';
  /** For the person who entered it: what to look at again. */
  readonly detail: string;
}

/**
 * Looks at manual readings of one meter before they are stored: a typing error is best asked about at once.
 * @param last reading stored before them, if any
 * @returns what is doubtful, in order; a doubtful reading may still be confirmed by the person
 */
export function doubtManualReadings(
  readings: readonly ManualReading[],
  last: RegisterReading | undefined,
  rule: RegisterRule,
): ManualReadingDoubt[] {
  const doubts: ManualReadingDoubt[] = [];
  let before = last;
  for (const reading of [...readings].sort((a, b) => a.timeMs - b.timeMs)) {
    const doubt = doubtOf(reading, before, rule);
    if (doubt) doubts.push(doubt);
    else before = reading;
  }
  return doubts;
}

function doubtOf(
  reading: ManualReading,
  before: RegisterReading | undefined,
  rule: RegisterRule,
): ManualReadingDoubt | undefined {
  if (reading.by.trim() === '') return { reading, reason: 'no-person', detail: 'it names no person' };
  if (!(reading.value >= 0 && reading.value < 10 ** rule.digits)) {
    return { reading, reason: 'beyond-digits', detail: `the register has ${rule.digits} digits` };
  }
  if (!before) return undefined;
  if (reading.timeMs <= before.timeMs) {
    return { reading, reason: 'before-last', detail: 'a later reading is stored already' };
  }
  const step = registerStep(before, reading, rule);
  if (isBooked(step)) return undefined;
  const reason = step.kind === 'reset' ? 'reset' : 'implausible';
  return { reading, reason, detail: `from ${before.value} to ${reading.value} since the last reading` };
}
