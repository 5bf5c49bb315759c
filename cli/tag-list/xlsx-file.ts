import ExcelJs, { type Cell, type CellValue, type DataValidation, type Worksheet } from 'exceljs';
import { errorMessage } from '../../model/error.ts';
import {
  columnNames,
  flagColumns,
  numberColumns,
  type TagCells,
  type TagColumn,
  tagColumns,
} from '../../plant/tag-list/columns.ts';
import { readInput } from '../io.ts';
import { malformed, type Sheet } from './sheet.ts';

const SHEET = 'Tags';
/** A list of 50,000 tags has 5 MB; what is larger is none. */
const MAX_BYTES = 64 * 1024 * 1024;

/** A sheet with the tags, and one that says what its columns are. */
export async function writeXlsxFile(file: string, rows: readonly TagCells[]): Promise<void> {
  const workbook = new ExcelJs.Workbook();
  const sheet = workbook.addWorksheet(SHEET, { views: [{ state: 'frozen', xSplit: 2, ySplit: 1 }] });
  sheet.columns = columnNames.map((column) => ({
    ...{ header: column, key: column, width: widthOf(column, rows) },
    // As text, or the spreadsheet makes dates and numbers of addresses and durations.
    style: { numFmt: numberColumns.has(column) ? 'General' : '@' },
  }));
  for (const row of rows) sheet.addRow(columnNames.map((column) => cellValue(column, row[column])));
  sheet.getRow(1).font = { bold: true };
  sheet.autoFilter = { from: { row: 1, column: 1 }, to: { row: 1, column: columnNames.length } };
  offerChoices(sheet, rows.length);
  const help = workbook.addWorksheet('Columns');
  help.columns = [{ width: 16 }, { width: 80 }];
  for (const column of columnNames) help.addRow([column, tagColumns[column]]);
  await workbook.xlsx.writeFile(file);
}

function widthOf(column: TagColumn, rows: readonly TagCells[]): number {
  const longest = rows.reduce((most, row) => Math.max(most, row[column].length), column.length);
  return Math.min(60, longest + 2);
}

const cellValue = (column: TagColumn, text: string): CellValue =>
  text !== '' && numberColumns.has(column) ? Number(text) : text;

function offerChoices(sheet: Worksheet, count: number): void {
  for (const [index, column] of columnNames.entries()) {
    const choices = column === 'kind' ? 'number,boolean,text' : flagColumns.has(column) ? 'true' : undefined;
    if (choices === undefined) continue;
    const rule: DataValidation = { type: 'list', allowBlank: true, formulae: [`"${choices}"`] };
    for (let row = 2; row <= count + 1; row++) sheet.getCell(row, index + 1).dataValidation = rule;
  }
}

/**
 * Reads the sheet `Tags`, or the first one.
 * @throws PlantscopeError `file-unreadable`, `tag-list-malformed`
 */
export async function readXlsxFile(file: string): Promise<Sheet> {
  const bytes = readInput(file);
  if (bytes.length > MAX_BYTES) throw malformed(file, `${bytes.length} bytes are too much for a tag list`);
  const workbook = new ExcelJs.Workbook();
  try {
    // The library's types are of an older Buffer.
    await workbook.xlsx.load(bytes as unknown as Parameters<typeof workbook.xlsx.load>[0]);
  } catch (cause) {
    throw malformed(file, `no readable XLSX: ${errorMessage(cause)}`, cause);
  }
  const sheet = workbook.getWorksheet(SHEET) ?? workbook.worksheets[0];
  if (!sheet) throw malformed(file, 'there is no sheet in it');
  const rows: string[][] = [];
  for (let row = 1; row <= sheet.rowCount; row++) {
    const cells = sheet.getRow(row);
    rows.push(Array.from({ length: sheet.columnCount }, (_, c) => textOf(cells.getCell(c + 1), file)));
  }
  return rows;
}

/** What the person sees in the cell, whatever the spreadsheet made of it. */
function textOf(cell: Cell, file: string): string {
  const { value } = cell;
  const plain = value !== null && typeof value === 'object' && 'result' in value ? value.result : value;
  if (typeof plain === 'number' && cell.numFmt?.includes('%'))
    return `${Number((plain * 100).toPrecision(12))} %`;
  if (typeof plain === 'number' || typeof plain === 'string' || typeof plain === 'boolean')
    return String(plain);
  if (plain instanceof Date) {
    throw malformed(
      file,
      `the spreadsheet made a date of cell ${cell.address}; give the cell the format "text"`,
    );
  }
  if (value !== null && typeof value === 'object') {
    if ('error' in value) throw malformed(file, `cell ${cell.address} holds the error ${value.error}`);
    if ('richText' in value) return value.richText.map(({ text }) => text).join('');
    if ('hyperlink' in value) return value.text;
  }
  return '';
}
