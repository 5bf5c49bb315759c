import type { Station } from '../model/health.ts';
import type { Instant, Reading, ReadingValue } from '../model/reading.ts';
import type { StatusCode } from '../model/status.ts';

/**
 * Two lanes: `live` (also typed-in readings) and `history` (read back or imported), so that years of old readings never
 * stand before what happens now.
 */
export type Lane = 'live' | 'history';

export const lanes: readonly Lane[] = ['live', 'history'];

/** One batch as it lies in the spool, ready to send. */
export interface SpooledBatch {
  readonly sequence: number;
  readonly lane: Lane;
  /** Wire form (model/batch.ts). */
  readonly payload: Buffer;
  /** Readings in it. */
  readonly count: number;
  /** When the gateway took it, gateway clock. */
  readonly appendedMs: number;
}

/**
 * Values that came with one and the same source time, in the order they came: the nth was given n nanoseconds more.
 * Kept so that a device which sends them again after a crash gets the same times again.
 */
export interface Collision extends Instant {
  readonly tag: string;
  /** How many values came at this time; `variants` holds the last of them. */
  readonly count: number;
  readonly variants: readonly Variant[];
}

export interface Variant {
  readonly value: ReadingValue;
  readonly status: StatusCode;
}

/** The disk queue between the sources and the publisher. Whatever it took survives SIGKILL until ingest confirmed it. */
export interface Spool extends Station {
  readonly gateway: string;
  readonly epoch: number;
  /**
   * Resolves once the readings (and all before them) are on disk. Waits while the disk or the spool is full.
   * @throws PlantscopeError `spool-full` (retryable): too much waits already; `spool-closed`
   */
  append(readings: readonly Reading[], collisions?: readonly Collision[]): Promise<void>;
  /** Resolves once everything appended so far is on disk. */
  settled(): Promise<void>;
  /** Batches of a lane from a sequence on, oldest first. */
  read(lane: Lane, fromSequence: number, limit: number): readonly SpooledBatch[];
  /** One batch, or undefined where it is confirmed and gone. */
  get(lane: Lane, sequence: number): SpooledBatch | undefined;
  /** Takes batches out: ingest reported them stored. Unknown numbers are ignored. */
  confirm(sequences: readonly number[]): void;
  /** Above all batches on disk: whatever is committed from now on has this sequence or a greater one. */
  nextSequence(): number;
  /** The newest reading ever appended of a tag, over restarts. */
  newest(tag: string): Reading | undefined;
  collisions(): Iterable<Collision>;
  /** Readings that wait. */
  size(): number;
  onAppended(listener: () => void): void;
  close(): Promise<void>;
}
