import type { ResultRow, ResultsQuery } from '../time-series-store.ts';
import type { InfluxConnection } from './connection.ts';
import { identifier } from './influxql.ts';
import { inWindow } from './reads.ts';
import { readResults, writeResults } from './results.ts';
import { derivedDatabase } from './setup.ts';

/** Measurements of the adapter's own beside the readings. */
const OWN = new Set(['rollup_log', 'rollup_state']);

/**
 * Derived figures, in a database of their own with a retention of its own. Databases set up before there was one hold
 * them beside the readings: what is there is read as well, and `store init` moves it.
 */
export class DerivedFigures {
  readonly #connection: InfluxConnection;
  readonly #natures: ReadonlySet<string>;
  readonly #database: string;
  /** Measurements of derived figures beside the readings. */
  readonly #beside: ReadonlySet<string>;

  private constructor(
    connection: InfluxConnection,
    natures: ReadonlySet<string>,
    database: string,
    beside: ReadonlySet<string>,
  ) {
    this.#connection = connection;
    this.#natures = natures;
    this.#database = database;
    this.#beside = beside;
  }

  /** @param natures measurements of readings */
  static async open(
    connection: InfluxConnection,
    natures: ReadonlySet<string>,
    hasOwn: boolean,
  ): Promise<DerivedFigures> {
    const { database } = connection.address;
    if (!hasOwn) return new DerivedFigures(connection, natures, database, new Set());
    const beside = new Set(await derivedIn(connection, natures, database));
    return new DerivedFigures(connection, natures, derivedDatabase(database), beside);
  }

  write(rows: readonly ResultRow[]): Promise<void> {
    return writeResults(this.#connection, rows, this.#database);
  }

  async read(query: ResultsQuery): Promise<ResultRow[]> {
    const own = readResults(this.#connection, query, this.#database);
    if (!this.#beside.has(query.measurement)) return own;
    const earlier = readResults(this.#connection, query, this.#connection.address.database);
    const byIdentity = new Map([...(await earlier), ...(await own)].map((row) => [identityOf(row), row]));
    const rows = [...byIdentity.values()].sort((a, b) => a.timeMs - b.timeMs);
    return query.limit === undefined ? rows : rows.slice(0, query.limit);
  }

  async measurements(): Promise<string[]> {
    const own = await derivedIn(this.#connection, this.#natures, this.#database);
    return [...new Set([...own, ...this.#beside])].sort();
  }

  /**
   * Moves what lies beside the readings to the own database; a row that is there already stays. Safe to interrupt and
   * to repeat. 3.x can't delete: there the rows stay in the old place too.
   * @returns the rows moved
   */
  async moveBeside(): Promise<number> {
    let moved = 0;
    for (const measurement of this.#beside) moved += await this.#move(measurement);
    return moved;
  }

  async #move(measurement: string): Promise<number> {
    const { database } = this.#connection.address;
    let moved = 0;
    for (let startMs = 0; ; ) {
      const query = { measurement, startMs, endMs: END_OF_TIME_MS };
      const rows = await readResults(this.#connection, { ...query, limit: ROWS_PER_MOVE }, database);
      const lastMs = rows.at(-1)?.timeMs;
      if (lastMs === undefined) break;
      const span = { startMs, endMs: lastMs + 1 };
      const complete = await readResults(this.#connection, { measurement, ...span }, database);
      const own = await readResults(this.#connection, { measurement, ...span }, this.#database);
      const known = new Set(own.map(identityOf));
      const missing = complete.filter((row) => !known.has(identityOf(row)));
      await writeResults(this.#connection, missing, this.#database);
      moved += missing.length;
      if (this.#connection.major < 3) {
        const from = identifier(measurement);
        await this.#connection.query([`DELETE FROM ${from} WHERE ${inWindow(span)}`], { database });
      }
      startMs = lastMs + 1;
    }
    return moved;
  }
}

/** InfluxDB's own end is in the year 2262. */
const END_OF_TIME_MS = Date.UTC(2262, 0, 1);
const ROWS_PER_MOVE = 20_000;

async function derivedIn(
  connection: InfluxConnection,
  natures: ReadonlySet<string>,
  database: string,
): Promise<string[]> {
  const [series = []] = await connection.query(['SHOW MEASUREMENTS'], { database });
  const names = (series[0]?.values ?? []).map((row) => String(row.at(-1)));
  return names.filter((name) => !natures.has(name) && !OWN.has(name));
}

function identityOf({ series, timeMs }: ResultRow): string {
  const tags = Object.entries(series).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([timeMs, tags]);
}
