import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { errorMessage, PlantscopeError } from '../../model/error.ts';
import type { Reading } from '../../model/reading.ts';
import { quoted } from '../duckdb/database.ts';
import { appendReading, origins, pointOf } from '../duckdb/reading-row.ts';

const staging =
  'CREATE TABLE readings (tag INTEGER, time BIGINT, number DOUBLE, flag BOOLEAN, text VARCHAR, status UINTEGER, origin UTINYINT)';

/**
 * Writes readings as Parquet: `tag, time (nanoseconds, UTC), number, flag, text, status, origin`; one of the three value
 * columns holds the value.
 * @returns how many
 */
export async function writeParquet(path: string, pages: AsyncIterable<readonly Reading[]>): Promise<number> {
  const engine = await Engine.open(path);
  const { connection } = engine;
  try {
    await connection.run(staging);
    await connection.run('CREATE TABLE tags (id INTEGER, tag VARCHAR)');
    const count = await stage(connection, pages);
    const origin = `[${origins.map(quoted)}][r.origin + 1]`;
    await connection.run(
      `COPY (SELECT t.tag, make_timestamp_ns(r.time) AS time, r.number, r.flag, r.text, r.status, ${origin} AS origin
       FROM readings r JOIN tags t ON r.tag = t.id ORDER BY t.tag, r.time)
       TO ${quoted(resolve(path))} (FORMAT parquet, COMPRESSION zstd)`,
    );
    return count;
  } finally {
    engine.close();
  }
}

async function stage(
  connection: DuckDBConnection,
  pages: AsyncIterable<readonly Reading[]>,
): Promise<number> {
  const ids = new Map<string, number>();
  const appender = await connection.createAppender('readings');
  let count = 0;
  for await (const page of pages) {
    for (const reading of page) {
      const id = ids.get(reading.tag) ?? ids.size;
      ids.set(reading.tag, id);
      appendReading(appender, id, reading);
    }
    appender.flushSync();
    count += page.length;
  }
  appender.closeSync();
  for (const [tag, id] of ids) await connection.run(`INSERT INTO tags VALUES (${id}, ${quoted(tag)})`);
  return count;
}

/**
 * Reads what `writeParquet` wrote.
 * @throws PlantscopeError `parquet-unreadable`
 */
export async function* readParquet(path: string): AsyncGenerator<readonly Reading[]> {
  const engine = await Engine.open(path);
  try {
    const result = await engine.connection.stream(
      `SELECT tag, (epoch_ns(time) // 1000000)::DOUBLE, (epoch_ns(time) % 1000000)::INTEGER, number, flag, text, status,
       (list_position([${origins.map(quoted)}], origin) - 1)::INTEGER FROM read_parquet(${quoted(resolve(path))})`,
    );
    for await (const rows of result.yieldRowsJs()) {
      const columns = Array.from({ length: 8 }, (_, column) => rows.map((row) => row[column] ?? null));
      yield rows.map((row, index) => ({ tag: String(row[0]), ...pointOf(columns, index) }));
    }
  } catch (cause) {
    throw new PlantscopeError('parquet-unreadable', `Can't read ${path}: ${errorMessage(cause)}`, {
      cause,
      where: path,
      hint: 'Expected a file that `plantscope export --format parquet` wrote.',
    });
  } finally {
    engine.close();
  }
}

/** A DuckDB beside the store, in a temporary file, that may touch the exchanged file's folder and nothing else. */
class Engine {
  readonly connection: DuckDBConnection;
  readonly #instance: DuckDBInstance;
  readonly #folder: string;

  private constructor(connection: DuckDBConnection, instance: DuckDBInstance, folder: string) {
    this.connection = connection;
    this.#instance = instance;
    this.#folder = folder;
  }

  static async open(path: string): Promise<Engine> {
    const folder = mkdtempSync(join(tmpdir(), 'plantscope-exchange-'));
    const instance = await DuckDBInstance.create(join(folder, 'stage.duckdb'), {
      memory_limit: '256MB',
      threads: '2',
      temp_directory: join(folder, 'tmp'),
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
    });
    const connection = await instance.connect();
    await connection.run(`SET allowed_directories = [${quoted(dirname(resolve(path)))}]`);
    await connection.run('SET enable_external_access = false');
    await connection.run('SET lock_configuration = true');
    return new Engine(connection, instance, folder);
  }

  close(): void {
    this.connection.closeSync();
    this.#instance.closeSync();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
