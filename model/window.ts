/** A half-open stretch of time [startMs, endMs), epoch milliseconds UTC. */
export interface TimeWindow {
  readonly startMs: number;
  readonly endMs: number;
}

export const minuteMs = 60_000;
export const quarterHourMs = 15 * minuteMs;
export const hourMs = 60 * minuteMs;
export const dayMs = 24 * hourMs;

const unitsMs: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: minuteMs,
  min: minuteMs,
  h: hourMs,
  d: dayMs,
  w: 7 * dayMs,
};

/** Milliseconds of a duration such as `500ms`, `10s`, `15m`, `1h`, `3d`; undefined where it is none. */
export function parseDurationMs(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*(ms|s|min|m|h|d|w)$/.exec(text.trim());
  const unit = match?.[2] === undefined ? undefined : unitsMs[match[2]];
  return unit === undefined ? undefined : Number(match?.[1]) * unit;
}

/** The windows of fixed length that cover `span`, aligned to multiples of `everyMs` since the epoch. */
export function fixedWindows(span: TimeWindow, everyMs: number): TimeWindow[] {
  const windows: TimeWindow[] = [];
  for (let startMs = Math.floor(span.startMs / everyMs) * everyMs; startMs < span.endMs; startMs += everyMs) {
    windows.push({ startMs, endMs: startMs + everyMs });
  }
  return windows;
}

export function overlapMs(a: TimeWindow, b: TimeWindow): number {
  return Math.max(0, Math.min(a.endMs, b.endMs) - Math.max(a.startMs, b.startMs));
}
