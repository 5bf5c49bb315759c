import { dayMs, hourMs, minuteMs } from '../../model/window.ts';
import type { Retention } from '../retention.ts';
import type { MaintenanceReport } from '../time-series-store.ts';
import type { Catalog, DayState } from './catalog.ts';
import { allFields, cellsFromReadings } from './cell-sql.ts';
import type { Database } from './database.ts';
import { type DayNumber, dayOf, dayTable, nanoseconds, usable } from './tables.ts';
import type { ReadingWriter } from './writer.ts';

/** A day is closed this long after its end, when few readings of it still come. */
const GRACE_MS = hourMs;
/** Bigger days stay in the order of arrival: sorting them would hold the writer up for too long. */
const MAX_ROWS_TO_SORT = 20_000_000;

/** Closes days, builds rollups and drops what is old. The store's queue calls it in turn, one day a call. */
export class Housekeeping {
  readonly #database: Database;
  readonly #catalog: Catalog;
  readonly #writer: ReadingWriter;
  readonly #retention: Retention;

  constructor(database: Database, catalog: Catalog, writer: ReadingWriter, retention: Retention) {
    this.#database = database;
    this.#catalog = catalog;
    this.#writer = writer;
    this.#retention = retention;
  }

  async maintain(nowMs: number): Promise<MaintenanceReport> {
    const toClose = this.#catalog
      .readingDays()
      .filter((day) => !this.#catalog.day(day)?.hours && (day + 1) * dayMs + GRACE_MS <= nowMs);
    const next = toClose.at(-1);
    if (next !== undefined) await this.#close(next);
    const dropped = await this.#applyRetention(nowMs);
    return { rolledUp: next === undefined ? 0 : 1, more: toClose.length > 1 || dropped };
  }

  async #close(day: DayNumber): Promise<void> {
    this.#writer.releaseAppenders();
    await this.#writer.transaction(async () => {
      await this.#sort(day);
      await this.#rollUp(day, 'hour_cells', hourMs);
      // Each series' newest closed day is where a restart looks for its last reading.
      await this.#run(
        `UPDATE series SET last_day = ${day} WHERE (last_day IS NULL OR last_day < ${day})
         AND id IN (SELECT DISTINCT series FROM ${dayTable(day)})`,
      );
      await this.#save(day, { readings: true, hours: true, minutes: false });
    });
    this.#catalog.setDay(day, { readings: true, hours: true, minutes: false });
  }

  /** By series and time, so that a query of few series reads few blocks. */
  async #sort(day: DayNumber): Promise<void> {
    const table = dayTable(day);
    const [counts = []] = await this.#database.readOnWriter(`SELECT count(*)::DOUBLE FROM ${table}`);
    if (Number(counts[0]) > MAX_ROWS_TO_SORT) return;
    await this.#run(`CREATE TABLE ${table}_sorted AS SELECT * FROM ${table} ORDER BY series, time`);
    await this.#run(`DROP TABLE ${table}`);
    await this.#run(`ALTER TABLE ${table}_sorted RENAME TO ${table}`);
  }

  async #rollUp(day: DayNumber, table: 'hour_cells' | 'minute_cells', stepMs: number): Promise<void> {
    const run = { startMs: day * dayMs, endMs: (day + 1) * dayMs, stepMs };
    const source = `SELECT series, time, number FROM ${dayTable(day)} WHERE ${usable}`;
    const cells = cellsFromReadings(source, [run], allFields);
    await this.#run(`DELETE FROM ${table} WHERE day = ${day}`);
    await this.#run(
      `INSERT INTO ${table} (day, series, time, count, first_ms, sum, min, min_ms, max, max_ms, first, last, last_ms,
       gain, area) SELECT ${day}, * FROM (${cells}) ORDER BY 2, 3`,
    );
  }

  /** @returns whether anything was dropped */
  async #applyRetention(nowMs: number): Promise<boolean> {
    const { rawDays, minuteDays, hourDays } = this.#retention;
    const due = this.#expired(nowMs, rawDays, ({ readings, hours }) => readings && hours);
    if (due !== undefined) await this.#dropReadings(due);
    const minutes = this.#expired(nowMs, minuteDays, ({ readings, minutes }) => minutes && !readings);
    if (minutes !== undefined) await this.#dropCells(minutes, 'minutes');
    const hours = this.#expired(nowMs, hourDays, ({ readings, hours }) => hours && !readings);
    if (hours !== undefined) await this.#dropCells(hours, 'hours');
    return [due, minutes, hours].some((day) => day !== undefined);
  }

  #expired(nowMs: number, keepDays: number | undefined, has: (state: DayState) => boolean) {
    if (keepDays === undefined) return undefined;
    const beforeDay = dayOf(nowMs - keepDays * dayMs);
    return this.#catalog.days().find((day) => {
      const state = this.#catalog.day(day);
      return day < beforeDay && state !== undefined && has(state);
    });
  }

  /** Its minutes are built first: until now the readings were finer. */
  async #dropReadings(day: DayNumber): Promise<void> {
    const state = { readings: false, hours: true, minutes: true };
    this.#writer.releaseAppenders();
    await this.#writer.transaction(async () => {
      await this.#rollUp(day, 'minute_cells', minuteMs);
      await this.#run(`DROP TABLE ${dayTable(day)}`);
      await this.#save(day, state);
    });
    this.#catalog.setDay(day, state);
    this.#catalog.forgetBefore((day + 1) * dayMs);
  }

  async #dropCells(day: DayNumber, kind: 'minutes' | 'hours'): Promise<void> {
    const before = this.#catalog.day(day);
    if (before === undefined) return;
    const state = { ...before, [kind]: false };
    const table = kind === 'hours' ? 'hour_cells' : 'minute_cells';
    await this.#writer.transaction(async () => {
      await this.#run(`DELETE FROM ${table} WHERE day = ${day}`);
      await this.#save(day, state);
    });
    this.#catalog.setDay(day, state);
  }

  /** Drops readings before an instant at once, rollups as they are. */
  async deleteBefore(timeMs: number): Promise<void> {
    const whole = this.#catalog.readingDays().filter((day) => (day + 1) * dayMs <= timeMs);
    this.#writer.releaseAppenders();
    await this.#writer.transaction(async () => {
      for (const day of whole) {
        await this.#run(`DROP TABLE ${dayTable(day)}`);
        await this.#save(day, this.#withoutReadings(day));
      }
      const cut = dayOf(timeMs);
      if (this.#catalog.day(cut)?.readings) {
        await this.#run(`DELETE FROM ${dayTable(cut)} WHERE time < ${nanoseconds(timeMs)}`);
      }
    });
    for (const day of whole) this.#catalog.setDay(day, this.#withoutReadings(day));
    this.#catalog.forgetBefore(timeMs);
  }

  /** Of an open day nothing is left. */
  #withoutReadings(day: DayNumber): DayState | undefined {
    const state = this.#catalog.day(day);
    return state?.hours ? { ...state, readings: false } : undefined;
  }

  async #save(day: DayNumber, state: DayState | undefined): Promise<void> {
    await this.#run(`DELETE FROM days WHERE day = ${day}`);
    if (state === undefined) return;
    const { readings, hours, minutes } = state;
    await this.#run(`INSERT INTO days VALUES (${day}, ${readings}, ${hours}, ${minutes})`);
  }

  async #run(sql: string): Promise<void> {
    await this.#database.writer.run(sql);
  }
}
