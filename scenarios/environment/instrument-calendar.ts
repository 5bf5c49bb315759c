import type { Instrument, InstrumentDuty } from '../../model/outlet.ts';
import { dayMs } from '../../model/window.ts';

/** When a recurring duty of an instrument is due. */
export interface DueDuty {
  readonly instrument: string;
  readonly name: string;
  readonly kind: InstrumentDuty['kind'];
  readonly lastMs: number;
  readonly dueMs: number;
  readonly state: 'overdue' | 'due-soon' | 'planned';
}

/** Due within this time, or within a fifth of the interval where that is shorter. */
const SOON_MS = 7 * dayMs;

/**
 * Every duty with its next date, the most urgent first.
 * @param doneMs when a duty was last done as the platform saw it (an automatic check that passed); the later counts
 */
export function duties(
  instruments: readonly Instrument[],
  nowMs: number,
  doneMs: (instrument: Instrument, duty: InstrumentDuty) => number | undefined = () => undefined,
): DueDuty[] {
  const all = instruments.flatMap((instrument) =>
    instrument.duties.map((duty): DueDuty => {
      const lastMs = Math.max(duty.lastMs, doneMs(instrument, duty) ?? 0);
      const dueMs = lastMs + duty.everyMs;
      const soonMs = Math.min(SOON_MS, duty.everyMs / 5);
      const state = nowMs >= dueMs ? 'overdue' : nowMs >= dueMs - soonMs ? 'due-soon' : 'planned';
      return { instrument: instrument.id, name: instrument.name, kind: duty.kind, lastMs, dueMs, state };
    }),
  );
  return all.sort((a, b) => a.dueMs - b.dueMs);
}
