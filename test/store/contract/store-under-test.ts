import type { Clock } from '../../../model/clock.ts';
import type { Tag } from '../../../model/plant.ts';
import type { TimeSeriesStore } from '../../../store/time-series-store.ts';

export interface StoreSetup {
  readonly tags: readonly Tag[];
  readonly timeZone: string;
  readonly clock: Clock;
}

/** One empty store of the suite's. */
export interface StoreUnderTest {
  readonly store: TimeSeriesStore;
  /** Closes it and opens the same data again, as after a restart. */
  reopen(): Promise<TimeSeriesStore>;
  /** Closes and deletes it. */
  stop(): Promise<void>;
}

/** How the parts of the suite get their store. */
export interface StoreOpener {
  /** A new, empty one; gone after the test. */
  opened(setup?: Partial<StoreSetup>): Promise<TimeSeriesStore>;
  /** The same data again, as after a restart. */
  reopened(): Promise<TimeSeriesStore>;
  /** Closed and deleted, for a test that takes several. */
  dropped(): Promise<void>;
}
