import { columnNames, type TagColumn } from './columns.ts';

/** One mistake in a tag list, told to the person who edited it. */
export interface TagListProblem {
  /** Stable, kebab-case. */
  readonly code: string;
  /** As the spreadsheet counts; the header is 1. */
  readonly row: number;
  readonly column: TagColumn;
  readonly message: string;
  readonly hint?: string | undefined;
}

/** `tags.xlsx: row 12, column unit: message [code]`, and the hint on a line of its own. */
export function printTagListProblem(file: string, problem: TagListProblem): string {
  const { code, row, column, message, hint } = problem;
  const told = `${file}: row ${row}, column ${column}: ${message} [${code}]`;
  return hint === undefined ? told : `${told}\n    hint: ${hint}`;
}

/** By row, then as the columns stand. */
export const byPlace = (a: TagListProblem, b: TagListProblem): number =>
  a.row - b.row || columnNames.indexOf(a.column) - columnNames.indexOf(b.column);
