import { errorMessage, PlantscopeError } from '../../model/error.ts';
import type { TimeWindow } from '../../model/window.ts';
import type {
  AggregatesQuery,
  ReadingsQuery,
  ResultRow,
  ResultsQuery,
  TimeSeriesStore,
} from '../time-series-store.ts';

/**
 * A store that is opened anew after a fatal error: a disk that fills up while DuckDB writes a checkpoint makes it refuse
 * everything until the file is closed and opened. What was committed is in its log and comes back.
 */
export class ReopeningStore implements TimeSeriesStore {
  readonly #open: () => Promise<TimeSeriesStore>;
  #current: Promise<TimeSeriesStore> | undefined;
  #isClosed = false;

  constructor(open: () => Promise<TimeSeriesStore>, first: TimeSeriesStore) {
    this.#open = open;
    this.#current = Promise.resolve(first);
  }

  describe = () => this.#with((store) => store.describe());
  write = (readings: Parameters<TimeSeriesStore['write']>[0]) => this.#with((store) => store.write(readings));
  writeResults = (rows: readonly ResultRow[]) => this.#with((store) => store.writeResults(rows));
  latest = (tags?: readonly string[]) => this.#with((store) => store.latest(tags));
  readings = (query: ReadingsQuery) => this.#with((store) => store.readings(query));
  aggregates = (query: AggregatesQuery) => this.#with((store) => store.aggregates(query));
  results = (query: ResultsQuery) => this.#with((store) => store.results(query));
  tagCounts = (window: TimeWindow) => this.#with((store) => store.tagCounts(window));
  resultMeasurements = () => this.#with((store) => store.resultMeasurements());
  deleteBefore = (timeMs: number) => this.#with((store) => store.deleteBefore(timeMs));
  maintain = () => this.#with((store) => store.maintain());

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const store = await this.#current?.catch(() => undefined); // not open: nothing to close
    await store?.close();
  }

  async #with<Result>(task: (store: TimeSeriesStore) => Promise<Result>): Promise<Result> {
    if (this.#isClosed) throw new PlantscopeError('store-closed', 'The store is closed');
    const opening = this.#current ?? this.#reopen();
    const store = await opening;
    try {
      return await task(store);
    } catch (thrown) {
      if (!isFatal(thrown)) throw thrown;
      if (this.#current === opening) this.#current = this.#closedAndOpened(store);
      throw fatal(thrown);
    }
  }

  #reopen(): Promise<TimeSeriesStore> {
    return this.#kept(this.#open());
  }

  #closedAndOpened(store: TimeSeriesStore): Promise<TimeSeriesStore> {
    return this.#kept(store.close().then(this.#open));
  }

  /** Remembered while it opens and once it is open; forgotten where it can't be, so that the next call tries again. */
  #kept(opening: Promise<TimeSeriesStore>): Promise<TimeSeriesStore> {
    this.#current = opening;
    opening.catch(() => {
      if (this.#current === opening) this.#current = undefined;
    });
    return opening;
  }
}

/** DuckDB says so in words only. */
function isFatal(thrown: unknown): boolean {
  for (let one = thrown; one instanceof Error; one = one.cause)
    if (/^FATAL Error|database has been invalidated/.test(one.message)) return true;
  return false;
}

function fatal(cause: unknown): PlantscopeError {
  return new PlantscopeError('store-unavailable', `The store is opened anew after: ${errorMessage(cause)}`, {
    cause,
    retryable: true,
    hint: 'Check the free space of the data directory.',
  });
}
