import { createReadStream, createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { parse } from 'csv-parse';
import { stringify } from 'csv-stringify/sync';
import { errorMessage, PlantscopeError } from '../../model/error.ts';
import { parseIsoMs } from '../../model/iso-time.ts';
import type { ValueKind } from '../../model/nature.ts';
import { fromNanosecondText, type Reading, type ReadingOrigin, toIsoTime } from '../../model/reading.ts';

const columns = ['tag', 'time', 'value', 'status', 'origin'] as const;
const origins: ReadonlySet<string> = new Set<ReadingOrigin>(['live', 'history', 'import', 'manual']);

/**
 * Writes readings as CSV: `tag,time,value,status,origin`; time ISO 8601 in UTC, blank = no value, status as its number.
 * @returns how many
 */
export async function writeCsv(path: string, pages: AsyncIterable<readonly Reading[]>): Promise<number> {
  let count = 0;
  const texts = async function* (): AsyncGenerator<string> {
    yield `${columns.join(',')}\n`;
    for await (const page of pages) {
      count += page.length;
      yield stringify(page.map(cellsOf));
    }
  };
  await pipeline(texts, createWriteStream(path));
  return count;
}

function cellsOf(reading: Reading): string[] {
  const { tag, value, status, origin } = reading;
  return [tag, toIsoTime(reading), value === null ? '' : String(value), String(status), origin];
}

/**
 * Reads what `writeCsv` wrote. What kind a value is the plant's tags know, not the file.
 * @throws PlantscopeError `csv-malformed` with the row, counted from 0
 */
export async function* readCsv(
  path: string,
  kindOf: (tag: string) => ValueKind | undefined,
  pageSize: number,
): AsyncGenerator<readonly Reading[]> {
  let page: Reading[] = [];
  let row = 0;
  const rows = createReadStream(path).pipe(parse({ bom: true, columns: true, skip_empty_lines: true }));
  try {
    for await (const record of rows) {
      page.push(readingOf(record as Record<string, string>, kindOf));
      row++;
      if (page.length >= pageSize) {
        yield page;
        page = [];
      }
    }
  } catch (cause) {
    throw new PlantscopeError('csv-malformed', `Row ${row} of ${path}: ${errorMessage(cause)}`, {
      cause,
      where: path,
      hint: `Expected UTF-8 with the columns ${columns.join(', ')}.`,
    });
  }
  if (page.length > 0) yield page;
}

function readingOf(record: Record<string, string>, kindOf: (tag: string) => ValueKind | undefined): Reading {
  const { tag = '', time = '', value = '', status = '', origin = '' } = record;
  const code = status === '' ? 0 : Number(status);
  if (tag === '') throw new Error('the tag is missing');
  if (!Number.isInteger(code)) throw new Error(`the status "${status}" is not a number`);
  if (origin !== '' && !origins.has(origin)) throw new Error(`the origin "${origin}" is not known`);
  return {
    tag,
    ...instantOf(time),
    value: parsedValue(value, kindOf(tag) ?? 'number', code),
    status: code,
    origin: origin === '' ? 'import' : (origin as ReadingOrigin),
  };
}

/** Neither a blank nor hexadecimal digits, which `Number` would take too. */
const numberText = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

function parsedValue(text: string, kind: ValueKind, status: number): Reading['value'] {
  // A blank is an empty text only where a text is expected and the status does not say that there was none.
  if (text === '') return kind === 'text' && status < 0x8000_0000 ? '' : null;
  if (kind === 'text') return text;
  if (text === 'true' || text === 'false') return text === 'true';
  const number = Number(text);
  if (!numberText.test(text) || !Number.isFinite(number))
    throw new Error(`the value "${text}" is not a number`);
  return number;
}

function instantOf(iso: string): { timeMs: number; timeNs: number } {
  const match = /^(.*?)(?:\.(\d{1,9}))?(Z|[+-]\d{2}:\d{2})$/.exec(iso);
  const seconds = match ? parseIsoMs(`${match[1]}${match[3]}`) : Number.NaN;
  if (Number.isNaN(seconds)) throw new Error(`the time "${iso}" is not ISO 8601 with a zone`);
  const nanoseconds = BigInt(seconds) * 1_000_000n + BigInt((match?.[2] ?? '').padEnd(9, '0'));
  return fromNanosecondText(nanoseconds.toString());
}
