import { PlantCalendar } from '../model/calendar.ts';
import { type Clock, systemClock } from '../model/clock.ts';
import { PlantscopeError } from '../model/error.ts';
import type { Tag } from '../model/plant.ts';
import type { Reading } from '../model/reading.ts';
import { listOf, type ReadingColumns } from '../model/reading-columns.ts';
import { dayMs, type TimeWindow } from '../model/window.ts';
import { GroupCommit } from './group-commit.ts';
import { readAggregates } from './influx/aggregates.ts';
import { type InfluxAddress, InfluxConnection } from './influx/connection.ts';
import { DerivedFigures } from './influx/derived-figures.ts';
import { countReadings, inWindow, readLatest, readReadings } from './influx/reads.ts';
import { RollupBuilder } from './influx/rollup-builder.ts';
import { RollupLog } from './influx/rollup-log.ts';
import { type RollupPlan, rawPlan, StoredRollupPlan } from './influx/rollup-plan.ts';
import { SeriesBook } from './influx/series-book.ts';
import { derivedDatabase, hourDatabase, isThere } from './influx/setup.ts';
import { ReadingWrites } from './influx/writes.ts';
import { isStorableTime, partRefused, refusalReason } from './refusal-reason.ts';
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

export interface InfluxStoreOptions extends InfluxAddress {
  /** The plant's tags: the layout of the database comes from them, and readings of other tags are refused. */
  readonly tags: readonly Tag[];
  /** IANA name; calendar windows are this zone's. */
  readonly timeZone: string;
  /** As set up by `store init`; tells which resolution is still there. */
  readonly retention?: Retention;
  readonly clock?: Clock;
}

/** Requests under way at a time, and the readings of one. */
const PARALLEL_WRITES = 4;
const MAX_READINGS_PER_WRITE = 10_000;
/** Ingest's groups are filled by whole batches, and so are a little larger than they should be. */
const MAX_COLUMNS_PER_WRITE = 2 * MAX_READINGS_PER_WRITE;

/** @throws PlantscopeError `store-unavailable` where the server does not answer */
export async function openInfluxStore(options: InfluxStoreOptions): Promise<TimeSeriesStore> {
  const connection = await InfluxConnection.open(options);
  const { database } = options;
  const hasRollups = await isThere(connection, hourDatabase(database));
  const hasDerived = await isThere(connection, derivedDatabase(database));
  const natures = new Set(options.tags.map(({ nature }) => nature));
  const derived = await DerivedFigures.open(connection, natures, hasDerived);
  return new InfluxStore(options, connection, derived, hasRollups);
}

/**
 * Moves derived figures that lie beside the readings, as before they had a database of their own.
 * @returns the rows moved
 */
export async function moveDerivedFigures(
  options: InfluxAddress & { readonly tags: readonly Tag[] },
): Promise<number> {
  const connection = await InfluxConnection.open(options);
  const natures = new Set(options.tags.map(({ nature }) => nature));
  return (await DerivedFigures.open(connection, natures, true)).moveBeside();
}

class InfluxStore implements TimeSeriesStore {
  readonly #connection: InfluxConnection;
  readonly #book: SeriesBook;
  readonly #derived: DerivedFigures;
  readonly #calendar: PlantCalendar;
  readonly #clock: Clock;
  readonly #turns = new TurnQueue(PARALLEL_WRITES);
  readonly #commits: GroupCommit;
  readonly #writes: ReadingWrites;
  readonly #plan: RollupPlan;
  readonly #builder: RollupBuilder | undefined;
  readonly #rawDays: number | undefined;
  #closed = false;

