import { compareInstants, type Instant, type Reading, toNanosecondText } from '../../model/reading.ts';
import { qualityOf } from '../../model/status.ts';
import type { RefusedReading } from '../time-series-store.ts';
import type { InfluxConnection } from './connection.ts';
import { Binding } from './influxql.ts';
import { readingLine } from './line-protocol.ts';
import { instantOf } from './points.ts';
import { readLatest } from './reads.ts';
import type { BookedSeries, SeriesBook } from './series-book.ts';

/** A reading as a line of the database. */
interface Line {
  readonly text: string;
  readonly reading: Reading;
}

interface Plan {
  readonly lines: readonly Line[];
  /** May replace a usable value by one that is not: that value would stay, so its point must go first. */
  readonly toClear: ReadonlyMap<BookedSeries, readonly Reading[]>;
}

const beforeAll: Instant = { timeMs: -1, timeNs: 0 };

/** Lines that go with a batch of readings: marks of what a rollup must look at again. */
export type MarkLines = (readings: readonly Reading[]) => readonly string[];

export class ReadingWrites {
  readonly #connection: InfluxConnection;
  readonly #book: SeriesBook;
  readonly #markLines: MarkLines;
  /** Last instant of each tag, as far as this process knows. */
  readonly #last = new Map<string, Instant>();
  readonly #inFlight = new Set<Promise<unknown>>();

  constructor(connection: InfluxConnection, book: SeriesBook, markLines: MarkLines) {
    this.#connection = connection;
    this.#book = book;
    this.#markLines = markLines;
  }

  /** @returns the readings the server refuses; the others are stored */
  async commit(readings: readonly Reading[]): Promise<readonly RefusedReading[]> {
    await this.#learnLast(readings);
    const { lines, toClear } = this.#plan(lastOfEach(readings));
    const marks = this.#markLines(readings);
    if (toClear.size > 0) {
      // What is under way may be what has to be cleared.
      await Promise.allSettled(this.#inFlight);
      for (const [series, replacing] of toClear) await this.#clear(series, replacing);
    }
    return this.#tracked(this.#send(lines, marks));
  }

  /** Asks once, for the tags that this process has not written yet. */
  async #learnLast(readings: readonly Reading[]): Promise<void> {
    const unknown = new Set<string>();
    for (const { tag } of readings) if (!this.#last.has(tag)) unknown.add(tag);
    if (unknown.size === 0) return;
    const stored = await readLatest({ connection: this.#connection, book: this.#book }, [...unknown]);
    for (const reading of stored) if (!this.#last.has(reading.tag)) this.#last.set(reading.tag, reading);
    for (const tag of unknown) if (!this.#last.has(tag)) this.#last.set(tag, beforeAll);
  }

  async #tracked<Result>(task: Promise<Result>): Promise<Result> {
    this.#inFlight.add(task);
    try {
      return await task;
    } finally {
      this.#inFlight.delete(task);
    }
  }

  #plan(readings: readonly Reading[]): Plan {
    const lines: Line[] = [];
    const toClear = new Map<BookedSeries, Reading[]>();
    for (const reading of readings) {
      const series = this.#book.of(reading.tag);
      if (series === undefined) continue;
      const fresh = compareInstants(this.#last.get(reading.tag) ?? beforeAll, reading) < 0;
      if (fresh) this.#last.set(reading.tag, reading);
      lines.push({ text: readingLine(series.prefix, reading, !fresh), reading });
      if (!fresh && !isOfKind(reading, series))
        toClear.set(series, [...(toClear.get(series) ?? []), reading]);
    }
    return { lines, toClear };
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
  async #send(lines: readonly Line[], marks: readonly string[]): Promise<RefusedReading[]> {
    if (lines.length === 0) return [];
    const body = lines.map(({ text }) => text);
    const { status, message } = await this.#connection.write([...marks, ...body].join('\n'));
    if (status === 204) return [];
    const [only] = lines;
    if (lines.length === 1 && only) return [{ reading: only.reading, reason: `InfluxDB: ${message}` }];
    const middle = Math.ceil(lines.length / 2);
    const first = await this.#send(lines.slice(0, middle), marks);
    return [...first, ...(await this.#send(lines.slice(middle), marks))];
  }
}

/** Whether it can only replace a field of its own: a usable value of the tag's kind. */
function isOfKind({ value, status }: Reading, { tag }: BookedSeries): boolean {
  const kind = typeof value === 'string' ? 'text' : typeof value;
  return qualityOf(status) !== 'bad' && kind === tag.definition.kind;
}

/** Of readings with one identity only the last, all else in order. */
function lastOfEach(readings: readonly Reading[]): readonly Reading[] {
  const newest = new Map<string, Instant>();
  const ascending = readings.every((reading) => {
    const last = newest.get(reading.tag);
    newest.set(reading.tag, reading);
    return last === undefined || compareInstants(last, reading) < 0;
  });
  if (ascending) return readings;
  const byIdentity = new Map<string, Reading>();
  for (const reading of readings) byIdentity.set(`${reading.tag} ${toNanosecondText(reading)}`, reading);
  return [...byIdentity.values()];
}
