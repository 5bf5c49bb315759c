import type { RegisterEvent } from './register-legs.ts';
import { isBooked, type RegisterReading, type RegisterRule, registerStep } from './register-step.ts';

/** An excursion of the register that lasts longer than this many readings is a new level, not an outlier. */
const LONGEST_EXCURSION = 8;

/**
 * Takes out readings off the register's range, and short excursions: readings after which the register jumps back to where it
 * would have been. The register before and after them holds the energy, so none is lost.
 * @param readings ascending
 * @param events gets one entry a reading that is taken out
 */
export function dropOutliers(
  readings: readonly RegisterReading[],
  rule: RegisterRule,
  events: RegisterEvent[],
): RegisterReading[] {
  const ceiling = 10 ** rule.digits;
  const inRange = readings.filter((reading) => {
    const isIn = reading.value >= 0 && reading.value < ceiling;
    if (!isIn) events.push({ timeMs: reading.timeMs, kind: 'out-of-range', value: reading.value });
    return isIn;
  });
  const kept: RegisterReading[] = [];
  let before: RegisterReading | undefined;
  for (let i = 0; i < inRange.length; i++) {
    const length = before ? excursionLength(before, inRange, i, rule) : 0;
    for (const end = i + length; i < end; i++) {
      const { timeMs, value } = inRange[i] as RegisterReading;
      events.push({ timeMs, kind: 'outlier', value });
    }
    before = inRange[i] as RegisterReading;
    kept.push(before);
  }
  return kept;
}

/** How many readings from `from` on are an excursion; 0 where the reading follows, or stays on its new level. */
function excursionLength(
  before: RegisterReading,
  readings: readonly RegisterReading[],
  from: number,
  rule: RegisterRule,
): number {
  const first = readings[from];
  if (!first || isBooked(registerStep(before, first, rule))) return 0;
  for (let length = 1; length <= LONGEST_EXCURSION; length++) {
    const [last, next] = [readings[from + length - 1], readings[from + length]];
    if (!last || !next) return 0;
    const returns = isBooked(registerStep(before, next, rule)) && !isContinuation(last, next, rule);
    if (returns) return length;
  }
  return 0;
}

/** A small rise without rollover. A fall from an outlier near the ceiling may look like a rollover, and is none. */
function isContinuation(last: RegisterReading, next: RegisterReading, rule: RegisterRule): boolean {
  return registerStep(last, next, rule).kind === 'accepted';
}

/**
 * A register that stands still and then makes up for it in one jump was stuck: the equal readings but the first are taken out, so
 * that the jump's energy belongs to the whole standstill. A standstill without such a jump stays as it is.
 * @param readings ascending, without outliers
 * @param events gets one entry a standstill
 */
export function mergeStuck(
  readings: readonly RegisterReading[],
  rule: RegisterRule,
  events: RegisterEvent[],
): RegisterReading[] {
  const kept: RegisterReading[] = [];
  for (const reading of readings) {
    const before = kept.at(-1);
    if (before && registerStep(before, reading, rule).kind === 'implausible') {
      const start = standstillStart(kept);
      const first = kept[start] as RegisterReading;
      if (start < kept.length - 1 && isBooked(registerStep(first, reading, rule))) {
        kept.length = start + 1;
        events.push({ timeMs: reading.timeMs, kind: 'stuck', value: first.value, fromMs: first.timeMs });
      }
    }
    kept.push(reading);
  }
  return kept;
}

/** Index of the first of the equal readings at the end. */
function standstillStart(readings: readonly RegisterReading[]): number {
  let start = readings.length - 1;
  while (start > 0 && readings[start - 1]?.value === readings.at(-1)?.value) start--;
  return start;
}
