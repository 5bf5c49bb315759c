import { PlantscopeError } from '../../model/error.ts';
import { type Reading, toNanosecondText } from '../../model/reading.ts';
import { listOf, type ReadingColumns } from '../../model/reading-columns.ts';
import { qualityOf } from '../../model/status.ts';
import type { RefusedReading } from '../time-series-store.ts';
import type { InfluxConnection } from './connection.ts';
import { Binding } from './influxql.ts';
import { LinePrefix, LineWriter } from './line-writer.ts';
import { instantOf } from './points.ts';
import { readLatest } from './reads.ts';
import type { BookedSeries, SeriesBook } from './series-book.ts';

/** A series with its last instant, as far as this process knows. */
interface WrittenSeries {
  readonly booked: BookedSeries;
  readonly prefix: LinePrefix;
  /** Whether the store was asked for its last instant; before, none is known. */
  isKnown: boolean;
  lastMs: number;
  lastNs: number;
}

/** Readings that become the lines of one request. */
interface Lines {
  readonly readings: readonly Reading[];
  /** Of each reading. */
  readonly series: readonly WrittenSeries[];
  /** Those that may replace another. */
  readonly repeats: ReadonlySet<Reading>;
}

/** Lines that go with readings of these times: marks of what a rollup must look at again. */
export type MarkLines = (timesMs: readonly number[]) => readonly string[];

export class ReadingWrites {
  readonly #connection: InfluxConnection;
  readonly #book: SeriesBook;
  readonly #markLines: MarkLines;
  readonly #written = new Map<string, WrittenSeries>();
  readonly #inFlight = new Set<Promise<unknown>>();
  readonly #writer = new LineWriter();

  constructor(connection: InfluxConnection, book: SeriesBook, markLines: MarkLines) {
    this.#connection = connection;
    this.#book = book;
    this.#markLines = markLines;
  }

  /** @returns the readings the server refuses; the others are stored */
  async commit(readings: readonly Reading[]): Promise<readonly RefusedReading[]> {
    const series = readings.map(({ tag }) => this.#seriesOf(tag) ?? unknownTag(tag));
    await this.#learnLast(series);
    const repeats = noteLast(readings, series);
    const all = { readings, series, repeats };
    if (repeats.size === 0) return this.#tracked(this.#send(all, this.#marksOf(readings)));
    return this.#commitRepeats(lastOfEach(all));
  }

  /** Undefined, and nothing sent, where a tag is unknown or a reading may replace another. */
  async commitColumns(columns: ReadingColumns): Promise<readonly RefusedReading[] | undefined> {
    const series = columns.tags.map((tag) => this.#seriesOf(tag));
    if (!areKnown(series)) return undefined;
    await this.#learnLast(series);
    return noteLastOfColumns(columns, series) ? this.#tracked(this.#sendColumns(columns, series)) : undefined;
  }

  async #sendColumns(
    columns: ReadingColumns,
    series: readonly WrittenSeries[],
  ): Promise<readonly RefusedReading[]> {
    const marks = this.#markLines(columns.timesMs);
    const { status } = await this.#connection.write(this.#linesOfColumns(columns, series, marks));
    if (status === 204) return [];
    return this.#send({ readings: listOf(columns), series, repeats: new Set() }, marks);
  }

  async #commitRepeats(lines: Lines): Promise<readonly RefusedReading[]> {
    const { readings, series, repeats } = lines;
    const toClear = new Map<BookedSeries, Reading[]>();
    for (const [index, reading] of readings.entries()) {
      const booked = series[index]?.booked;
      if (booked === undefined || !repeats.has(reading) || isOfKind(reading, booked)) continue;
      toClear.set(booked, [...(toClear.get(booked) ?? []), reading]);
    }
    // 3.x can't delete: there the value that was replaced stays visible to queries that do not look at the status.
    if (toClear.size > 0 && this.#connection.major < 3) {
      // What is under way may be what has to be cleared.
      await Promise.allSettled(this.#inFlight);
      for (const [booked, replacing] of toClear) await this.#clear(booked, replacing);
    }
    return this.#tracked(this.#send(lines, this.#marksOf(readings)));
  }

  #marksOf(readings: readonly Reading[]): readonly string[] {
    return this.#markLines(readings.map(({ timeMs }) => timeMs));
  }

