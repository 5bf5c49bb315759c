import { randomInt } from 'node:crypto';
import { toNanosecondText } from '../../model/reading.ts';
import { hourMs, minuteMs } from '../../model/window.ts';
import type { InfluxConnection } from './connection.ts';
import { instantOf } from './points.ts';

/** An hour is rolled up this long after its end at the earliest ... */
export const ROLL_UP_AFTER_MS = hourMs;
/** ... and a reading older than this leaves a mark, so that no reading of a rolled hour comes unmarked. */
const LATE_AFTER_MS = 30 * minuteMs;
/** A mark this old is surely stored, and the readings sent with it too: requests take less. */
const SETTLED_AFTER_MS = minuteMs;

export interface RollupState {
  /** All hours before it are rolled up, but for those marked since. */
  readonly doneMs: number;
  /** Marks up to here are worked off: nanoseconds as text. */
  readonly logNs: string;
  /** All days of this zone before that are rolled up too, but for those of marked hours. */
  readonly days: { readonly zone: string; readonly doneMs: number } | undefined;
}

/**
 * What several ingest processes and the one that rolls up must know of each other, kept in the database itself: a state
 * beside the rollups, and a log beside the readings in which every late write leaves the hours it touched.
 */
export class RollupLog {
  readonly #connection: InfluxConnection;
  readonly #stateDatabase: string;
  /** Keeps marks of several processes at one nanosecond apart; few, as each makes a series. */
  readonly #writer = randomInt(16);
  #lastNs = 0n;

  constructor(connection: InfluxConnection, stateDatabase: string) {
    this.#connection = connection;
    this.#stateDatabase = stateDatabase;
  }

  /** Lines that go with the readings in one request. */
  marks(timesMs: readonly number[], nowMs: number): string[] {
    const hours = new Set<number>();
    let hour = Number.NaN;
    for (const timeMs of timesMs) {
      if (timeMs >= nowMs - LATE_AFTER_MS || (timeMs >= hour && timeMs < hour + hourMs)) continue;
      hour = Math.floor(timeMs / hourMs) * hourMs;
      hours.add(hour);
    }
    return [...hours].map((hour) => `rollup_log,writer=${this.#writer} hour_ms=${hour} ${this.#nextNs()}`);
  }

  /** The wall clock's, not the plant's: the log is an order of writes. */
  #nextNs(): bigint {
    const now = BigInt(Date.now()) * 1_000_000n;
    this.#lastNs = now > this.#lastNs ? now : this.#lastNs + 1n;
    return this.#lastNs;
  }

  /** Undefined: nothing is rolled up yet. */
  async state(): Promise<RollupState | undefined> {
    const [series = []] = await this.#connection.query(
      ['SELECT last("done_ms"), "log_ns", "day_zone", "days_done_ms" FROM "rollup_state" WHERE time >= 0'],
      { database: this.#stateDatabase, epoch: 'ms' },
    );
    const [, doneMs, logNs, zone, daysDoneMs] = series[0]?.values[0] ?? [];
    if (doneMs === undefined) return undefined;
    const days = typeof zone === 'string' ? { zone, doneMs: Number(daysDoneMs) } : undefined;
    return { doneMs: Number(doneMs), logNs: String(logNs), days };
  }

  async save({ doneMs, logNs, days }: RollupState): Promise<void> {
    const ofDays = days === undefined ? '' : `,day_zone="${days.zone}",days_done_ms=${days.doneMs}`;
    const line = `rollup_state done_ms=${doneMs},log_ns="${logNs}"${ofDays} ${this.#nextNs()}`;
    const { status, message } = await this.#connection.write(line, this.#stateDatabase);
    if (status !== 204) throw this.#connection.unavailable(new Error(message));
  }

  /** Marks not worked off, oldest first. */
  async pending(logNs: string): Promise<{ readonly timeNs: bigint; readonly hour: number }[]> {
    const [series = []] = await this.#connection.query([
      `SELECT "hour_ms" FROM "rollup_log" WHERE time > ${/^\d+$/.test(logNs) ? logNs : '0'} ORDER BY time ASC`,
    ]);
    return (series[0]?.values ?? []).map(([time, hour]) => ({
      timeNs: BigInt(toNanosecondText(instantOf(String(time)))),
      hour: Number(hour),
    }));
  }

  settled(timeNs: bigint): boolean {
    return timeNs <= BigInt(Date.now() - SETTLED_AFTER_MS) * 1_000_000n;
  }
}
