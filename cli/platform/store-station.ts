import type { Clock } from '../../model/clock.ts';
import { errorMessage } from '../../model/error.ts';
import type { Station, StationHealth } from '../../model/health.ts';
import { RateMeter } from '../../model/rate-meter.ts';
import type { StoreDescription, TimeSeriesStore } from '../../store/time-series-store.ts';

/** The store on the health page, and its regular housekeeping. */
export class StoreStation implements Station {
  readonly #store: TimeSeriesStore;
  readonly #clock: Clock;
  readonly #description: StoreDescription;
  readonly #rate = new RateMeter();
  readonly #counters = { stored: 0, maintenanceRuns: 0, rolledUp: 0, maintenanceFailures: 0 };
  #lastError: StationHealth['lastError'];
  #running = false;

  private constructor(store: TimeSeriesStore, clock: Clock, description: StoreDescription) {
    this.#store = store;
    this.#clock = clock;
    this.#description = description;
  }

  static async of(store: TimeSeriesStore, clock: Clock): Promise<StoreStation> {
    return new StoreStation(store, clock, await store.describe());
  }

  /** Readings that ingest has stored. */
  stored(count: number): void {
    this.#counters.stored += count;
    this.#rate.add(count, this.#clock.nowMs());
  }

  /** Sorts closed days, builds rollups, applies retention, until nothing more waits; one run at a time. */
  maintain(): void {
    if (this.#running) return;
    this.#running = true;
    void this.#untilDone().finally(() => {
      this.#running = false;
    });
  }

  async #untilDone(): Promise<void> {
    try {
      for (let more = true; more; ) {
        const report = await this.#store.maintain();
        this.#counters.maintenanceRuns += 1;
        this.#counters.rolledUp += report.rolledUp;
        more = report.more;
      }
    } catch (error) {
      this.#counters.maintenanceFailures += 1;
      const remedy = 'It is tried again in a few minutes. Check disk space, or the store server.';
      this.#lastError = { message: errorMessage(error), timeMs: this.#clock.nowMs(), remedy };
    }
  }

  health(): StationHealth {
    const { kind, version, location } = this.#description;
    return {
      station: 'store',
      state: this.#lastError ? 'degraded' : 'ok',
      summary: `${kind} ${version} at ${location}`,
      ratePerS: this.#rate.perSecond(this.#clock.nowMs()),
      ...(this.#lastError ? { lastError: this.#lastError } : {}),
      counters: { ...this.#counters },
    };
  }
}
