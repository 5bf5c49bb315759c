import type { DuckDBAppender } from '@duckdb/node-api';
import { errorMessage, PlantscopeError } from '../../model/error.ts';
import type { Reading } from '../../model/reading.ts';
import { type Batch, planBatch, type SeriesReading } from './batch.ts';
import { type Catalog, openDay } from './catalog.ts';
import type { Database } from './database.ts';
import { appendReading } from './reading-row.ts';
import { createDayTable, type DayNumber, dayTable } from './tables.ts';

/** Rows of one transaction: more would only make those behind wait. Also bounds the late path's temporary table. */
export const MAX_ROWS_PER_COMMIT = 10_000;
/** Appenders kept open; readings of more days at once are rare. */
const MAX_APPENDERS = 8;

/** Writes readings, one transaction at a time. Not reentrant: the store's queue calls it in turn. */
export class ReadingWriter {
  readonly #database: Database;
  readonly #catalog: Catalog;
  readonly #appenders = new Map<string, DuckDBAppender>();

  constructor(database: Database, catalog: Catalog) {
    this.#database = database;
    this.#catalog = catalog;
  }

  /** Durable once it resolves. */
  async commit(readings: readonly Reading[]): Promise<void> {
    if (readings.length === 0) return;
    const batch = planBatch(readings, this.#catalog);
    await this.transaction(() => this.#write(batch));
    for (const tag of batch.newTags) this.#catalog.addSeries(this.#catalog.seriesCount, tag);
    for (const day of batch.fresh.keys()) this.#catalog.setDay(day, openDay);
    for (const day of batch.late.keys()) this.#catalog.setDay(day, openDay);
    for (const reading of readings) this.#catalog.noteLatest(reading);
  }

  async #write(batch: Batch): Promise<void> {
    if (batch.newTags.length > 0) await this.#run(this.#catalog.seriesInsert(batch.newTags));
    for (const day of new Set([...batch.fresh.keys(), ...batch.late.keys()])) await this.#openDay(day);
    for (const [day, rows] of batch.fresh) await this.#append(dayTable(day), rows);
    for (const [day, rows] of batch.late) await this.#replace(dayTable(day), rows);
  }

  /** Makes sure that the day has a table and counts as open: its order and its rollups no longer hold. */
  async #openDay(day: DayNumber): Promise<void> {
    const state = this.#catalog.day(day);
    if (state === undefined) {
      await this.#run(createDayTable(day));
      await this.#run(`INSERT INTO days VALUES (${day}, true, false, false)`);
    } else if (state.hours || state.minutes) {
      await this.#run(`UPDATE days SET hours = false, minutes = false WHERE day = ${day}`);
    }
  }

  async #append(table: string, rows: readonly SeriesReading[]): Promise<void> {
    const appender = await this.#appender(table);
    for (const { series, reading } of rows) appendReading(appender, series, reading);
    appender.flushSync();
  }

  async #replace(table: string, rows: readonly SeriesReading[]): Promise<void> {
    await this.#append('late', rows);
    await this.#run(`DELETE FROM ${table} d USING late l WHERE d.series = l.series AND d.time = l.time`);
    await this.#run(`INSERT INTO ${table} SELECT * FROM late`);
    await this.#run('DELETE FROM late');
  }

  async #appender(table: string): Promise<DuckDBAppender> {
    const kept = this.#appenders.get(table);
    if (kept) return kept;
    if (this.#appenders.size >= MAX_APPENDERS) this.#closeAppenders();
    const { writer } = this.#database;
    const appender =
      table === 'late'
        ? await writer.createAppender(table, null, 'temp')
        : await writer.createAppender(table);
    this.#appenders.set(table, appender);
    return appender;
  }

  #closeAppenders(): void {
    for (const appender of this.#appenders.values()) appender.closeSync();
    this.#appenders.clear();
  }

  /**
   * Runs statements as one transaction on the writing connection.
   * @throws PlantscopeError `store-unavailable`: nothing of it is stored
   */
  async transaction(statements: () => Promise<void>): Promise<void> {
    try {
      await this.#run('BEGIN');
      await statements();
      await this.#run('COMMIT');
    } catch (cause) {
      await this.#rollBack();
      throw new PlantscopeError('store-unavailable', `The store could not commit: ${errorMessage(cause)}`, {
        cause,
        retryable: true,
        hint: 'Check the free space of the data directory.',
      });
    }
  }

  async #rollBack(): Promise<void> {
    for (const appender of this.#appenders.values()) appender.clear();
    this.#appenders.clear();
    // The transaction may have ended with the error itself; then there is nothing to roll back.
    await this.#run('ROLLBACK').catch(() => undefined);
  }

  /** To be called before a table is replaced or dropped. */
  releaseAppenders(): void {
    this.#closeAppenders();
  }

  async #run(sql: string): Promise<void> {
    await this.#database.writer.run(sql);
  }
}
