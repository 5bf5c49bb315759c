import type { Logger } from 'pino';
import { LiveReadings } from '../../ingest/live-readings.ts';
import type { TimeSeriesStore } from '../../store/time-series-store.ts';

const POLL_MS = 1000;

/** The newest readings for a service that has no ingest in its process: asked from the store every second. */
export class PolledLive {
  readonly live = new LiveReadings();
  readonly #store: Pick<TimeSeriesStore, 'latest'>;
  readonly #logger: Logger;
  #timer: NodeJS.Timeout | undefined;
  #isStopped = false;

  constructor(store: Pick<TimeSeriesStore, 'latest'>, logger: Logger) {
    this.#store = store;
    this.#logger = logger;
  }

  async start(): Promise<void> {
    await this.#poll();
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
  }

  async #poll(): Promise<void> {
    try {
      this.live.update(await this.#store.latest());
    } catch (error) {
      this.#logger.warn({ error }, 'the store did not tell the newest readings; asked again in a second');
    }
    if (!this.#isStopped) this.#timer = setTimeout(() => void this.#poll(), POLL_MS);
  }
}
