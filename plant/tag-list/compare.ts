import { suggest } from '../suggest.ts';
import {
  assetColumns,
  columnNames,
  flagColumns,
  type ListedRow,
  numberColumns,
  type PlacedRow,
  type TagCells,
  type TagColumn,
  tagIdOf,
} from './columns.ts';
import { byPlace, type TagListProblem } from './problem.ts';

export interface CellChange {
  readonly column: TagColumn;
  /** Blank: the default. */
  readonly from: string;
  readonly to: string;
}

export type TagChange =
  | {
      readonly kind: 'changed';
      readonly tag: string;
      readonly row: number;
      readonly before: PlacedRow;
      readonly cells: readonly CellChange[];
    }
  | { readonly kind: 'added'; readonly tag: string; readonly row: number; readonly cells: TagCells }
  /** In the plant file and not in the list. */
  | { readonly kind: 'missing'; readonly tag: string; readonly before: PlacedRow };

export interface Comparison {
  readonly changes: readonly TagChange[];
  readonly problems: readonly TagListProblem[];
}

/** What a list would change in a plant file; cells that can't be read are problems. */
export function compareTagList(known: readonly PlacedRow[], listed: readonly ListedRow[]): Comparison {
  const byTag = new Map(known.map((row) => [tagIdOf(row.cells), row]));
  const assets = new Map(known.map((row) => [row.cells.asset, row.cells]));
  const problems: TagListProblem[] = [];
  const changes: TagChange[] = [];
  const seen = new Map<string, number>();
  for (const { row, cells: raw } of listed) {
    const identity = identityProblems(row, raw, seen);
    if (identity.length > 0) {
      problems.push(...identity);
      continue;
    }
    const { cells, problems: unreadable } = readCells(row, raw);
    problems.push(...unreadable);
    const tag = tagIdOf({ asset: cells.asset ?? '', quantity: cells.quantity ?? '' });
    seen.set(tag, row);
    const before = byTag.get(tag);
    const asset = assets.get(cells.asset ?? '');
    problems.push(...assetProblems(row, cells, asset, [...assets.keys()]));
    if (before) changes.push(...changed(tag, row, before, cells));
    else changes.push({ kind: 'added', tag, row, cells: { ...blank, ...placeOf(asset), ...cells } });
  }
  for (const [tag, before] of byTag) if (!seen.has(tag)) changes.push({ kind: 'missing', tag, before });
  return { changes, problems: problems.sort(byPlace) };
}

const blank = Object.fromEntries(columnNames.map((column) => [column, ''])) as TagCells;

/** A new tag takes its asset's place, and no setting of the asset's other tags. */
const placeOf = (asset: TagCells | undefined): Partial<TagCells> =>
  asset ? Object.fromEntries(assetColumns.map((column) => [column, asset[column]])) : {};

function identityProblems(
  row: number,
  { asset = '', quantity = '' }: ListedRow['cells'],
  seen: ReadonlyMap<string, number>,
): TagListProblem[] {
  const empty = (['asset', 'quantity'] as const).filter((column) => ({ asset, quantity })[column] === '');
  if (empty.length > 0)
    return empty.map((column) => ({
      ...{ code: 'tag-unnamed', row, column, message: 'the cell is blank' },
      hint: 'Every row names its tag by asset and quantity.',
    }));
  const first = seen.get(tagIdOf({ asset, quantity }));
  if (first === undefined) return [];
  const message = `${asset}.${quantity} stands in row ${first} already`;
  return [{ code: 'duplicate-tag', row, column: 'quantity', message, hint: 'One row a tag.' }];
}

function assetProblems(
  row: number,
  cells: ListedRow['cells'],
  asset: TagCells | undefined,
  known: readonly string[],
): TagListProblem[] {
  if (asset) {
    return assetColumns
      .filter((column) => (cells[column] ?? '') !== '' && cells[column] !== asset[column])
      .map((column) => ({
        ...{ code: 'asset-cell-changed', row, column },
        message: `"${cells[column]}" is not what the plant file says of ${asset.asset}: "${asset[column]}"`,
        hint: 'A tag list changes tags. Change the asset itself in the plant file.',
      }));
  }
  const near = /^Did .*/.exec(suggest(cells.asset ?? '', known))?.[0] ?? '';
  return (['area', 'line', 'nature'] as const)
    .filter((column) => (cells[column] ?? '') === '')
    .map((column) => ({
      ...{
        code: 'asset-incomplete',
        row,
        column,
        message: `${cells.asset} is a new asset without ${column}`,
      },
      hint: `Give area, line and nature of a new asset. ${near}`.trim(),
    }));
}

/** Brings each cell into the one way the comparison knows: numbers and flags as the plant file writes them. */
function readCells(
  row: number,
  raw: ListedRow['cells'],
): { cells: ListedRow['cells']; problems: TagListProblem[] } {
  const problems: TagListProblem[] = [];
  const cells: Partial<Record<TagColumn, string>> = {};
  for (const column of columnNames) {
    const text = raw[column]?.trim();
    if (text === undefined) continue;
    const read = readCell(column, text);
    if (typeof read === 'string') cells[column] = read;
    else problems.push({ row, column, ...read });
  }
  const { 'range low': low, 'range high': high } = cells;
  if (low !== undefined && high !== undefined && (low === '') !== (high === '')) {
    const column = low === '' ? 'range low' : 'range high';
    problems.push({ code: 'half-range', row, column, message: 'a range has both ends, or none' });
  }
  return { cells, problems };
}

function readCell(
  column: TagColumn,
  text: string,
): string | Pick<TagListProblem, 'code' | 'message' | 'hint'> {
  if (text === '') return '';
  if (flagColumns.has(column)) return readFlag(text);
  if (numberColumns.has(column)) return readNumber(text);
  if (column !== 'deadband') return text;
  const percent = /^(\S+?)\s*%$/.exec(text)?.[1];
  const number = readNumber(percent ?? text);
  return typeof number === 'string' && percent !== undefined ? `${number} %` : number;
}

function readFlag(text: string) {
  if (/^(true|yes|1)$/i.test(text)) return 'true';
  if (/^(false|no|0)$/i.test(text)) return '';
  return {
    code: 'not-a-flag',
    message: `"${text}" is neither true nor false`,
    hint: 'Write true, or leave it blank.',
  };
}

function readNumber(text: string) {
  const value = Number(text);
  if (Number.isFinite(value)) return String(value);
  const hint = /^-?\d+,\d+$/.test(text)
    ? `Write ${text.replace(',', '.')}, with a point.`
    : 'Expected a number such as 0.5.';
  return { code: 'not-a-number', message: `"${text}" is no number`, hint };
}

function changed(tag: string, row: number, before: PlacedRow, cells: ListedRow['cells']): TagChange[] {
  const changes = columnNames
    .filter((column) => !assetColumns.includes(column) && cells[column] !== undefined)
    .filter((column) => sameText(cells[column] ?? '') !== sameText(before.cells[column]))
    .filter((column) => cells[column] !== '' || !isDefault(column, before))
    .map((column) => ({ column, from: before.cells[column], to: cells[column] ?? '' }));
  return changes.length === 0 ? [] : [{ kind: 'changed', tag, row, before, cells: changes }];
}

/** Source and address are told whole; a blank cell takes back only what the tag says of them itself. */
const isDefault = (column: TagColumn, { placed }: PlacedRow): boolean =>
  (column === 'source' || column === 'address') && placed.tag[column] === undefined;

/** `0.5%` and `0.5 %` are one deadband. */
const sameText = (text: string): string => text.replace(/\s*%$/, ' %');
