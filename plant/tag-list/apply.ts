import { type Document, isMap, isSeq } from 'yaml';
import { editYaml, listEntry } from '../edit-yaml.ts';
import { flagColumns, type TagCells, type TagColumn } from './columns.ts';
import type { TagChange } from './compare.ts';

type Path = readonly (string | number)[];
type Added = Extract<TagChange, { kind: 'added' }>;
type Changed = Extract<TagChange, { kind: 'changed' }>;

/** Writes the changes into the text of a plant file; its comments, and what the list does not know, stay. */
export function applyTagList(text: string, changes: readonly TagChange[], removeMissing: boolean): string {
  return editYaml(text, (document) => {
    // Before anything is added or taken out, while the paths of the file still hold.
    for (const change of changes) if (change.kind === 'changed') applyChanged(document, change);
    for (const change of changes) {
      if (change.kind === 'missing' && removeMissing) document.deleteIn(change.before.placed.path);
    }
    for (const change of changes) if (change.kind === 'added') applyAdded(document, change);
  });
}

function applyChanged(document: Document, { before, cells }: Changed): void {
  const after: TagCells = {
    ...before.cells,
    ...Object.fromEntries(cells.map(({ column, to }) => [column, to])),
  };
  const { path } = before.placed;
  const assetPath = path.slice(0, -2);
  for (const { column } of cells) setCell(document, path, assetPath, column, after);
  const tag = document.getIn(path);
  if (isMap(tag) && tag.items.length === 0) document.setIn(path, null);
}

function setCell(document: Document, path: Path, assetPath: Path, column: TagColumn, cells: TagCells): void {
  if (column === 'address') setAddress(document, path, assetPath, cells);
  else if (column === 'source') {
    const isTheAssets = cells.source === document.getIn([...assetPath, 'source']);
    setKey(document, path, 'source', isTheAssets ? undefined : cells.source || undefined);
  } else setKey(document, path, column.startsWith('range') ? 'range' : column, settingOf(column, cells));
}

/** What a cell is in the plant file; undefined where it is blank. */
function settingOf(column: TagColumn, cells: TagCells): unknown {
  if (cells[column] === '') return undefined;
  if (column.startsWith('range')) return rangeOf(cells);
  if (flagColumns.has(column)) return true;
  return column === 'multiplier' || column === 'deadband'
    ? (numberOf(cells[column]) ?? cells[column])
    : cells[column];
}

/** An address that does not begin with its asset's base makes the asset write all of its addresses whole. */
function setAddress(document: Document, path: Path, assetPath: Path, { address, quantity }: TagCells): void {
  const base = String(document.getIn([...assetPath, 'base']) ?? '');
  const isWhole = address !== '' && base !== '' && (!address.startsWith(base) || address === base);
  if (isWhole) writeWhole(document, assetPath, base);
  const rest = isWhole ? address : address.slice(base.length);
  setKey(document, path, 'address', rest === quantity || rest === '' ? undefined : rest);
}

function writeWhole(document: Document, assetPath: Path, base: string): void {
  const tags = document.getIn([...assetPath, 'tags']);
  if (!isMap(tags)) return;
  for (const { key } of tags.items) {
    const path = [...assetPath, 'tags', String(key)];
    const own = document.getIn([...path, 'address']) ?? String(key);
    setKey(document, path, 'address', `${base}${own}`);
  }
  document.deleteIn([...assetPath, 'base']);
}

function setKey(document: Document, path: Path, key: string, value: unknown): void {
  if (value === undefined) {
    if (isMap(document.getIn(path))) document.deleteIn([...path, key]);
    return;
  }
  if (!isMap(document.getIn(path))) {
    const tag = document.createNode({});
    tag.flow = true;
    document.setIn(path, tag);
  }
  document.setIn([...path, key], Array.isArray(value) ? flowSequence(document, value) : value);
}

function flowSequence(document: Document, values: readonly unknown[]) {
  const node = document.createNode(values);
  node.flow = true;
  return node;
}

function applyAdded(document: Document, { cells }: Added): void {
  const assetPath = assetPathOf(document, cells);
  const path = [...assetPath, 'tags', cells.quantity];
  document.setIn(path, null);
  const columns = ['source', 'address', 'unit', 'kind', 'multiplier', 'range low'] as const;
  const settings = ['deadband', 'sampling', 'writable', 'cumulates'] as const;
  for (const column of [...columns, ...settings]) {
    if (cells[column] !== '') setCell(document, path, assetPath, column, cells);
  }
}

/** The asset of a new tag; made, with its area and line, where there is none. */
function assetPathOf(document: Document, cells: TagCells): Path {
  const area = listEntry(document, ['areas'], cells.area, 'lines');
  const line = listEntry(document, [...area, 'lines'], cells.line, 'assets');
  const assets = document.getIn([...line, 'assets']);
  const known = isSeq(assets) ? assets.items : [];
  const index = known.findIndex((item) => isMap(item) && item.get('id') === cells.asset);
  const path = [...line, 'assets', index >= 0 ? index : known.length];
  if (index < 0) document.addIn([...line, 'assets'], newAsset(document, cells));
  return path;
}

function newAsset(document: Document, { asset, nature, source, 'asset name': name }: TagCells) {
  return document.createNode({
    id: asset,
    ...(name !== '' && { name }),
    nature,
    ...(source !== '' && { source }),
    tags: {},
  });
}

const numberOf = (text: string): number | undefined =>
  text !== '' && Number.isFinite(Number(text)) ? Number(text) : undefined;

function rangeOf(cells: TagCells): number[] | undefined {
  const ends = [numberOf(cells['range low']), numberOf(cells['range high'])];
  return ends.every((end) => end !== undefined) ? ends : undefined;
}

/** One line a changed cell, `+` and `-` lines for tags that come and go. */
export function printChanges(changes: readonly TagChange[], removeMissing: boolean): string[] {
  return changes.flatMap((change) => {
    if (change.kind === 'added') return [`+ ${change.tag}  ${change.cells.address}`.trimEnd()];
    if (change.kind === 'missing') return removeMissing ? [`- ${change.tag}`] : [];
    return change.cells.map(
      ({ column, from, to }) => `~ ${change.tag}  ${column}: ${from || '(default)'} -> ${to || '(default)'}`,
    );
  });
}
