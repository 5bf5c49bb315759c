import type { BatchIdentity, StoredReport } from '../model/batch.ts';
import type { Clock } from '../model/clock.ts';
import type { Station } from '../model/health.ts';
import type { Plant } from '../model/plant.ts';
import type { Reading } from '../model/reading.ts';
import type { Refusal } from '../model/refusal.ts';
import type { DirtyWindows } from '../store/dirty-windows.ts';
import type { TimeSeriesStore } from '../store/time-series-store.ts';
import type { AcceptLimits } from './accept.ts';

export interface IngestOptions {
  readonly plant: Plant;
  readonly store: Pick<TimeSeriesStore, 'write'>;
  readonly dirty: Pick<DirtyWindows, 'mark'>;
  readonly quarantine: { put(refusals: readonly Refusal[]): Promise<void> };
  readonly clock: Clock;
  /** After the readings are durable, before their batch is confirmed. */
  readonly onStored?: (readings: readonly Reading[]) => void;
  /** Publishes `plantscope/stored/<gateway>`. Failing is harmless: the gateway sends the batch again. */
  readonly confirm?: (gateway: string, report: StoredReport) => void;
  readonly limits?: AcceptLimits;
  /** Readings of one store write at most. */
  readonly maxWriteReadings?: number;
  /** Readings that may wait; beyond, `hasRoom` is false and whoever feeds ingest waits. */
  readonly maxWaitingReadings?: number;
  readonly onTrouble?: (message: string) => void;
}

/** From batches to stored readings: check, group, write, mark dirty, confirm. Retries the store for ever. */
export interface Ingest extends Station {
  /** Resolves once everything in the batch is stored or in the quarantine, and confirmed. Never rejects but on close. */
  batch(gateway: string, payload: Buffer): Promise<void>;
  /** Readings without a batch: replayed from the quarantine, typed in by a person. Refusals go to the caller. */
  readings(readings: readonly Reading[]): Promise<readonly Refusal[]>;
  /** Resolves once there is room for more. */
  room(): Promise<void>;
  /** Ends after the write that is under way; what waits is not confirmed and will be sent again. */
  close(): Promise<void>;
}

/** One accepted piece of work on its way into the store. */
export interface Work {
  readonly gateway: string | undefined;
  readonly identity: BatchIdentity | undefined;
  readonly readings: readonly Reading[];
  readonly refusals: readonly Refusal[];
  readonly done: (refused: readonly Refusal[]) => void;
  readonly failed: (error: Error) => void;
}
