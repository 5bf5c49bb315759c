import type { CalendarUnit, PlantCalendar } from '../model/calendar.ts';
import { PlantscopeError } from '../model/error.ts';
import type { TimeWindow } from '../model/window.ts';

/**
 * Consecutive windows of one length, from `startMs` (a window's start) to `endMs` (a window's end). Calendar windows
 * fall into few runs: local days change length only where the clock does. A store groups a run by plain division.
 */
export interface WindowRun extends TimeWindow {
  readonly stepMs: number;
}

/** The windows that touch `span`, as runs in order. */
export function windowRuns(
  span: TimeWindow,
  every: number | CalendarUnit,
  calendar: PlantCalendar,
): WindowRun[] {
  if (span.endMs <= span.startMs) return [];
  if (typeof every === 'number') return [fixedRun(span, every)];
  const runs: WindowRun[] = [];
  for (const { startMs, endMs } of calendar.windows(every, span)) {
    const previous = runs.at(-1);
    if (previous?.stepMs === endMs - startMs) runs[runs.length - 1] = { ...previous, endMs };
    else runs.push({ startMs, endMs, stepMs: endMs - startMs });
  }
  return runs;
}

function fixedRun({ startMs, endMs }: TimeWindow, stepMs: number): WindowRun {
  if (!Number.isInteger(stepMs) || stepMs <= 0) {
    throw new PlantscopeError('query-invalid', `A window of ${stepMs} ms is not a positive whole number`);
  }
  return {
    startMs: Math.floor(startMs / stepMs) * stepMs,
    endMs: Math.ceil(endMs / stepMs) * stepMs,
    stepMs,
  };
}

/** The window of the runs that holds an instant. */
export function windowAt(runs: readonly WindowRun[], timeMs: number): TimeWindow | undefined {
  const run = runs.find((candidate) => timeMs < candidate.endMs);
  if (run === undefined || timeMs < run.startMs) return undefined;
  const startMs = run.startMs + Math.floor((timeMs - run.startMs) / run.stepMs) * run.stepMs;
  return { startMs, endMs: startMs + run.stepMs };
}

/** Whether every window starts and ends on a multiple of `gridMs`, so that cells of that length can be merged into it. */
export function fitsGrid(runs: readonly WindowRun[], gridMs: number): boolean {
  return runs.every(({ startMs, stepMs }) => startMs % gridMs === 0 && stepMs % gridMs === 0);
}
