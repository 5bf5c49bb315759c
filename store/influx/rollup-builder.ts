import { hourMs, minuteMs, type TimeWindow } from '../../model/window.ts';
import { cellsByWindow } from '../aggregate.ts';
import type { Cell } from '../cell.ts';
import type { Retention } from '../retention.ts';
import type { MaintenanceReport } from '../time-series-store.ts';
import { cellColumns, sampleCells } from './cells.ts';
import type { InfluxConnection } from './connection.ts';
import { instantOf } from './points.ts';
import { type InfluxReader, inWindow } from './reads.ts';
import { ROLL_UP_AFTER_MS, type RollupLog, type RollupState } from './rollup-log.ts';
import type { RollupDatabases } from './rollup-plan.ts';

/** Hours with readings worked off in one call. */
const HOURS_PER_CALL = 24;
const LINES_PER_WRITE = 5000;

/** Makes the rollups. One process at a time should run it; two only do the same twice. */
export class RollupBuilder {
  readonly #reader: InfluxReader;
  readonly #log: RollupLog;
  readonly #databases: RollupDatabases;
  /** Minutes are needed only once readings go. */
  readonly #withMinutes: boolean;

  constructor(reader: InfluxReader, log: RollupLog, databases: RollupDatabases, retention: Retention) {
    this.#reader = reader;
    this.#log = log;
    this.#databases = databases;
    this.#withMinutes = retention.rawDays !== undefined;
  }

  async maintain(nowMs: number): Promise<MaintenanceReport> {
    const targetMs = Math.floor((nowMs - ROLL_UP_AFTER_MS) / hourMs) * hourMs;
    const before = (await this.#log.state()) ?? { doneMs: 0, logNs: '0' };
    const redone = await this.#redoMarked(before);
    const onward = await this.#rollOnward(before.doneMs, targetMs, HOURS_PER_CALL - redone.hours);
    const state = { doneMs: onward.doneMs, logNs: redone.logNs };
    if (state.doneMs !== before.doneMs || state.logNs !== before.logNs) await this.#log.save(state);
    return { rolledUp: redone.hours + onward.hours, more: redone.more || onward.doneMs < targetMs };
  }

  /** Hours that got late readings since they were rolled up, in the order of their marks. */
  async #redoMarked({
    doneMs,
    logNs,
  }: RollupState): Promise<{ hours: number; logNs: string; more: boolean }> {
    const done = new Set<number>();
    let workedOff = logNs;
    for (const { timeNs, hour } of await this.#log.pending(logNs)) {
      if (!this.#log.settled(timeNs)) break;
      if (!done.has(hour) && hour < doneMs) {
        if (done.size >= HOURS_PER_CALL) return { hours: done.size, logNs: workedOff, more: true };
        await this.#clearHour(hour);
        await this.#rollHour(hour);
        done.add(hour);
      }
      workedOff = timeNs.toString();
    }
    return { hours: done.size, logNs: workedOff, more: false };
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
    const statements = this.#reader.book
      .measurements()
      .map((name) => `SELECT "value" FROM "${name}" WHERE ${inWindow(window)} ORDER BY time ASC LIMIT 1`);
    if (statements.length === 0) return undefined;
    const found = (await this.#reader.connection.query(statements)).flat();
    const times = found.map(({ values }) => instantOf(String(values[0]?.[0])).timeMs);
    return times.length > 0 ? Math.min(...times) : undefined;
  }

  async #rollHour(hour: number): Promise<void> {
    const span = { startMs: hour, endMs: hour + hourMs };
    const cells = await sampleCells(this.#reader, undefined, span);
    await this.#writeCells(cells, { ...span, stepMs: hourMs }, this.#databases.hours);
    if (this.#withMinutes)
      await this.#writeCells(cells, { ...span, stepMs: minuteMs }, this.#databases.minutes);
  }

  async #writeCells(
    cellsByTag: ReadonlyMap<string, readonly Cell[]>,
    run: TimeWindow & { readonly stepMs: number },
    database: string,
  ): Promise<void> {
    const lines: string[] = [];
    for (const [tag, cells] of cellsByTag) {
      const prefix = this.#reader.book.of(tag)?.prefix ?? '';
      for (const { startMs, cell } of cellsByWindow(cells, [run]))
        lines.push(cellLine(prefix, startMs, cell));
    }
    for (let start = 0; start < lines.length; start += LINES_PER_WRITE) {
      await writeAll(this.#reader.connection, lines.slice(start, start + LINES_PER_WRITE), database);
    }
  }

  /** So that no cell stays of a series that lost its last usable reading. 3.x can't delete; there it stays. */
  async #clearHour(hour: number): Promise<void> {
    const { connection, book } = this.#reader;
    if (connection.major >= 3) return;
    const time = inWindow({ startMs: hour, endMs: hour + hourMs });
    const statements = book.measurements().map((name) => `DELETE FROM "${name}" WHERE ${time}`);
    await connection.query(statements, { database: this.#databases.hours });
    if (this.#withMinutes) await connection.query(statements, { database: this.#databases.minutes });
  }
}

function cellLine(prefix: string, timeMs: number, cell: Cell): string {
  const fields = Object.entries(cellColumns).map(([name, column]) => `${column}=${cell[name as keyof Cell]}`);
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
