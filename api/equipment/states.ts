import { quarterHourMs } from '../../model/window.ts';
import type { MachineState, Span } from '../../scenarios/equipment/state/state-span.ts';
import type { ResultRow } from '../../store/time-series-store.ts';
import type { StatesAnswer } from './condition-schemas.ts';

/** Stretches of one dominant state, from windows of a quarter of an hour; a window of unknown state ends one. */
export function stretchesOf(rows: readonly ResultRow[]): StatesAnswer['stretches'] {
  const stretches: { startMs: number; endMs: number; state: string; method: string }[] = [];
  for (const { timeMs, fields } of rows) {
    const [state, method] = [String(fields.state), String(fields.method)];
    const last = stretches.at(-1);
    if (last && last.endMs === timeMs && last.state === state) last.endMs = timeMs + quarterHourMs;
    else stretches.push({ startMs: timeMs, endMs: timeMs + quarterHourMs, state, method });
  }
  return stretches.map(({ startMs, endMs, state, method }) => ({
    start: new Date(startMs).toISOString(),
    end: new Date(endMs).toISOString(),
    ...{ state, method },
  }));
}

/** The same as spans, for figures of reliability. */
export const stateSpans = (rows: readonly ResultRow[]): Span<MachineState>[] =>
  stretchesOf(rows).map(({ start, end, state }) => ({
    startMs: Date.parse(start),
    endMs: Date.parse(end),
    state: state as MachineState,
  }));
