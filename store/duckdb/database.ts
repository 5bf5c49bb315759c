import { mkdirSync, realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance, type JS } from '@duckdb/node-api';
import { errorMessage, PlantscopeError } from '../../model/error.ts';

/** A result by column: `columns[c][r]`. */
export type Columns = readonly (readonly JS[])[];

/** Two readers leave two of libuv's four threads to the writer and to file access. */
const READERS = 2;

/** Two instances on one file in one process would diverge silently; other processes are kept out by the file's lock. */
const openFiles = new Set<string>();

/** One DuckDB file: a connection that writes, and at most two that read at a time. */
export class Database {
  readonly writer: DuckDBConnection;
  readonly #instance: DuckDBInstance;
  readonly file: string;
  readonly #idle: DuckDBConnection[];
  readonly #waiting: ((reader: DuckDBConnection) => void)[] = [];

  private constructor(
    instance: DuckDBInstance,
    file: string,
    [writer, ...readers]: [DuckDBConnection, ...DuckDBConnection[]],
  ) {
    this.#instance = instance;
    this.file = file;
    this.writer = writer;
    this.#idle = readers;
  }

  /** @throws PlantscopeError `store-in-use`, `store-unreadable` */
  static async open(path: string, memoryLimitMb: number): Promise<Database> {
    mkdirSync(dirname(path), { recursive: true });
    const file = join(realpathSync(dirname(path)), basename(path));
    if (openFiles.has(file)) throw inUse(file, undefined);
    openFiles.add(file);
    try {
      return await Database.#connect(file, memoryLimitMb);
    } catch (cause) {
      openFiles.delete(file);
      throw /lock on file/.test(errorMessage(cause)) ? inUse(file, cause) : unreadable(file, cause);
    }
  }

  static async #connect(file: string, memoryLimitMb: number): Promise<Database> {
    const instance = await DuckDBInstance.create(file, {
      memory_limit: `${memoryLimitMb}MB`,
      threads: '2',
      temp_directory: `${file}.tmp`,
      preserve_insertion_order: 'false',
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
      allow_community_extensions: 'false',
      // No statement reads or writes any other file: export and import go through the store's own interface.
      enable_external_access: 'false',
      lock_configuration: 'true',
    });
    const writer = await instance.connect();
    const readers: DuckDBConnection[] = [];
    while (readers.length < READERS) readers.push(await instance.connect());
    return new Database(instance, file, [writer, ...readers]);
  }

  /** Runs one reading statement, in turn. */
  async read(sql: string): Promise<Columns> {
    const reader = this.#idle.pop() ?? (await new Promise<DuckDBConnection>((go) => this.#waiting.push(go)));
    try {
      return await (await reader.run(sql)).getColumnsJS();
    } finally {
      const next = this.#waiting.shift();
      if (next) next(reader);
      else this.#idle.push(reader);
    }
  }

  /** Reads on the writing connection: sees what its open transaction wrote. */
  async readOnWriter(sql: string): Promise<Columns> {
    return (await this.writer.run(sql)).getColumnsJS();
  }

  /** Only once nothing runs any more. */
  close(): void {
    for (const reader of this.#idle) reader.closeSync();
    this.writer.closeSync();
    this.#instance.closeSync();
    openFiles.delete(this.file);
  }
}

/** An SQL text literal. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

function inUse(file: string, cause: unknown): PlantscopeError {
  return new PlantscopeError('store-in-use', 'The store file is open already', {
    cause,
    where: file,
    hint: 'A platform runs on it. Stop it, or use its API.',
  });
}

function unreadable(file: string, cause: unknown): PlantscopeError {
  return new PlantscopeError('store-unreadable', `Can't open the store file: ${errorMessage(cause)}`, {
    cause,
    where: file,
    hint: 'Check that the file is a Plantscope store and that this user may write it. Keep the file and its .wal together.',
  });
}
