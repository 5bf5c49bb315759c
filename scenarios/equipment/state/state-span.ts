import { overlapMs, type TimeWindow } from '../../../model/window.ts';

/** running: it does its work; idle: on, or turning, without work; stopped: off; fault: stopped by a failure. */
export type MachineState = 'running' | 'idle' | 'stopped' | 'fault';

/** A state kept over [startMs, endMs). Where it is unknown there is no span. */
export interface Span<T> extends TimeWindow {
  readonly state: T;
}

/** A reading; undefined = bad or meaningless: it ends what was known. */
export interface TimedState<T> {
  readonly timeMs: number;
  readonly state: T | undefined;
}

/**
 * Each reading holds until the next, at most `maxHoldMs`; neighbours of one state are one span.
 * @param readings by ascending time
 */
export function heldSpans<T>(readings: readonly TimedState<T>[], maxHoldMs: number): Span<T>[] {
  const spans: Span<T>[] = [];
  for (const [i, { timeMs, state }] of readings.entries()) {
    if (state === undefined) continue;
    const endMs = Math.min(timeMs + maxHoldMs, readings[i + 1]?.timeMs ?? Number.POSITIVE_INFINITY);
    if (endMs > timeMs) spans.push({ startMs: timeMs, endMs, state });
  }
  return joined(spans);
}

/**
 * Readings with the last one said again at each sign of life: a device that reports only changes says by its other
 * values that it is still there, and so that what it said still holds.
 * @param readings and signs by ascending time
 */
export function reasserted<T>(
  readings: readonly TimedState<T>[],
  signsMs: readonly number[],
): TimedState<T>[] {
  const out: TimedState<T>[] = [];
  let at = 0;
  for (const signMs of signsMs) {
    while (at < readings.length && (readings[at] as TimedState<T>).timeMs <= signMs)
      out.push(readings[at++] as TimedState<T>);
    const last = out.at(-1);
    if (last && last.timeMs < signMs) out.push({ ...last, timeMs: signMs });
  }
  return [...out, ...readings.slice(at)];
}

/** Adjoining spans of one state made one. */
export function joined<T>(spans: readonly Span<T>[]): Span<T>[] {
  const out: Span<T>[] = [];
  for (const span of spans) {
    const last = out.at(-1);
    if (last && last.endMs === span.startMs && last.state === span.state)
      out[out.length - 1] = { ...last, endMs: span.endMs };
    else out.push(span);
  }
  return out;
}

/** The part inside a window. */
export function clipped<T>(spans: readonly Span<T>[], window: TimeWindow): Span<T>[] {
  return spans
    .filter((span) => overlapMs(span, window) > 0)
    .map((span) => ({
      ...span,
      startMs: Math.max(span.startMs, window.startMs),
      endMs: Math.min(span.endMs, window.endMs),
    }));
}

/**
 * Minimum dwell: a span shorter than this between two known neighbours is a flicker, and takes the state before it.
 * At the edge of what is known a short span stays, since its true length is not known.
 */
export function withoutFlicker<T>(spans: readonly Span<T>[], minDwellMs: number): Span<T>[] {
  const out: Span<T>[] = [];
  for (const [i, span] of spans.entries()) {
    const before = out.at(-1);
    const brief = span.endMs - span.startMs < minDwellMs;
    const between = before?.endMs === span.startMs && spans[i + 1]?.startMs === span.endMs;
    out.push(brief && between && before ? { ...span, state: before.state } : span);
  }
  return joined(out);
}

/** Walks several span lists over one time line: `of` is given each list's state (undefined = unknown) between two changes. */
export function combinedSpans<T, R>(
  lists: readonly (readonly Span<T>[])[],
  of: (states: readonly (T | undefined)[]) => R | undefined,
): Span<R>[] {
  const edges = [
    ...new Set(lists.flatMap((list) => list.flatMap(({ startMs, endMs }) => [startMs, endMs]))),
  ].sort((a, b) => a - b);
  const positions = lists.map(() => 0);
  const readings = edges.map((timeMs) => ({
    timeMs,
    state: of(lists.map((list, index) => stateAt(list, positions, index, timeMs))),
  }));
  return heldSpans(readings, Number.POSITIVE_INFINITY).filter(({ endMs }) => Number.isFinite(endMs));
}

function stateAt<T>(
  list: readonly Span<T>[],
  positions: number[],
  index: number,
  timeMs: number,
): T | undefined {
  let at = positions[index] as number;
  while (at < list.length && (list[at] as Span<T>).endMs <= timeMs) at++;
  positions[index] = at;
  const span = list[at];
  return span && span.startMs <= timeMs ? span.state : undefined;
}
