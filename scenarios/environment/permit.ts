import type { TimeWindow } from '../../model/window.ts';

/** How the emission of a period stands against its permitted total. Masses in t. */
export interface PermitStanding {
  readonly emittedT: number;
  readonly permitT: number;
  readonly share: number;
  /** Emission of the whole period at the rate of what was covered so far; undefined before any is covered. */
  readonly projectedT: number | undefined;
  /** When the total is used up at that rate; undefined where that is not within the period. */
  readonly exhaustedMs: number | undefined;
  readonly verdict: 'within' | 'early-warning' | 'exceeded';
}

export interface PermitInput {
  readonly emittedT: number;
  readonly permitT: number;
  readonly period: TimeWindow;
  readonly nowMs: number;
  /** Time that the emitted mass speaks of; the rest of the elapsed time was not measured. */
  readonly coveredMs: number;
}

/** Linear projection to the end of the period: early warning where the trend exceeds the total before it ends. */
export function permitStanding({ emittedT, permitT, period, nowMs, coveredMs }: PermitInput): PermitStanding {
  const ratePerMs = coveredMs > 0 ? emittedT / coveredMs : undefined;
  const leftMs = Math.max(0, period.endMs - Math.max(nowMs, period.startMs));
  const projectedT = ratePerMs === undefined ? undefined : emittedT + ratePerMs * leftMs;
  const exceeds = projectedT !== undefined && projectedT > permitT;
  const isOver = emittedT > permitT;
  const untilMs = ratePerMs && exceeds && !isOver ? (permitT - emittedT) / ratePerMs : undefined;
  return {
    ...{ emittedT, permitT, share: emittedT / permitT, projectedT },
    exhaustedMs: untilMs === undefined ? undefined : nowMs + untilMs,
    verdict: isOver ? 'exceeded' : exceeds ? 'early-warning' : 'within',
  };
}
