import type { StoredReport } from '../model/batch.ts';
import type { Clock } from '../model/clock.ts';
import type { Station } from '../model/health.ts';
import type { Plant } from '../model/plant.ts';
import type { Reading } from '../model/reading.ts';
import type { Readings } from '../model/reading-columns.ts';
import type { Refusal } from '../model/refusal.ts';
import type { DirtyWindows } from '../store/dirty-windows.ts';
import type { TimeSeriesStore } from '../store/time-series-store.ts';
import type { AcceptLimits } from './accept.ts';

export interface IngestOptions {
  readonly plant: Plant;
  readonly store: Pick<TimeSeriesStore, 'write' | 'writeColumns'>;
  readonly dirty: Pick<DirtyWindows, 'mark'>;
  readonly quarantine: { put(refusals: readonly Refusal[]): Promise<void> };
  /** Takes the events of sources (`eventReading`) and returns those that are none; without it all are refused. */
  readonly events?: { put(readings: readonly Reading[]): Promise<readonly Reading[]> };
  readonly clock: Clock;
  /** After the readings are durable, before their batch is confirmed. */
  readonly onStored?: (readings: Readings) => void;
  /** Publishes `plantscope/stored/<gateway>`. Failing is harmless: the gateway sends the batch again. */
  readonly confirm?: (gateway: string, report: StoredReport) => void;
  readonly limits?: AcceptLimits;
  /** Readings of one store write at most. */
  readonly maxWriteReadings?: number;
  /** Store writes under way at a time. */
  readonly parallelWrites?: number;
  /** Bytes of payloads that may wait; beyond, `room` resolves later and whoever feeds ingest waits. */
  readonly maxWaitingBytes?: number;
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
