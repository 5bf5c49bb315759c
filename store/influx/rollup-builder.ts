import type { PlantCalendar } from '../../model/calendar.ts';
import { dayMs, hourMs, minuteMs, type TimeWindow } from '../../model/window.ts';
import { cellsByWindow } from '../aggregate.ts';
import type { Cell } from '../cell.ts';
import type { Retention } from '../retention.ts';
import type { MaintenanceReport } from '../time-series-store.ts';
import { allCellFields, cellColumn, rollupCells, sampleCells } from './cells.ts';
import type { InfluxConnection } from './connection.ts';
import { instantOf } from './points.ts';
import { type InfluxReader, inWindow } from './reads.ts';
import { ROLL_UP_AFTER_MS, type RollupLog, type RollupState } from './rollup-log.ts';
import type { RollupDatabases } from './rollup-plan.ts';
import { dayMeasurement } from './series-book.ts';

/** Hours with readings worked off in one call. */
const HOURS_PER_CALL = 24;
const DAYS_PER_CALL = 31;
const LINES_PER_WRITE = 5000;

/** Makes the rollups. One process at a time should run it; two only do the same twice. */
export class RollupBuilder {
  readonly #reader: InfluxReader;
  readonly #log: RollupLog;
  readonly #databases: RollupDatabases;
  readonly #calendar: PlantCalendar;
  /** Undefined: readings are kept for ever, so minutes are not needed. */
  readonly #rawDays: number | undefined;

  constructor(
    reader: InfluxReader,
    log: RollupLog,
    databases: RollupDatabases,
    retention: Retention,
    calendar: PlantCalendar,
  ) {
    this.#reader = reader;
    this.#log = log;
    this.#databases = databases;
    this.#calendar = calendar;
    this.#rawDays = retention.rawDays;
  }

  async maintain(nowMs: number): Promise<MaintenanceReport> {
    const targetMs = Math.floor((nowMs - ROLL_UP_AFTER_MS) / hourMs) * hourMs;
    const none = { doneMs: 0, logNs: '0', days: undefined };
    const before = (await this.#log.state()) ?? none;
    const redone = await this.#redoMarked(before, this.#keptFromMs(nowMs));
    const onward = await this.#rollOnward(before.doneMs, targetMs, HOURS_PER_CALL - redone.hours.size);
    const days = await this.#rollDays(before, redone.hours, onward.doneMs, this.#keptFromMs(nowMs));
    const state = { doneMs: onward.doneMs, logNs: redone.logNs, days: days.done };
    if (JSON.stringify(state) !== JSON.stringify(before)) await this.#log.save(state);
    return {
      rolledUp: redone.hours.size + onward.hours,
      more: redone.more || onward.doneMs < targetMs || days.more,
    };
  }

  /** Before it readings are gone, or about to go. */
  #keptFromMs(nowMs: number): number {
    return this.#rawDays === undefined ? 0 : nowMs - this.#rawDays * dayMs;
  }

