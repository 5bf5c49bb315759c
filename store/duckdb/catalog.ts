import type { Reading } from '../../model/reading.ts';
import { compareInstants } from '../../model/reading.ts';
import type { TimeWindow } from '../../model/window.ts';
import { type Columns, type Database, quoted } from './database.ts';
import { readingOf } from './reading-row.ts';
import { type DayNumber, dayOf, dayTable } from './tables.ts';

/** What there is of a day. */
export interface DayState {
  /** Whether its readings are there; if not, they were dropped and only rollups are left. */
  readonly readings: boolean;
  /** Whether it is closed: sorted, and its hours rolled up. A late reading opens it again. */
  readonly hours: boolean;
  readonly minutes: boolean;
}

export const openDay: DayState = { readings: true, hours: false, minutes: false };

/** What the store keeps in memory: small numbers for tags, each series' last reading, and which days there are. */
export class Catalog {
  readonly #ids = new Map<string, number>();
  readonly #tags: string[] = [];
  readonly #latest: (Reading | undefined)[] = [];
  readonly #days = new Map<DayNumber, DayState>();

  /** Rebuilds the memory from the file. */
  static async load(database: Database): Promise<Catalog> {
    const catalog = new Catalog();
    await catalog.#loadDays(database);
    const [ids = [], tags = [], lastDays = []] = await database.read(
      'SELECT id, tag, last_day FROM series ORDER BY id',
    );
    for (const [row, tag] of tags.entries()) catalog.addSeries(Number(ids[row]), String(tag));
    const candidates = new Set(lastDays.filter((day) => day !== null).map(Number));
    // A closed day has left its number with each of its series; the others are looked through.
    for (const [day, { hours }] of catalog.#days) if (!hours) candidates.add(day);
    for (const day of candidates) if (catalog.day(day)?.readings) await catalog.#loadLatest(database, day);
    return catalog;
  }

  async #loadDays(database: Database): Promise<void> {
    const [days = [], readings = [], hours = [], minutes = []] = await database.read(
      'SELECT day, readings, hours, minutes FROM days',
    );
    for (const [row, day] of days.entries()) {
      const state = {
        readings: readings[row] === true,
        hours: hours[row] === true,
        minutes: minutes[row] === true,
      };
      this.#days.set(Number(day), state);
    }
  }

  async #loadLatest(database: Database, day: DayNumber): Promise<void> {
    const table = dayTable(day);
    const rows = await database.read(
      `SELECT d.series, (d.time // 1000000)::DOUBLE, (d.time % 1000000)::INTEGER, d.number, d.flag, d.text, d.status,
      d.origin FROM ${table} d JOIN (SELECT series, max(time) AS time FROM ${table} GROUP BY series) m
      ON d.series = m.series AND d.time = m.time`,
    );
    for (const reading of this.readingsOf(rows)) this.noteLatest(reading);
  }

  *readingsOf(rows: Columns): Generator<Reading> {
    for (const [row, series] of (rows[0] ?? []).entries()) {
      yield readingOf(this.#tags[Number(series)] ?? '', rows, row);
    }
  }

  get seriesCount(): number {
    return this.#tags.length;
  }

  idOf(tag: string): number | undefined {
    return this.#ids.get(tag);
  }

  tagOf(id: number): string {
    return this.#tags[id] ?? '';
  }

  addSeries(id: number, tag: string): void {
    this.#ids.set(tag, id);
    this.#tags[id] = tag;
  }

  latestOf(id: number): Reading | undefined {
    return this.#latest[id];
  }

  latest(tags: readonly string[] | undefined): Reading[] {
    const found = tags ? tags.map((tag) => this.#latest[this.#ids.get(tag) ?? -1]) : this.#latest;
    return found.filter((reading) => reading !== undefined);
  }

  noteLatest(reading: Reading): void {
    const id = this.#ids.get(reading.tag);
    if (id === undefined) return;
    const known = this.#latest[id];
    if (known === undefined || compareInstants(known, reading) <= 0) this.#latest[id] = reading;
  }

  forgetBefore(timeMs: number): void {
    for (const [id, reading] of this.#latest.entries()) {
      if (reading !== undefined && reading.timeMs < timeMs) this.#latest[id] = undefined;
    }
  }

  day(day: DayNumber): DayState | undefined {
    return this.#days.get(day);
  }

  setDay(day: DayNumber, state: DayState | undefined): void {
    if (state === undefined) this.#days.delete(day);
    else this.#days.set(day, state);
  }

  /** Days of which there is anything, ascending; of a window: those that touch it. */
  days(window?: TimeWindow): DayNumber[] {
    const days = [...this.#days.keys()].sort((a, b) => a - b);
    if (window === undefined) return days;
    return days.filter((day) => day >= dayOf(window.startMs) && day <= dayOf(window.endMs - 1));
  }

  /** Those with readings. */
  readingDays(window?: TimeWindow): DayNumber[] {
    return this.days(window).filter((day) => this.#days.get(day)?.readings);
  }

  seriesInsert(tags: readonly string[]): string {
    const rows = tags.map((tag, index) => `(${this.#tags.length + index}, ${quoted(tag)}, NULL)`);
    return `INSERT INTO series VALUES ${rows.join(', ')}`;
  }
}
