import type { PlantCalendar } from '../../model/calendar.ts';
import { PlantscopeError } from '../../model/error.ts';
import type { TimedValue } from '../../scenarios/energy/align.ts';
import { numberCell, readCsv } from '../io.ts';
import { dayMonthOrder, parseTimeText, secondPassage } from './time-text.ts';

/** A row of the file: its time, and its value where the cell holds a number. */
export interface SeriesRow {
  readonly timeMs: number;
  readonly value: number | undefined;
  /** Line in the file, the header being line 1. */
  readonly line: number;
}

interface TextRow {
  readonly time: string;
  readonly value: string;
  readonly line: number;
}

/**
 * Reads a two-column file (time, value) in file order, columns parted by comma, semicolon or tab. Without a zone times are
 * plant-local; in the doubled hour of an autumn change a time that does not follow the row before it is its second passage.
 * A first line that is no header is a row. A cell with a text in place of a number is told on standard error.
 * @throws PlantscopeError `csv-column-missing`, `time-malformed`, `series-empty`
 */
export function readSeriesRows(path: string, calendar: PlantCalendar): SeriesRow[] {
  const { texts, separator } = textRows(path, calendar);
  const order = dayMonthOrder(texts.map(({ time }) => time));
  let lastMs = Number.NEGATIVE_INFINITY;
  const rows = texts.map(({ time, value, line }) => {
    const firstMs = parseTimeText(time, calendar, order);
    if (firstMs === undefined) throw malformedTime(path, line, time);
    lastMs = firstMs > lastMs || hasZone(time) ? firstMs : following(lastMs, firstMs, calendar);
    return { timeMs: lastMs, value: quantityOf(value, separator), line };
  });
  if (rows.length === 0) throw new PlantscopeError('series-empty', `${path} has no rows`, { where: path });
  tellTexts(rows, texts, path);
  return rows;
}

/** The separator of the first line: spreadsheets of many countries write semicolons, and then decimal commas. */
const separatorOf = (firstLine: string): string =>
  [';', '\t'].find((separator) => firstLine.includes(separator)) ?? ',';

function textRows(path: string, calendar: PlantCalendar): { texts: TextRow[]; separator: string } {
  let separator = ',';
  const { columns, rows } = readCsv(path, (firstLine) => {
    separator = separatorOf(firstLine);
    return separator;
  });
  const [timeColumn, valueColumn] = columns;
  if (timeColumn === undefined || valueColumn === undefined) {
    throw new PlantscopeError('csv-column-missing', `${path} needs a time column and a value column`, {
      where: path,
    });
  }
  const isRow =
    parseTimeText(timeColumn, calendar, 'day-first') !== undefined &&
    quantityOf(valueColumn, separator) !== undefined;
  const first = isRow ? [{ time: timeColumn, value: valueColumn, line: 1 }] : [];
  const others = rows.map((row, index) => ({
    time: row[timeColumn] ?? '',
    value: row[valueColumn] ?? '',
    line: index + 2,
  }));
  return { texts: [...first, ...others], separator };
}

const hasZone = (time: string): boolean => /(?:Z|:\d{2}(?:\.\d+)?[+-]\d{2}:?\d{2}|^\d+)$/.test(time.trim());

const following = (lastMs: number, firstMs: number, calendar: PlantCalendar): number => {
  const again = secondPassage(firstMs, calendar);
  return again !== undefined && again > lastMs ? again : firstMs;
};

const grouped = /^-?\d{1,3}(?:,\d{3})+(?:\.\d+)?$/;
const decimalComma = /^-?\d+,\d+$/;

/** A number with a decimal point, or with a decimal comma; between comma-parted columns `1,007` has a comma after its thousands. */
function quantityOf(cell: string, separator: string): number | undefined {
  const text = cell.trim();
  if (separator === ',' && grouped.test(text)) return numberCell(text.replaceAll(',', ''));
  return numberCell(decimalComma.test(text) ? text.replace(',', '.') : text);
}

/** What files write where there is no value. */
const absent = /^(?:|na|n\/a|nan|null|none|-+)$/i;

function tellTexts(rows: readonly SeriesRow[], texts: readonly TextRow[], path: string): void {
  const wrong = texts.filter(
    ({ value }, index) => rows[index]?.value === undefined && !absent.test(value.trim()),
  );
  const [first] = wrong;
  if (!first) return;
  const count = wrong.length === 1 ? 'one cell holds' : `${wrong.length} cells hold`;
  process.stderr.write(
    `${path}:${first.line}: ${count} no number ("${first.value}"); taken as no data, which is not zero\n`,
  );
}

/** The rows that hold a number, ascending; of two rows with one time the later one in the file counts. */
export function readSeries(path: string, calendar: PlantCalendar): TimedValue[] {
  return toSeries(readSeriesRows(path, calendar));
}

export function toSeries(rows: readonly Pick<SeriesRow, 'timeMs' | 'value'>[]): TimedValue[] {
  const byTime = new Map<number, number>();
  for (const { timeMs, value } of rows) if (value !== undefined) byTime.set(timeMs, value);
  return [...byTime].map(([timeMs, value]) => ({ timeMs, value })).sort((a, b) => a.timeMs - b.timeMs);
}

function malformedTime(path: string, line: number, text: string): PlantscopeError {
  return new PlantscopeError('time-malformed', `"${text}" is not a time`, {
    where: `${path}:${line}`,
    hint: 'Use 2026-11-24 08:00, 2026-11-24T08:00:00+08:00 or 24/11/2026 08:00.',
  });
}

/**
 * A half-open range `A/B` of dates or times in plant time.
 * @throws PlantscopeError `range-malformed`
 */
export function parseRange(
  text: string,
  option: string,
  calendar: PlantCalendar,
): { startMs: number; endMs: number } {
  const parts = text.split('/').map((part) => calendar.parse(part));
  const [startMs, endMs] = parts;
  if (parts.length !== 2 || startMs === undefined || endMs === undefined || startMs >= endMs) {
    throw new PlantscopeError('range-malformed', `"${text}" is not a range`, {
      where: option,
      hint: 'Write two dates, the second one not included: 2018-07-01/2018-10-01.',
    });
  }
  return { startMs, endMs };
}