  /**
   * Hours that got late readings since they were rolled up, in the order of their marks. Of one whose readings are gone
   * the server refused the late ones too: its cells stay.
   */
  async #redoMarked(
    { doneMs, logNs }: RollupState,
    keptFromMs: number,
  ): Promise<{ hours: ReadonlySet<number>; logNs: string; more: boolean }> {
    const hours = new Set<number>();
    let workedOff = logNs;
    for (const { timeNs, hour } of await this.#log.pending(logNs)) {
      if (!this.#log.settled(timeNs)) break;
      if (!hours.has(hour) && hour < doneMs && hour >= keptFromMs) {
        if (hours.size >= HOURS_PER_CALL) return { hours, logNs: workedOff, more: true };
        await this.#clearHour(hour);
        await this.#rollHour(hour);
        hours.add(hour);
      }
      workedOff = timeNs.toString();
    }
    return { hours, logNs: workedOff, more: false };
  }

  /** Days of redone hours again, then those that all hours are there of. In another zone than before: all anew. */
  async #rollDays(
    { days }: RollupState,
    redone: ReadonlySet<number>,
    hoursDoneMs: number,
    keptFromMs: number,
  ): Promise<{ done: RollupState['days']; more: boolean }> {
    const zone = this.#calendar.timeZone;
    const doneMs = days?.zone === zone ? days.doneMs : 0;
    for (const startMs of this.#daysOf(redone)) {
      if (startMs < doneMs) await this.#rollDay(startMs, keptFromMs);
    }
    let fromMs = doneMs;
    for (let rolled = 0; rolled < DAYS_PER_CALL; rolled++) {
      const nextMs = await this.#nextHourCellMs({ startMs: fromMs, endMs: hoursDoneMs });
      const startMs = this.#calendar.startOf('day', nextMs ?? hoursDoneMs);
      const endMs = this.#calendar.startOfNext('day', startMs);
      if (endMs > hoursDoneMs) return { done: { zone, doneMs: Math.max(fromMs, startMs) }, more: false };
      await this.#rollDay(startMs, keptFromMs);
      fromMs = endMs;
    }
    return { done: { zone, doneMs: fromMs }, more: true };
  }

  #daysOf(hours: ReadonlySet<number>): ReadonlySet<number> {
    const instants = [...hours].flatMap((hour) => [hour, hour + hourMs - 1]);
    return new Set(instants.map((instant) => this.#calendar.startOf('day', instant)));
  }

  async #nextHourCellMs(window: TimeWindow): Promise<number | undefined> {
    return this.#firstTimeMs(window, 'count', this.#databases.hours);
  }

  /** From its hours, and from the readings of hours that its edges cut. */
  async #rollDay(startMs: number, keptFromMs: number): Promise<void> {
    const day = { startMs, endMs: this.#calendar.startOfNext('day', startMs) };
    const whole = {
      startMs: Math.ceil(day.startMs / hourMs) * hourMs,
      endMs: Math.floor(day.endMs / hourMs) * hourMs,
    };
    const isCut = whole.startMs !== day.startMs || whole.endMs !== day.endMs;
    // Of a day whose edges can't be read any more there is no cell that tells the truth.
    if (isCut && day.startMs < keptFromMs) return;
    const hours = { database: this.#databases.hours };
    const found = [
      isCut && (await sampleCells(this.#reader, undefined, { ...day, endMs: whole.startMs })),
      await rollupCells(this.#reader, undefined, whole, hours, allCellFields),
      isCut && (await sampleCells(this.#reader, undefined, { ...day, startMs: whole.endMs })),
    ];
    const cells = new Map<string, Cell[]>();
    for (const part of found) {
      for (const [tag, some] of part || []) cells.set(tag, [...(cells.get(tag) ?? []), ...some]);
    }
    await this.#clear(day, (name) => `"${dayMeasurement(name)}"`, this.#databases.hours);
    await this.#writeCells(cells, { ...day, stepMs: day.endMs - day.startMs }, this.#databases.hours, (tag) =>
      this.#reader.book.dayPrefix(tag, this.#calendar.timeZone),
    );
  }

  async #rollOnward(
    fromMs: number,
    targetMs: number,
    limit: number,
  ): Promise<{ hours: number; doneMs: number }> {
    let doneMs = fromMs;
    let hours = 0;
    while (doneMs < targetMs && hours < limit) {
      const nextMs = await this.#nextReadingMs({ startMs: doneMs, endMs: targetMs });
      if (nextMs === undefined) return { hours, doneMs: targetMs };
      const hour = Math.floor(nextMs / hourMs) * hourMs;
      await this.#rollHour(hour);
      hours++;
      doneMs = hour + hourMs;
    }
    return { hours, doneMs };
  }

  async #nextReadingMs(window: TimeWindow): Promise<number | undefined> {
    return this.#firstTimeMs(window, 'value', this.#reader.connection.address.database);
  }

  async #firstTimeMs(
    window: TimeWindow,
    field: 'value' | 'count',
    database: string,
  ): Promise<number | undefined> {
    const statements = this.#reader.book
      .measurements()
      .map((name) => `SELECT "${field}" FROM "${name}" WHERE ${inWindow(window)} ORDER BY time ASC LIMIT 1`);
    if (statements.length === 0) return undefined;
    const found = (await this.#reader.connection.query(statements, { database })).flat();
    const times = found.map(({ values }) => instantOf(String(values[0]?.[0])).timeMs);
    return times.length > 0 ? Math.min(...times) : undefined;
  }

  async #rollHour(hour: number): Promise<void> {
    const span = { startMs: hour, endMs: hour + hourMs };
    const cells = await sampleCells(this.#reader, undefined, span);
    await this.#writeCells(cells, { ...span, stepMs: hourMs }, this.#databases.hours);
    if (this.#rawDays !== undefined)
      await this.#writeCells(cells, { ...span, stepMs: minuteMs }, this.#databases.minutes);
  }

  async #writeCells(
    cellsByTag: ReadonlyMap<string, readonly Cell[]>,
    run: TimeWindow & { readonly stepMs: number },
    database: string,
    prefixOf = (tag: string) => this.#reader.book.of(tag)?.prefix ?? '',
  ): Promise<void> {
    const lines: string[] = [];
    for (const [tag, cells] of cellsByTag) {
      const prefix = prefixOf(tag);
      for (const { startMs, cell } of cellsByWindow(cells, [run]))
        lines.push(cellLine(prefix, startMs, cell, this.#reader.connection));
    }
    for (let start = 0; start < lines.length; start += LINES_PER_WRITE) {
      await writeAll(this.#reader.connection, lines.slice(start, start + LINES_PER_WRITE), database);
    }
  }

  /** So that no cell stays of a series that lost its last usable reading. 3.x can't delete; there it stays. */
  async #clearHour(hour: number): Promise<void> {
    const window = { startMs: hour, endMs: hour + hourMs };
    await this.#clear(window, (name) => `"${name}"`, this.#databases.hours);
    if (this.#rawDays !== undefined)
      await this.#clear(window, (name) => `"${name}"`, this.#databases.minutes);
  }

  async #clear(window: TimeWindow, quoted: (name: string) => string, database: string): Promise<void> {
    const { connection, book } = this.#reader;
    if (connection.major >= 3) return;
    const time = inWindow(window);
    await connection.query(
      book.measurements().map((name) => `DELETE FROM ${quoted(name)} WHERE ${time}`),
      { database },
    );
  }
}

function cellLine(prefix: string, timeMs: number, cell: Cell, connection: InfluxConnection): string {
  const fields = allCellFields.map((name) => `${cellColumn(name, connection)}=${cell[name]}`);
  return `${prefix}${fields.join(',')},mean=${cell.sum / cell.count} ${timeMs}000000`;
}

async function writeAll(
  connection: InfluxConnection,
  lines: readonly string[],
  database: string,
): Promise<void> {
  const { status, message } = await connection.write(lines.join('\n'), database);
  // Cells older than the rollup's own retention are refused; they would be dropped anyway.
  if (status !== 204 && !/retention/.test(message)) throw connection.unavailable(new Error(message));
}
