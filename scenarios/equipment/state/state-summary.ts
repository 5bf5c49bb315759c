import type { TimeWindow } from '../../../model/window.ts';
import type { MethodState } from './running-state.ts';
import { clipped, type MachineState, type Span } from './state-span.ts';

export interface StateSummary {
  /** The state most of the known time was spent in; of equals the more serious one. */
  readonly state: MachineState;
  readonly runningS: number;
  /** Running time over the time the state was known, 0..1. */
  readonly runningShare: number;
  /** Changes into running from another known state. */
  readonly starts: number;
  /** Known time over the window, 0..1. */
  readonly completeness: number;
  /** Methods that had a say, in order of time, joined by `+`. */
  readonly method: string;
}

const BY_SERIOUSNESS: readonly MachineState[] = ['fault', 'stopped', 'idle', 'running'];

/** Summary of one window; undefined where nothing is known of it. */
export function stateSummary(
  spans: readonly Span<MethodState>[],
  window: TimeWindow,
): StateSummary | undefined {
  const inside = clipped(spans, window);
  if (inside.length === 0) return undefined;
  const timeOf = (state: MachineState): number =>
    inside.filter((span) => span.state.state === state).reduce((sum, span) => sum + lengthMs(span), 0);
  const knownMs = inside.reduce((sum, span) => sum + lengthMs(span), 0);
  const runningMs = timeOf('running');
  return {
    state: BY_SERIOUSNESS.reduce((best, state) => (timeOf(state) > timeOf(best) ? state : best)),
    runningS: runningMs / 1000,
    runningShare: runningMs / knownMs,
    starts: startsIn(spans, window),
    completeness: knownMs / (window.endMs - window.startMs),
    method: [...new Set(inside.map((span) => span.state.method))].join('+'),
  };
}

function startsIn(spans: readonly Span<MethodState>[], { startMs, endMs }: TimeWindow): number {
  return spans.filter((span, i) => {
    const before = spans[i - 1];
    const begins = span.state.state === 'running' && span.startMs >= startMs && span.startMs < endMs;
    return begins && before?.endMs === span.startMs && before.state.state !== 'running';
  }).length;
}

const lengthMs = ({ startMs, endMs }: TimeWindow): number => endMs - startMs;
