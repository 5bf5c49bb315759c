import type { FastifyReply } from 'fastify';
import Type from 'typebox';
import { columnNames, csvOf } from './csv.ts';

type Cell = string | number | boolean | undefined;
export type TableRow = Readonly<Record<string, Cell>>;

export const TableFormat = Type.Optional(
  Type.Union([Type.Literal('json'), Type.Literal('csv'), Type.Literal('xlsx')], { default: 'json' }),
);
export type TableFormat = 'json' | 'csv' | 'xlsx' | undefined;

export interface Sheet {
  readonly name: string;
  readonly rows: readonly TableRow[];
  /** Header where there are no rows. */
  readonly columns?: readonly string[];
}

const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

/** A download: the sheets one after the other as CSV (a blank line between), or as a workbook. */
export async function sendTable(
  reply: FastifyReply,
  format: 'csv' | 'xlsx',
  name: string,
  sheets: readonly Sheet[],
): Promise<FastifyReply> {
  void reply.header('content-disposition', `attachment; filename="${name}.${format}"`);
  if (format === 'csv')
    return reply
      .type('text/csv; charset=utf-8')
      .send(sheets.map(({ rows, columns }) => csvOf(rows, columns)).join('\r\n'));
  return reply.type(XLSX).send(await workbookOf(sheets));
}

async function workbookOf(sheets: readonly Sheet[]): Promise<Buffer> {
  // Loaded by the first download: it takes longer than the rest of the start.
  const { default: exceljs } = await import('exceljs');
  const workbook = new exceljs.Workbook();
  for (const { name, rows, columns: ofNone = [] } of sheets) {
    const sheet = workbook.addWorksheet(name.slice(0, 31), { views: [{ state: 'frozen', ySplit: 1 }] });
    const columns = rows.length === 0 ? ofNone : columnNames(rows);
    sheet.columns = columns.map((key) => ({ header: key, key, width: Math.max(12, key.length + 2) }));
    sheet.getRow(1).font = { bold: true };
    for (const row of rows) sheet.addRow(row);
  }
  return Buffer.from(await workbook.xlsx.writeBuffer());
}

/** The answer as JSON, or its sheets as a download. */
export async function asTable<T>(
  reply: FastifyReply,
  format: string | undefined,
  name: string,
  answer: T,
  sheets: () => readonly Sheet[],
): Promise<T> {
  if (format !== 'csv' && format !== 'xlsx') return answer;
  // The route's type knows the JSON form alone; a file is sent as it is.
  return (await sendTable(reply, format, `energy-${name}`, sheets())) as unknown as T;
}
