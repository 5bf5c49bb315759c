import type { Station } from '../../model/health.ts';
import type { Reading } from '../../model/reading.ts';

/** Something that tells another system what the sources say. What it can't tell is lost to that system, never to us. */
export interface Northbound extends Station {
  start(): void;
  stop(): Promise<void>;
  /** Readings that the spool holds, in the order they were taken. */
  taken(readings: readonly Reading[]): void;
}
