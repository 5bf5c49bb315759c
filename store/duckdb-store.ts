import { PlantCalendar } from '../model/calendar.ts';
import { type Clock, systemClock } from '../model/clock.ts';
import { PlantscopeError } from '../model/error.ts';
import type { Reading } from '../model/reading.ts';
import { dayMs, type TimeWindow } from '../model/window.ts';
import { readAggregates } from './duckdb/aggregates.ts';
import { Catalog } from './duckdb/catalog.ts';
import { countReadings } from './duckdb/counts.ts';
import { Database } from './duckdb/database.ts';
import { Housekeeping } from './duckdb/housekeeping.ts';
import { readReadings } from './duckdb/reads.ts';
import { ReopeningStore } from './duckdb/reopening-store.ts';
import { ResultTable } from './duckdb/results.ts';
import { dayOf, schema } from './duckdb/tables.ts';
import { MAX_ROWS_PER_COMMIT, ReadingWriter } from './duckdb/writer.ts';
import { GroupCommit } from './group-commit.ts';
import { partRefused, refusalReason } from './refusal-reason.ts';
import type { Retention } from './retention.ts';
import type {
  AggregateSeries,
  AggregatesQuery,
  MaintenanceReport,
  RawSeries,
  ReadingsQuery,
  RefusedReading,
  ResultRow,
  ResultsQuery,
  StoreDescription,
  TagCount,
  TimeSeriesStore,
} from './time-series-store.ts';
import { TurnQueue } from './turn-queue.ts';

/** More is only cached pages, which the system caches too: queries were no slower with 128 than with 256. */
const DEFAULT_MEMORY_LIMIT_MB = 128;

export interface DuckDbStoreOptions {
  readonly file: string;
  /** Of DuckDB's own buffers, which its cache of pages fills in time; the process needs some 250 MB beside. Default: 128. */
  readonly memoryLimitMb?: number;
  /** IANA name; calendar windows are this zone's. */
  readonly timeZone: string;
  readonly retention?: Retention;
  readonly clock?: Clock;
}

/**
 * Opens, or creates, a store in one file.
 * @throws PlantscopeError `store-in-use` where another process, or this one, has it open; `store-unreadable`
 */
export async function openDuckDbStore(options: DuckDbStoreOptions): Promise<TimeSeriesStore> {
  const open = (): Promise<TimeSeriesStore> => openFile(options);
  return new ReopeningStore(open, await open());
}

async function openFile(options: DuckDbStoreOptions): Promise<TimeSeriesStore> {
  const database = await Database.open(options.file, options.memoryLimitMb ?? DEFAULT_MEMORY_LIMIT_MB);
  for (const statement of schema) await database.writer.run(statement);
  const catalog = await Catalog.load(database);
  const writer = new ReadingWriter(database, catalog);
  return new DuckDbStore(options, database, catalog, writer, await ResultTable.load(database, writer));
}

class DuckDbStore implements TimeSeriesStore {
  readonly #database: Database;
  readonly #catalog: Catalog;
  readonly #results: ResultTable;
  readonly #housekeeping: Housekeeping;
  readonly #calendar: PlantCalendar;
  readonly #clock: Clock;
  /** Everything that writes goes through here, in turn. */
  readonly #turns = new TurnQueue();
  readonly #commits: GroupCommit;
  readonly #reading = new Set<Promise<unknown>>();
  readonly #derivedDays: number | undefined;
  #closed = false;

  constructor(
    { timeZone, retention = {}, clock = systemClock }: DuckDbStoreOptions,
    database: Database,
    catalog: Catalog,
    writer: ReadingWriter,
    results: ResultTable,
  ) {
    this.#database = database;
    this.#catalog = catalog;
    this.#results = results;
    this.#housekeeping = new Housekeeping(database, catalog, writer, retention);
    this.#calendar = new PlantCalendar(timeZone);
    this.#clock = clock;
    this.#derivedDays = retention.derivedDays;
    this.#commits = new GroupCommit(this.#turns, MAX_ROWS_PER_COMMIT, async (readings) => {
      await writer.commit(readings);
      return [];
    });
  }

  async describe(): Promise<StoreDescription> {
    const [versions = []] = await this.#read(() => this.#database.read('SELECT version()'));
    return { kind: 'duckdb', version: String(versions[0]), location: this.#database.file };
  }

  async write(readings: readonly Reading[]): Promise<readonly RefusedReading[]> {
    this.#requireOpen();
    const { accepted, refused } = partRefused(
      readings,
      (reading) => refusalReason(reading) ?? this.#droppedDayReason(reading),
    );
    if (accepted.length > 0) await this.#commits.write(accepted);
    return refused;
  }

  /** A day of which only rollups are left can't take readings: they would be all that is known of it. */
  #droppedDayReason({ timeMs }: Reading): string | undefined {
    const state = this.#catalog.day(dayOf(timeMs));
    return state && !state.readings ? 'older than what the store keeps' : undefined;
  }

  async writeResults(rows: readonly ResultRow[]): Promise<void> {
    this.#requireOpen();
    await this.#turns.run(() => this.#results.write(rows));
  }

  async latest(tags?: readonly string[]): Promise<readonly Reading[]> {
    this.#requireOpen();
    return this.#catalog.latest(tags);
  }

  async readings(query: ReadingsQuery): Promise<readonly RawSeries[]> {
    return this.#read(() => readReadings(this.#database, this.#catalog, query));
  }

  async aggregates(query: AggregatesQuery): Promise<readonly AggregateSeries[]> {
    const [database, catalog, calendar] = [this.#database, this.#catalog, this.#calendar];
    const nowMs = this.#clock.nowMs();
    return this.#read(() => readAggregates({ database, catalog, calendar, nowMs }, query));
  }

  async results(query: ResultsQuery): Promise<readonly ResultRow[]> {
    return this.#read(() => this.#results.read(query));
  }

  async tagCounts(window: TimeWindow): Promise<readonly TagCount[]> {
    return this.#read(() => countReadings(this.#database, this.#catalog, window));
  }

  async resultMeasurements(): Promise<readonly string[]> {
    return this.#results.measurements();
  }

  async deleteBefore(timeMs: number): Promise<void> {
    this.#requireOpen();
    await this.#turns.run(() => this.#housekeeping.deleteBefore(timeMs));
  }

  async maintain(): Promise<MaintenanceReport> {
    this.#requireOpen();
    const nowMs = this.#clock.nowMs();
    return this.#turns.run(async () => {
      if (this.#derivedDays !== undefined)
        await this.#results.deleteBefore(nowMs - this.#derivedDays * dayMs);
      return this.#housekeeping.maintain(nowMs);
    });
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#turns.idle();
    await Promise.allSettled(this.#reading);
    this.#database.close();
  }

  async #read<Result>(task: () => Promise<Result>): Promise<Result> {
    this.#requireOpen();
    const running = task();
    this.#reading.add(running);
    try {
      return await running;
    } finally {
      this.#reading.delete(running);
    }
  }

  #requireOpen(): void {
    if (this.#closed) throw new PlantscopeError('store-closed', 'The store is closed');
  }
}
