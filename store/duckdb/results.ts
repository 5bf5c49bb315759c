import { checkResults, seriesKey, typeConflict } from '../result-check.ts';
import type { ResultRow, ResultsQuery } from '../time-series-store.ts';
import { type Database, quoted } from './database.ts';
import type { ReadingWriter } from './writer.ts';

interface ResultSeries {
  readonly id: number;
  readonly measurement: string;
  readonly series: Readonly<Record<string, string>>;
}

/** Derived figures: one table, the fields of a row as JSON text. Few beside the readings, and often recomputed. */
export class ResultTable {
  readonly #database: Database;
  readonly #writer: ReadingWriter;
  readonly #series = new Map<string, ResultSeries>();
  readonly #types = new Map<string, string>();

  private constructor(database: Database, writer: ReadingWriter) {
    this.#database = database;
    this.#writer = writer;
  }

  static async load(database: Database, writer: ReadingWriter): Promise<ResultTable> {
    const table = new ResultTable(database, writer);
    const [ids = [], names = [], keys = []] = await database.read(
      'SELECT id, measurement, series FROM result_series',
    );
    for (const [row, id] of ids.entries()) {
      table.#remember({
        id: Number(id),
        measurement: String(names[row]),
        series: JSON.parse(String(keys[row])),
      });
    }
    const [owners = [], fields = [], types = []] = await database.read('SELECT * FROM result_fields');
    for (const [row, owner] of owners.entries())
      table.#types.set(`${owner} ${fields[row]}`, String(types[row]));
    return table;
  }

  #remember(entry: ResultSeries): void {
    this.#series.set(entry.measurement + seriesKey(entry.series), entry);
  }

  measurements(): string[] {
    return [...new Set([...this.#series.values()].map(({ measurement }) => measurement))].sort();
  }

  /** Not reentrant: the store's queue calls it in turn. */
  async write(rows: readonly ResultRow[]): Promise<void> {
    if (rows.length === 0) return;
    checkResults(rows);
    const newSeries = new Map<string, ResultSeries>();
    const newTypes = new Map<string, string>();
    const latest = new Map<string, string>();
    for (const row of rows) {
      this.#noteTypes(row, newTypes);
      const id = this.#idOf(row, newSeries);
      const fields = quoted(JSON.stringify(row.fields));
      latest.set(`${id} ${row.timeMs}`, `(${id}, ${row.timeMs}, ${fields})`);
    }
    await this.#writer.transaction(() => this.#replace([...latest.values()], newSeries, newTypes));
    for (const entry of newSeries.values()) this.#remember(entry);
    for (const [key, type] of newTypes) this.#types.set(key, type);
  }

  /** In turn, as `write`. Deleting again is harmless. */
  async deleteBefore(timeMs: number): Promise<void> {
    const before = `FROM results WHERE time < ${Math.floor(timeMs)}`;
    const [old = []] = await this.#database.readOnWriter(`SELECT 1 ${before} LIMIT 1`);
    if (old.length === 0) return;
    await this.#writer.transaction(async () => void (await this.#database.writer.run(`DELETE ${before}`)));
  }

  #noteTypes({ measurement, fields }: ResultRow, newTypes: Map<string, string>): void {
    for (const [field, value] of Object.entries(fields)) {
      const key = `${measurement} ${field}`;
      const known = this.#types.get(key) ?? newTypes.get(key);
      if (known === undefined) newTypes.set(key, typeof value);
      else if (known !== typeof value) throw typeConflict(measurement, field);
    }
  }

  #idOf({ measurement, series }: ResultRow, newSeries: Map<string, ResultSeries>): number {
    const key = measurement + seriesKey(series);
    const known = this.#series.get(key) ?? newSeries.get(key);
    if (known) return known.id;
    const id = this.#series.size + newSeries.size;
    newSeries.set(key, { id, measurement, series });
    return id;
  }

  async #replace(
    rows: readonly string[],
    newSeries: ReadonlyMap<string, ResultSeries>,
    newTypes: ReadonlyMap<string, string>,
  ): Promise<void> {
    const run = async (sql: string) => void (await this.#database.writer.run(sql));
    for (const { id, measurement, series } of newSeries.values()) {
      await run(
        `INSERT INTO result_series VALUES (${id}, ${quoted(measurement)}, ${quoted(seriesKey(series))})`,
      );
    }
    for (const [key, type] of newTypes) {
      const [measurement = '', field = ''] = key.split(' ');
      await run(
        `INSERT INTO result_fields VALUES (${quoted(measurement)}, ${quoted(field)}, ${quoted(type)})`,
      );
    }
    await run(`INSERT INTO late_results VALUES ${rows.join(', ')}`);
    await run('DELETE FROM results r USING late_results l WHERE r.series = l.series AND r.time = l.time');
    await run('INSERT INTO results SELECT * FROM late_results');
    await run('DELETE FROM late_results');
  }

  async read({ measurement, where, startMs, endMs, limit }: ResultsQuery): Promise<ResultRow[]> {
    const byId = new Map<number, ResultSeries>();
    for (const entry of this.#series.values()) {
      if (entry.measurement === measurement && matches(entry.series, where)) byId.set(entry.id, entry);
    }
    if (byId.size === 0) return [];
    const page = limit === undefined ? '' : `LIMIT ${Math.max(0, Math.floor(limit))}`;
    const [ids = [], times = [], fields = []] = await this.#database.read(
      `SELECT series, time::DOUBLE, fields FROM results WHERE series IN (${[...byId.keys()]})
       AND time >= ${Math.ceil(startMs)} AND time < ${Math.ceil(endMs)} ORDER BY time, series ${page}`,
    );
    return ids.map((id, row) => ({
      measurement,
      series: byId.get(id as number)?.series ?? {},
      timeMs: times[row] as number,
      fields: JSON.parse(String(fields[row])),
    }));
  }
}

function matches(series: Readonly<Record<string, string>>, where: ResultsQuery['where']): boolean {
  return Object.entries(where ?? {}).every(([key, wanted]) =>
    typeof wanted === 'string' ? series[key] === wanted : wanted.includes(series[key] ?? ''),
  );
}
