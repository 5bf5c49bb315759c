import { type Clock, systemClock } from '../model/clock.ts';
import { dayMs } from '../model/window.ts';

export interface SpoolOptions {
  /** Folder of the spool; created where absent. One process at a time. */
  readonly dir: string;
  readonly gateway: string;
  readonly clock?: Clock;
  /** Payload bytes the spool may hold. At the bound it takes nothing more until ingest confirms (`hold`), or drops. */
  readonly maxBytes?: number;
  /** Batches older than this are dropped, counted and reported: what nobody fetched in that time. */
  readonly maxAgeMs?: number;
  readonly whenFull?: 'hold' | 'drop-oldest';
  /** Share of `maxBytes` from which the station is reported degraded. */
  readonly highWaterRatio?: number;
  readonly maxBatchReadings?: number;
  /** Readings that may wait in memory for the disk; beyond, `append` is refused. */
  readonly maxWaitingReadings?: number;
  /** Two commits are at least this far apart, so that single readings share one. */
  readonly groupMs?: number;
  /** A person is needed, or something was lost. */
  readonly onTrouble?: (message: string) => void;
}

/** 4 GiB, sixty days, and at the bound it holds. */
export function withDefaults(options: SpoolOptions): Required<SpoolOptions> {
  return {
    clock: systemClock,
    maxBytes: 4 * 1024 ** 3,
    maxAgeMs: 60 * dayMs,
    whenFull: 'hold',
    highWaterRatio: 0.7,
    maxBatchReadings: 500,
    maxWaitingReadings: 200_000,
    groupMs: 5,
    onTrouble: () => undefined,
    ...options,
  };
}
