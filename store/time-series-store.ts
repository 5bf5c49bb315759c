import type { CalendarUnit } from '../model/calendar.ts';
import type { Reading, ReadingOrigin, ReadingValue } from '../model/reading.ts';
import type { ReadingColumns } from '../model/reading-columns.ts';
import type { StatusCode } from '../model/status.ts';
import type { TimeWindow } from '../model/window.ts';

/**
 * The one door to stored readings and results. Adapters: DuckDB (embedded) and InfluxDB 1.x, 2.x, 3.x.
 * What an adapter must do is written as tests: test/store/contract.ts, which every adapter passes unchanged.
 */
export interface TimeSeriesStore {
  describe(): Promise<StoreDescription>;

  /**
   * Stores readings; durable once the promise resolves. A reading at an identity (tag, source time) that is stored
   * already replaces it, so writing twice is writing once.
   * @returns the readings the store will never take, each with the reason; all others are stored
   * @throws PlantscopeError `store-unavailable` (retryable): nothing is known to be stored, write the same again
   */
  write(readings: readonly Reading[]): Promise<readonly RefusedReading[]>;

  /**
   * The same as `write(listOf(columns))`, of an adapter that is quicker with columns. Absent otherwise.
   * @throws as `write`
   */
  writeColumns?(columns: ReadingColumns): Promise<readonly RefusedReading[]>;

  /** Stores derived figures; a row at the same (measurement, series, time) is replaced. */
  writeResults(rows: readonly ResultRow[]): Promise<void>;

  /** The reading with the greatest source time of each tag. Tags without any reading are left out. */
  latest(tags?: readonly string[]): Promise<readonly Reading[]>;

  /** Readings as stored, by ascending source time, tag by tag in the order asked for. */
  readings(query: ReadingsQuery): Promise<readonly RawSeries[]>;

  /** One point a window: fixed windows by `everyMs`, or calendar windows in the plant's zone. Bad readings don't count. */
  aggregates(query: AggregatesQuery): Promise<readonly AggregateSeries[]>;

  /** Derived figures by ascending time. */
  results(query: ResultsQuery): Promise<readonly ResultRow[]>;

  /** The tags that have readings in the window, with how many: what a copy and its check go by. */
  tagCounts(window: TimeWindow): Promise<readonly TagCount[]>;

  /** Names of the measurements that hold derived figures. */
  resultMeasurements(): Promise<readonly string[]>;

  /** Drops the readings that are older; rollups and derived figures stay. Deleting again is harmless. */
  deleteBefore(timeMs: number): Promise<void>;

  /**
   * Housekeeping, to be called every few minutes: sorts closed days, builds rollups, applies the retention set up.
   * Safe to skip, to repeat and to interrupt.
   */
  maintain(): Promise<MaintenanceReport>;

  close(): Promise<void>;
}

export interface StoreDescription {
  readonly kind: 'duckdb' | 'influxdb';
  readonly version: string;
  /** File or URL, without secrets. */
  readonly location: string;
}

export interface MaintenanceReport {
  /** Closed days (DuckDB) or hours (InfluxDB) rolled up in this call. */
  readonly rolledUp: number;
  /** Whether more waits; then call again soon. */
  readonly more: boolean;
}

export interface TagCount {
  readonly tag: string;
  readonly count: number;
}

export interface RefusedReading {
  readonly reading: Reading;
  readonly reason: string;
}

export interface ReadingsQuery extends TimeWindow {
  readonly tags: readonly string[];
  /** Nanoseconds within `startMs` at which the window starts. Default: 0. */
  readonly startNs?: number;
  /** At most this many points a tag, the earliest first; page on from the nanosecond after the last. Default: no limit. */
  readonly limit?: number;
}

export interface RawSeries {
  readonly tag: string;
  readonly points: readonly RawPoint[];
}

export interface RawPoint {
  readonly timeMs: number;
  readonly timeNs: number;
  readonly value: ReadingValue;
  readonly status: StatusCode;
  readonly origin: ReadingOrigin;
}

/**
 * Only numbers are aggregated, and only good and uncertain ones; of a window cut by the query's edge only the part
 * inside counts.
 * `time-weighted-mean` holds each value until the next (or the window's end), starting from the last value before the
 * window. It needs a
 * reading in the window, and never holds past the present. `increase` is what a register gained since its reading
 * before, resets counted from zero, booked on the later reading. `minmax` gives two points a window, at the
 * times of the smallest and the greatest value, in time order: what a chart needs to keep spikes.
 */
export type Aggregate =
  | 'mean'
  | 'min'
  | 'max'
  | 'first'
  | 'last'
  | 'sum'
  | 'count'
  | 'increase'
  | 'time-weighted-mean'
  | 'minmax';

export interface AggregatesQuery extends TimeWindow {
  readonly tags: readonly string[];
  readonly aggregate: Aggregate;
  /** Milliseconds (aligned to the epoch), or a calendar unit of the plant's zone. */
  readonly every: number | CalendarUnit;
}

export interface AggregateSeries {
  readonly tag: string;
  /** Windows without a good reading are left out: no data is not zero. */
  readonly points: readonly AggregatePoint[];
}

export interface AggregatePoint {
  /** Start of the window; of `minmax`: the time of the value itself. */
  readonly timeMs: number;
  readonly value: number;
  /** Good readings in the window. */
  readonly count: number;
}

/** One derived figure, as Grafana finds it too: measurement, tags (the series) and fields. */
export interface ResultRow {
  readonly measurement: string;
  /** Bounded in number: asset, carrier, pollutant ... never a value or a time. */
  readonly series: Readonly<Record<string, string>>;
  /** Start of the interval the figure speaks of. */
  readonly timeMs: number;
  /** A field keeps one type for ever. NaN and infinities are refused. */
  readonly fields: Readonly<Record<string, number | string | boolean>>;
}

export interface ResultsQuery extends TimeWindow {
  readonly measurement: string;
  /** Only series that have these values; of a list, any of them. */
  readonly where?: Readonly<Record<string, string | readonly string[]>>;
  readonly limit?: number;
}
