import { once } from 'node:events';
import { closeSync, createReadStream, openSync, readFileSync, readSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import { errorMessage, PlantscopeError } from '../model/error.ts';

/** A CSV file with a header: the column names in file order, and one record a row. */
export interface CsvTable {
  readonly columns: readonly string[];
  readonly rows: readonly Readonly<Record<string, string>>[];
}

/**
 * Reads a UTF-8 CSV file with a header line; a byte order mark and blank lines are skipped.
 * @param separator what stands between columns, or how the first line tells it
 * @throws PlantscopeError `file-unreadable`, `csv-malformed`
 */
export function readCsv(path: string, separator: string | ((firstLine: string) => string) = ','): CsvTable {
  const text = readInput(path).toString('utf8');
  const delimiter = typeof separator === 'string' ? separator : separator(/^.*/.exec(text)?.[0] ?? '');
  let columns: string[] = [];
  try {
    const rows = parse(text, {
      bom: true,
      delimiter,
      skip_empty_lines: true,
      trim: true,
      relax_column_count_less: true,
      columns: (header: string[]) => {
        columns = header;
        return header;
      },
    }) as Record<string, string>[];
    return { columns, rows };
  } catch (cause) {
    throw new PlantscopeError('csv-malformed', `${path} is not a readable CSV file: ${errorMessage(cause)}`, {
      cause,
      where: path,
      hint: `Expected UTF-8, one header line, "${delimiter}" between columns.`,
    });
  }
}

/**
 * The column names of a CSV file, of which only the start is read.
 * @throws PlantscopeError `file-unreadable`, `csv-malformed`
 */
export function readCsvHeader(path: string, delimiter = ','): readonly string[] {
  const start = readStart(path);
  try {
    const [header] = parse(start, { bom: true, delimiter, trim: true, to_line: 1, relax_column_count: true });
    if (header !== undefined) return header;
  } catch (cause) {
    throw new PlantscopeError('csv-malformed', `${path} has no readable header: ${errorMessage(cause)}`, {
      cause,
      where: path,
    });
  }
  throw new PlantscopeError('csv-malformed', `${path} is empty`, { where: path });
}

const HEADER_BYTES = 256 * 1024;

function readStart(path: string): Buffer {
  try {
    const file = openSync(path, 'r');
    try {
      const buffer = Buffer.alloc(HEADER_BYTES);
      return buffer.subarray(0, readSync(file, buffer));
    } finally {
      closeSync(file);
    }
  } catch (cause) {
    throw new PlantscopeError('file-unreadable', `Can't read ${path}: ${errorMessage(cause)}`, {
      cause,
      where: path,
    });
  }
}

/**
 * The named column.
 * @throws PlantscopeError `csv-column-missing` naming the columns there are
 */
export function requireColumns(table: CsvTable, names: readonly string[], path: string): void {
  const missing = names.filter((name) => !table.columns.includes(name));
  if (missing.length === 0) return;
  throw new PlantscopeError(
    'csv-column-missing',
    `${path} has no column ${missing.map((n) => `"${n}"`).join(', ')}`,
    {
      where: path,
      hint: `Its columns are: ${table.columns.join(', ')}`,
    },
  );
}

/** A number, or undefined where the cell is blank or no finite number (blank = missing). */
export function numberCell(cell: string | undefined): number | undefined {
  if (cell === undefined || cell.trim() === '') return undefined;
  const value = Number(cell);
  return Number.isFinite(value) ? value : undefined;
}

/** Bytes of a file, or of standard input where the path is `-`. */
export function readInput(path: string): Buffer {
  try {
    return readFileSync(path === '-' ? 0 : path);
  } catch (cause) {
    throw new PlantscopeError('file-unreadable', `Can't read ${path}: ${errorMessage(cause)}`, {
      cause,
      where: path,
    });
  }
}

/**
 * The bytes of a file, or of standard input where the path is `-`, as they come.
 * @throws PlantscopeError `file-unreadable`
 */
export async function* inputChunks(path: string): AsyncGenerator<Buffer> {
  try {
    yield* path === '-' ? process.stdin : createReadStream(path, { highWaterMark: 262_144 });
  } catch (cause) {
    throw new PlantscopeError('file-unreadable', `Can't read ${path}: ${errorMessage(cause)}`, {
      cause,
      where: path,
    });
  }
}

/** Writes to standard output, and waits where its reader is slower. */
export async function printText(text: string): Promise<void> {
  if (!process.stdout.write(text)) await once(process.stdout, 'drain');
}

/** Results go to standard output, and nothing else does; logs and errors go to standard error. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

/** One header line and one line a row; `undefined` and `null` print blank. */
export function printCsv(columns: readonly string[], rows: Iterable<readonly unknown[]>): void {
  process.stdout.write(stringify([[...columns], ...rows].map((row) => [...row])));
}
