import type { PlantCalendar } from '../../model/calendar.ts';
import type { Tag } from '../../model/plant.ts';
import type { Reading } from '../../model/reading.ts';
import type { Refusal } from '../../model/refusal.ts';
import { statusCodes } from '../../model/status.ts';
import { parseDurationMs, type TimeWindow } from '../../model/window.ts';
import type { ReplaySourceFile } from '../../plant/source-schema.ts';
import { type Normalise, normaliserOf } from '../normalise.ts';
import { timeReader } from './time-format.ts';

export type CsvRow = Readonly<Record<string, string>>;

export interface MappedRow {
  readonly readings: readonly Reading[];
  readonly refusals: readonly Refusal[];
  /** The interval the row stands for; a row of an instant has none. */
  readonly timeMs: number | undefined;
}

interface Column {
  readonly tag: Tag;
  readonly normalise: Normalise;
  readonly accumulate: boolean;
}

/**
 * Turns the rows of a recorded CSV file, in file order, into readings. A row that stands for an interval gives its
 * values the interval's start as time; a column named under `accumulate` becomes a register, read at the interval's end.
 */
export class RowMapping {
  readonly #source: string;
  readonly #config: ReplaySourceFile;
  readonly #columns: readonly Column[];
  readonly #readTime: (text: string) => number | undefined;
  readonly #intervalMs: number;
  readonly #calendar: PlantCalendar;
  readonly #registers = new Map<string, number>();

  constructor(source: string, config: ReplaySourceFile, tags: readonly Tag[], calendar: PlantCalendar) {
    this.#source = source;
    this.#config = config;
    this.#calendar = calendar;
    this.#readTime = timeReader(config.time.format, calendar);
    this.#intervalMs = parseDurationMs(config.time.interval ?? '') ?? 0;
    this.#columns = tags.map((tag) => ({
      tag,
      normalise: normaliserOf(tag),
      accumulate: config.accumulate?.includes(tag.address) ?? false,
    }));
  }

  /** @param row counts from 0 */
  map(record: CsvRow, row: number): MappedRow {
    const refuse = (reason: string, message: string, tag?: string): Refusal => ({
      ...{ reason, message, from: this.#source, where: `${this.#config.file} row ${row}` },
      ...{ payload: JSON.stringify(record) },
      ...(tag === undefined ? {} : { tag }),
    });
    const text = record[this.#config.time.column] ?? '';
    const marked = this.#readTime(text);
    if (marked === undefined) {
      const expected = this.#config.time.format ?? 'ISO 8601';
      return {
        readings: [],
        refusals: [refuse('time-malformed', `"${text}" is no time (${expected})`)],
        timeMs: undefined,
      };
    }
    const interval = this.#intervalOf(marked);
    const readings: Reading[] = [];
    const refusals: Refusal[] = [];
    for (const column of this.#columns) {
      const result = this.#mapCell(column, record[column.tag.address], interval);
      if (result === undefined) continue;
      if ('reason' in result) refusals.push(refuse(result.reason, result.message, column.tag.id));
      else readings.push(...result.readings);
    }
    return { readings, refusals, timeMs: interval.startMs };
  }

  #intervalOf(markedMs: number): TimeWindow {
    const stamp = this.#config.time.stamp ?? 'start';
    if (stamp === 'start') return { startMs: markedMs, endMs: markedMs + this.#intervalMs };
    const { hour, minute, second } = this.#calendar.local(markedMs);
    const closesTheDay = stamp === 'end-same-day' && hour + minute + second === 0;
    const endMs = closesTheDay ? this.#calendar.startOfNext('day', markedMs) : markedMs;
    return { startMs: endMs - this.#intervalMs, endMs };
  }

  /** @returns undefined where the cell is blank: no data is not zero */
  #mapCell(
    { tag, normalise, accumulate }: Column,
    cell: string | undefined,
    interval: TimeWindow,
  ):
    | { readonly readings: readonly Reading[] }
    | { readonly reason: string; readonly message: string }
    | undefined {
    if (cell === undefined || cell.trim() === '') return undefined;
    const result = normalise(parseCell(cell, tag, this.#config.decimal ?? '.'), statusCodes.good);
    if ('reason' in result) return result;
    const reading = { tag: tag.id, timeNs: 0, status: result.status, origin: 'import' } as const;
    if (!accumulate || typeof result.value !== 'number') {
      return { readings: [{ ...reading, timeMs: interval.startMs, value: result.value }] };
    }
    const before = this.#registers.get(tag.id);
    const after = (before ?? 0) + result.value;
    this.#registers.set(tag.id, after);
    const opening = before === undefined ? [{ ...reading, timeMs: interval.startMs, value: 0 }] : [];
    return { readings: [...opening, { ...reading, timeMs: interval.endMs, value: after }] };
  }
}

function parseCell(cell: string, tag: Tag, decimal: '.' | ','): unknown {
  const text = cell.trim();
  if (tag.definition.kind === 'text') return text;
  if (tag.definition.kind === 'boolean' && /^(true|false)$/i.test(text)) return text.toLowerCase() === 'true';
  const value = decimal === '.' ? Number(text) : commaNumber(text);
  return Number.isNaN(value) ? text : value;
}

const grouped = /^[+-]?\d{1,3}(\.\d{3})+(,\d+)?$/;
const plain = /^[+-]?\d+(,\d+)?([eE][+-]?\d+)?$/;

/** `1.234,5` and `1234,5`; a point that separates no groups of three is refused rather than guessed at. */
function commaNumber(text: string): number {
  if (!grouped.test(text) && !plain.test(text)) return Number.NaN;
  return Number(text.replaceAll('.', '').replace(',', '.'));
}