  constructor(
    options: InfluxStoreOptions,
    connection: InfluxConnection,
    derived: DerivedFigures,
    hasRollups: boolean,
  ) {
    const { retention = {}, clock = systemClock } = options;
    this.#connection = connection;
    this.#derived = derived;
    this.#book = new SeriesBook(options.tags);
    this.#calendar = new PlantCalendar(options.timeZone);
    this.#clock = clock;
    this.#rawDays = retention.rawDays;
    const databases = { minutes: `${options.database}_1m`, hours: hourDatabase(options.database) };
    const log = new RollupLog(connection, databases.hours);
    const reader = { connection, book: this.#book };
    this.#plan = hasRollups ? new StoredRollupPlan(log, databases, retention, this.#calendar) : rawPlan;
    this.#builder = hasRollups
      ? new RollupBuilder(reader, log, databases, retention, this.#calendar)
      : undefined;
    const marks = (timesMs: readonly number[]) => (hasRollups ? log.marks(timesMs, clock.nowMs()) : []);
    this.#writes = new ReadingWrites(connection, this.#book, marks);
    this.#commits = new GroupCommit(this.#turns, MAX_READINGS_PER_WRITE, (readings) =>
      this.#writes.commit(readings),
    );
  }

  async describe(): Promise<StoreDescription> {
    const { version, location } = this.#connection;
    return { kind: 'influxdb', version, location };
  }

  async write(readings: readonly Reading[]): Promise<readonly RefusedReading[]> {
    this.#requireOpen();
    const { accepted, refused } = partRefused(readings, (reading) => this.#refusalReason(reading));
    if (accepted.length === 0) return refused;
    return [...refused, ...(await this.#commits.write(accepted))];
  }

  async writeColumns(columns: ReadingColumns): Promise<readonly RefusedReading[]> {
    this.#requireOpen();
    const refused = this.#takesAll(columns)
      ? await this.#turns.run(() => this.#writes.commitColumns(columns))
      : undefined;
    return refused ?? this.write(listOf(columns));
  }

  #takesAll({ timesMs, values }: ReadingColumns): boolean {
    const keptFromMs = this.#keptFromMs();
    return (
      timesMs.length <= MAX_COLUMNS_PER_WRITE &&
      timesMs.every((timeMs) => timeMs >= keptFromMs && isStorableTime(timeMs)) &&
      values.every((value) => Number.isFinite(value))
    );
  }

  #refusalReason(reading: Reading): string | undefined {
    return (
      refusalReason(reading) ??
      (reading.timeMs < this.#keptFromMs() ? 'older than what the store keeps' : undefined) ??
      (this.#book.of(reading.tag) ? undefined : 'the plant file has no such tag')
    );
  }

  /** The server would refuse what is older too, but line by line. */
  #keptFromMs(): number {
    return this.#rawDays === undefined ? 0 : this.#clock.nowMs() - this.#rawDays * dayMs;
  }

  async writeResults(rows: readonly ResultRow[]): Promise<void> {
    this.#requireOpen();
    await this.#derived.write(rows);
  }

  async latest(tags?: readonly string[]): Promise<readonly Reading[]> {
    this.#requireOpen();
    return readLatest(this.#reader, tags);
  }

  async readings(query: ReadingsQuery): Promise<readonly RawSeries[]> {
    this.#requireOpen();
    return readReadings(this.#reader, query);
  }

  async aggregates(query: AggregatesQuery): Promise<readonly AggregateSeries[]> {
    this.#requireOpen();
    const [plan, calendar, nowMs] = [this.#plan, this.#calendar, this.#clock.nowMs()];
    return readAggregates({ ...this.#reader, plan, calendar, nowMs }, query);
  }

  async results(query: ResultsQuery): Promise<readonly ResultRow[]> {
    this.#requireOpen();
    return this.#derived.read(query);
  }

  async tagCounts(window: TimeWindow): Promise<readonly TagCount[]> {
    this.#requireOpen();
    return countReadings(this.#reader, window);
  }

  async resultMeasurements(): Promise<readonly string[]> {
    this.#requireOpen();
    return this.#derived.measurements();
  }

  async deleteBefore(timeMs: number): Promise<void> {
    this.#requireOpen();
    if (this.#connection.major >= 3) throw cannotDelete(this.#connection.location);
    const time = inWindow({ startMs: 0, endMs: timeMs });
    const statements = this.#book.measurements().map((name) => `DELETE FROM "${name}" WHERE ${time}`);
    if (statements.length > 0) await this.#connection.query(statements);
  }

  async maintain(): Promise<MaintenanceReport> {
    this.#requireOpen();
    return (await this.#builder?.maintain(this.#clock.nowMs())) ?? { rolledUp: 0, more: false };
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#turns.idle();
  }

  get #reader() {
    return { connection: this.#connection, book: this.#book };
  }

  #requireOpen(): void {
    if (this.#closed) throw new PlantscopeError('store-closed', 'The store is closed');
  }
}

function cannotDelete(where: string): PlantscopeError {
  return new PlantscopeError('store-cannot-delete', 'InfluxDB 3 has no statement that deletes readings', {
    where,
    hint: 'Set `store.retention` in the plant file and run `plantscope store init`: the server then drops what is older.',
  });
}
