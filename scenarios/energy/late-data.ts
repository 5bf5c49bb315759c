import type { TimeWindow } from '../../model/window.ts';
import type { RegisterReading } from './register-step.ts';

/** A reading with the time it came in. */
export interface ArrivedReading extends RegisterReading {
  readonly arrivedMs: number;
}

/** Readings that came in late together. */
export interface LateBlock extends TimeWindow {
  readonly count: number;
  /** Longest delay in the block. */
  readonly delayMs: number;
}

/**
 * Blocks of readings that came in later than `limitMs` after their time.
 * @param readings in order of their time
 */
export function lateBlocks(readings: readonly ArrivedReading[], limitMs: number): LateBlock[] {
  const blocks: LateBlock[] = [];
  let open: LateBlock | undefined;
  for (const { timeMs, arrivedMs } of readings) {
    const delayMs = arrivedMs - timeMs;
    if (delayMs <= limitMs) {
      if (open) blocks.push(open);
      open = undefined;
    } else if (open) {
      open = { ...open, endMs: timeMs + 1, count: open.count + 1, delayMs: Math.max(open.delayMs, delayMs) };
    } else {
      open = { startMs: timeMs, endMs: timeMs + 1, count: 1, delayMs };
    }
  }
  return open ? [...blocks, open] : blocks;
}

/**
 * The stretch whose interval energy a reading at `timeMs` may change: from the reading before it to the one after it.
 * @param readings ascending, with or without the new one
 */
export function touchedBy(readings: readonly RegisterReading[], timeMs: number): TimeWindow {
  const before = readings.findLast((reading) => reading.timeMs < timeMs);
  const after = readings.find((reading) => reading.timeMs > timeMs);
  return { startMs: before?.timeMs ?? timeMs, endMs: after?.timeMs ?? timeMs };
}
