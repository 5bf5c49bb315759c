import { PlantscopeError } from '../../model/error.ts';
import { columnNames, type ListedRow, type TagColumn } from '../../plant/tag-list/columns.ts';

/** A spreadsheet as texts, rows and cells in order; the first is the header. */
export type Sheet = readonly (readonly string[])[];

export interface TagList {
  readonly rows: readonly ListedRow[];
  /** Columns of the person's own; they change nothing. */
  readonly ignored: readonly string[];
}

/**
 * The rows of a tag list, by the names in its header; blank rows are skipped.
 * @throws PlantscopeError `tag-list-malformed`
 */
export function toTagList(sheet: Sheet, file: string): TagList {
  const header = (sheet[0] ?? []).map(columnNamed);
  const repeated = header.find(
    (name, i) => name.column && header.findIndex((o) => o.column === name.column) !== i,
  );
  if (repeated) throw malformed(file, `the column "${repeated.text}" stands twice in the header`);
  const missing = (['asset', 'quantity'] as const).filter(
    (column) => !header.some((name) => name.column === column),
  );
  if (missing.length > 0) throw malformed(file, `there is no column ${missing.join(' and no column ')}`);
  const rows = sheet.slice(1).flatMap((cells, i): ListedRow[] => {
    if (cells.every((cell) => cell.trim() === '')) return [];
    const named = header.flatMap(({ column }, c) => (column ? [[column, (cells[c] ?? '').trim()]] : []));
    return [{ row: i + 2, cells: Object.fromEntries(named) }];
  });
  const ignored = header.filter(({ column, text }) => column === undefined && text !== '');
  return { rows, ignored: ignored.map(({ text }) => text) };
}

/** Spaces, case and hyphens do not matter: `Range-Low` is `range low`. */
function columnNamed(text: string): { text: string; column: TagColumn | undefined } {
  const plain = (name: string): string => name.toLowerCase().replace(/[^a-z]/g, '');
  return { text: text.trim(), column: columnNames.find((column) => plain(column) === plain(text)) };
}

export function malformed(file: string, message: string, cause?: unknown): PlantscopeError {
  return new PlantscopeError('tag-list-malformed', `${file}: ${message}`, {
    where: file,
    cause,
    hint: 'Begin with a list of `plantscope tags export`; the first row names the columns.',
  });
}