  /** Undefined where the plant has no such tag. */
  #seriesOf(tag: string): WrittenSeries | undefined {
    const known = this.#written.get(tag);
    if (known !== undefined) return known;
    const booked = this.#book.of(tag);
    if (booked === undefined) return undefined;
    const prefix = new LinePrefix(booked.prefix);
    const series = { booked, prefix, isKnown: false, lastMs: -1, lastNs: 0 };
    this.#written.set(tag, series);
    return series;
  }

  /** Asks once, for the tags that this process has not written yet. */
  async #learnLast(all: readonly WrittenSeries[]): Promise<void> {
    const unknown = new Set(all.filter(({ isKnown }) => !isKnown));
    if (unknown.size === 0) return;
    const tags = [...unknown].map(({ booked }) => booked.tag.id);
    const stored = await readLatest({ connection: this.#connection, book: this.#book }, tags);
    const found = new Map(stored.map((reading) => [reading.tag, reading]));
    for (const series of unknown) {
      const last = found.get(series.booked.tag.id);
      if (last !== undefined) moveOn(series, last.timeMs, last.timeNs);
      series.isKnown = true;
    }
  }

  async #tracked<Result>(task: Promise<Result>): Promise<Result> {
    this.#inFlight.add(task);
    try {
      return await task;
    } finally {
      this.#inFlight.delete(task);
    }
  }

  async #clear(series: BookedSeries, readings: readonly Reading[]): Promise<void> {
    const wanted = new Map(readings.map((reading) => [toNanosecondText(reading), reading]));
    for (const time of await this.#usableTimes(series, [...wanted.keys()])) {
      if (wanted.has(time)) await this.#deletePoint(series, time);
    }
  }

  /** Times, in nanoseconds, of stored usable values between the first and the last of `times`. */
  async #usableTimes({ tag, measurement }: BookedSeries, times: readonly string[]): Promise<string[]> {
    const ascending = [...times].sort((a, b) => (BigInt(a) < BigInt(b) ? -1 : 1));
    const binding = new Binding();
    const [series = []] = await this.#connection.query(
      [
        `SELECT "value", "flag", "text" FROM "${measurement}" WHERE "asset" = ${binding.of(tag.asset)}
         AND "quantity" = ${binding.of(tag.quantity)} AND time >= ${ascending[0]} AND time <= ${ascending.at(-1)}`,
      ],
      { params: binding.params },
    );
    const rows = series[0]?.values ?? [];
    return rows.map(([time]) => toNanosecondText(instantOf(String(time))));
  }

  async #deletePoint({ tag, measurement }: BookedSeries, timeNs: string): Promise<void> {
    const binding = new Binding();
    await this.#connection.query(
      [
        `DELETE FROM "${measurement}" WHERE "asset" = ${binding.of(tag.asset)}
         AND "quantity" = ${binding.of(tag.quantity)} AND time >= ${timeNs} AND time <= ${timeNs}`,
      ],
      { params: binding.params },
    );
  }

  /** Halves what the server refuses until the lines it means are alone. */
  async #send(lines: Lines, marks: readonly string[]): Promise<RefusedReading[]> {
    const { readings } = lines;
    const [only] = readings;
    if (only === undefined) return [];
    const { status, message } = await this.#connection.write(this.#linesOf(lines, marks));
    if (status === 204) return [];
    if (readings.length === 1) return [{ reading: only, reason: `InfluxDB: ${message}` }];
    const middle = Math.ceil(readings.length / 2);
    const first = await this.#send(part(lines, 0, middle), marks);
    return [...first, ...(await this.#send(part(lines, middle), marks))];
  }

  /** The writer, empty but for the marks. */
  #begun(marks: readonly string[]): LineWriter {
    this.#writer.clear();
    for (const mark of marks) this.#writer.line(mark);
    return this.#writer;
  }

  #linesOf({ readings, series, repeats }: Lines, marks: readonly string[]): Uint8Array {
    const writer = this.#begun(marks);
    const hasRepeats = repeats.size > 0;
    for (let index = 0; index < readings.length; index++) {
      const reading = readings[index] as Reading;
      const { prefix } = series[index] as WrittenSeries;
      writer.reading(prefix, reading, hasRepeats && repeats.has(reading));
    }
    return writer.bytes();
  }

  #linesOfColumns(
    { timesMs, values }: ReadingColumns,
    series: readonly WrittenSeries[],
    marks: readonly string[],
  ): Uint8Array {
    const writer = this.#begun(marks);
    for (let index = 0; index < values.length; index++) {
      const { prefix } = series[index] as WrittenSeries;
      writer.number(prefix, values[index] as number, timesMs[index] as number);
    }
    return writer.bytes();
  }
}

const areKnown = (series: readonly (WrittenSeries | undefined)[]): series is readonly WrittenSeries[] =>
  !series.includes(undefined);

function unknownTag(tag: string): never {
  throw new PlantscopeError('tag-unknown', `The plant file has no tag "${tag}"`);
}

function part({ readings, series, repeats }: Lines, start: number, end?: number): Lines {
  return { readings: readings.slice(start, end), series: series.slice(start, end), repeats };
}

/** Moves each series' last instant on. @returns the readings that are not after it: they may replace another */
function noteLast(readings: readonly Reading[], series: readonly WrittenSeries[]): ReadonlySet<Reading> {
  const repeats = new Set<Reading>();
  for (let index = 0; index < readings.length; index++) {
    const reading = readings[index] as Reading;
    if (!moveOn(series[index] as WrittenSeries, reading.timeMs, reading.timeNs)) repeats.add(reading);
  }
  return repeats;
}

/** The same, until one is not after its series' last. @returns whether all are */
function noteLastOfColumns({ timesMs }: ReadingColumns, series: readonly WrittenSeries[]): boolean {
  return series.every((written, index) => moveOn(written, timesMs[index] as number, 0));
}

/** @returns whether the instant is after all of the series */
function moveOn(series: WrittenSeries, timeMs: number, timeNs: number): boolean {
  if (timeMs < series.lastMs || (timeMs === series.lastMs && timeNs <= series.lastNs)) return false;
  series.lastMs = timeMs;
  series.lastNs = timeNs;
  return true;
}

/** Whether it can only replace a field of its own: a usable value of the tag's kind. */
function isOfKind({ value, status }: Reading, { tag }: BookedSeries): boolean {
  const kind = typeof value === 'string' ? 'text' : typeof value;
  return qualityOf(status) !== 'bad' && kind === tag.definition.kind;
}

/** Of readings with one identity only the last. */
function lastOfEach({ readings, series, repeats }: Lines): Lines {
  const indexes = new Map<string, number>();
  for (const [index, reading] of readings.entries())
    indexes.set(`${reading.tag} ${toNanosecondText(reading)}`, index);
  const kept = [...indexes.values()];
  return {
    readings: kept.map((index) => readings[index] as Reading),
    series: kept.map((index) => series[index] as WrittenSeries),
    repeats,
  };
}
