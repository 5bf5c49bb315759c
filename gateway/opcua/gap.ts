import { compareInstants, type Instant } from '../../model/reading.ts';

/** A stretch of one tag's time in which readings may be missing; both ends are themselves present. */
export interface Gap {
  readonly tag: string;
  /** `first-start`: history from before we knew the tag; nothing is lost where the server has none. */
  readonly reason: 'first-start' | 'outage';
  readonly start: Instant;
  readonly end: Instant;
}

/** Remembers gaps until they are filled, across restarts. */
export interface GapStore {
  load(): readonly Gap[];
  /** Resolves when durable. */
  save(gaps: readonly Gap[]): Promise<void>;
  remove(gaps: readonly Gap[]): Promise<void>;
}

/** For a source without a data folder: a gap that is open when the process ends is forgotten. */
export function memoryGapStore(): GapStore {
  return { load: () => [], save: async () => undefined, remove: async () => undefined };
}

export const isInside = (instant: Instant, { start, end }: Gap): boolean =>
  compareInstants(instant, start) > 0 && compareInstants(instant, end) < 0;

/** What of the gap lies before `timeMs`; undefined where nothing does. */
export function before(gap: Gap, timeMs: number): Gap | undefined {
  if (gap.start.timeMs >= timeMs) return undefined;
  return gap.end.timeMs <= timeMs ? gap : { ...gap, end: { timeMs, timeNs: 0 } };
}
