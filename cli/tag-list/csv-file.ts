import { writeFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import { errorMessage, PlantscopeError } from '../../model/error.ts';
import { columnNames, type TagCells } from '../../plant/tag-list/columns.ts';
import { readInput } from '../io.ts';
import { malformed, type Sheet } from './sheet.ts';

const delimiters = [',', ';', '\t'] as const;

export const tagListCsv = (rows: readonly TagCells[]): string =>
  stringify([columnNames, ...rows.map((row) => columnNames.map((column) => row[column]))]);

/** With a byte order mark, without which spreadsheets take UTF-8 for something else. */
export function writeCsvFile(file: string, rows: readonly TagCells[]): void {
  writeFileSync(file, `\uFEFF${tagListCsv(rows)}`);
}

/**
 * Reads what spreadsheets save: UTF-8 or UTF-16, with commas, semicolons or tabs.
 * @throws PlantscopeError `file-unreadable`, `tag-list-malformed`
 */
export function readCsvFile(file: string): Sheet {
  const text = decode(readInput(file), file);
  try {
    return parse(text, { bom: true, delimiter: delimiterOf(text), relax_column_count: true }) as string[][];
  } catch (cause) {
    throw malformed(file, `no readable CSV: ${errorMessage(cause)}`, cause);
  }
}

function decode(bytes: Buffer, file: string): string {
  const isUtf16 = bytes[0] === 0xff && bytes[1] === 0xfe;
  try {
    return new TextDecoder(isUtf16 ? 'utf-16le' : 'utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new PlantscopeError('tag-list-malformed', `${file} is not in UTF-8`, {
      cause,
      where: file,
      hint: 'Save it as "CSV UTF-8", or as XLSX.',
    });
  }
}

/** The one that parts the header most often. */
function delimiterOf(text: string): string {
  const header = text.slice(0, text.search(/\r?\n|$/));
  const count = (delimiter: string): number => header.split(delimiter).length;
  return [...delimiters].sort((a, b) => count(b) - count(a))[0] ?? ',';
}
