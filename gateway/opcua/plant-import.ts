import { Document, parseDocument } from 'yaml';
import type { ValueKind } from '../../model/nature.ts';
import { natures } from '../../model/natures.ts';
import { converter, isUnit } from '../../model/unit.ts';
import { listEntry } from '../../plant/edit-yaml.ts';
import type { OpcuaSourceFile } from '../../plant/source-schema.ts';
import type { BrowsedNode, VariableFacts } from './browse-server.ts';
import { unitOf } from './engineering-unit.ts';
import { guessNature } from './guess-nature.ts';

/** A variable of the server with what it holds. */
export interface ImportedVariable {
  readonly node: BrowsedNode;
  readonly facts: VariableFacts;
}

export interface ImportPlan {
  readonly assets: readonly PlannedAsset[];
  /** Variables that can't be tags as they are, with the reason. */
  readonly skipped: readonly { readonly address: string; readonly reason: string }[];
}

export interface PlannedAsset {
  readonly id: string;
  readonly name: string;
  readonly area: string;
  readonly line: string;
  readonly nature: string;
  readonly tags: readonly PlannedTag[];
}

export interface PlannedTag {
  readonly quantity: string;
  readonly address: string;
  readonly unit: string | undefined;
  readonly kind: ValueKind;
  readonly range: readonly [number, number] | undefined;
}

const kinds: Readonly<Record<string, ValueKind>> = {
  Boolean: 'boolean',
  SByte: 'number',
  Byte: 'number',
  Int16: 'number',
  UInt16: 'number',
  Int32: 'number',
  UInt32: 'number',
  Int64: 'number',
  UInt64: 'number',
  Float: 'number',
  Double: 'number',
  String: 'text',
  LocalizedText: 'text',
  DateTime: 'text',
};

/** Arrays longer than this are waveforms or tables, no set of tags. */
const longestArray = 16;

/**
 * Turns variables into assets: the object that holds variables is the asset, what is above it the line and the area.
 * @param takenIds ids of assets that the plant file has already
 */
export function planImport(
  variables: readonly ImportedVariable[],
  takenIds: ReadonlySet<string> = new Set(),
): ImportPlan {
  const skipped: ImportPlan['skipped'][number][] = [];
  const devices = new Map<string, { readonly path: readonly string[]; readonly tags: DeviceVariable[] }>();
  for (const variable of variables) {
    const parts = toDeviceVariables(variable);
    if (parts.length === 0) {
      skipped.push({
        address: variable.node.address,
        reason: `${variable.facts.dataType} is no kind of tag`,
      });
      continue;
    }
    const path = variable.node.path.slice(0, -1).map(({ name }) => name);
    const key = path.join('\u0000');
    const device = devices.get(key) ?? { path, tags: [] };
    device.tags.push(...parts);
    devices.set(key, device);
  }
  const ids = new Set(takenIds);
  return {
    assets: [...devices.values()].flatMap((device) => toAssets(device.path, device.tags, ids)),
    skipped,
  };
}

interface DeviceVariable {
  readonly name: string;
  readonly address: string;
  readonly kind: ValueKind;
  readonly unit: string | undefined;
  readonly range: readonly [number, number] | undefined;
}

function toDeviceVariables({ node, facts }: ImportedVariable): DeviceVariable[] {
  const kind = kinds[facts.dataType];
  if (kind === undefined) return [];
  const name = node.path.at(-1)?.name ?? '';
  const unit = kind === 'number' ? unitOf(facts.unitName, facts.unitId) : undefined;
  const range = kind === 'number' ? facts.range : undefined;
  if (!facts.isArray) return [{ name, address: node.address, kind, unit, range }];
  const { length } = facts.value as ArrayLike<unknown>;
  if (length > longestArray) return [];
  return Array.from({ length }, (_, index) => ({
    name: `${name} ${index}`,
    address: `${node.address}#/${index}`,
    kind,
    unit,
    range,
  }));
}

/** One asset, and a second, generic one for variables that the guessed nature has no quantity for. */
function toAssets(
  path: readonly string[],
  variables: readonly DeviceVariable[],
  ids: Set<string>,
): PlannedAsset[] {
  const name = path.at(-1) ?? 'device';
  const guess = guessNature(variables, name);
  const explained = [...guess.quantities];
  const others = variables.filter((_, index) => !guess.quantities.has(index));
  const place = { area: slug(path.at(-3) ?? 'plant', 'area'), line: slug(path.at(-2) ?? 'line-1', 'line') };
  const assets: PlannedAsset[] = [];
  if (explained.length > 0) {
    const tags = explained.map(([index, quantity]) =>
      plannedTag(variables[index] as DeviceVariable, quantity),
    );
    assets.push({ ...place, id: freeId(slug(name, 'asset'), ids), name, nature: guess.nature, tags });
  }
  if (others.length > 0) {
    const id = freeId(slug(explained.length > 0 ? `${name}-other` : name, 'asset'), ids);
    const names = new Set<string>();
    const tags = others.map((variable) => plannedTag(variable, freeId(camelCase(variable.name), names)));
    assets.push({ ...place, id, name, nature: 'generic', tags });
  }
  return assets;
}

function plannedTag({ address, kind, unit, range }: DeviceVariable, quantity: string): PlannedTag {
  return { quantity, address, kind, unit, range };
}

function slug(name: string, fallback: string): string {
  const text = name
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 56)
    .replace(/-+$/, '');
  return text === '' ? fallback : text;
}

function camelCase(name: string): string {
  const words = name
    .normalize('NFKD')
    .split(/[^A-Za-z0-9]+/)
    .filter((word) => word !== '');
  const joined = words
    .map((word, index) => (index === 0 ? word : word[0]?.toUpperCase() + word.slice(1)))
    .join('');
  const text = joined.replace(/^[^A-Za-z]+/, '');
  return text === '' ? 'value' : (text[0] ?? '').toLowerCase() + text.slice(1);
}

/** Appends a number where the name is taken, and takes it. */
function freeId(wanted: string, taken: Set<string>): string {
  let id = wanted;
  const separator = /[A-Z]/.test(wanted) || !wanted.includes('-') ? '' : '-';
  for (let number = 2; taken.has(id); number++) id = `${wanted}${separator}${number}`;
  taken.add(id);
  return id;
}

/**
 * Writes a plan into a plant file: a new one, or an existing one whose own content and comments stay as they are.
 * @param text the existing file, empty for a new one
 */
export function writeImport(
  text: string,
  plan: ImportPlan,
  sourceId: string,
  source: OpcuaSourceFile,
): string {
  const document = text.trim() === '' ? newPlant() : parseDocument(text);
  document.setIn(['sources', sourceId], document.createNode(source));
  for (const asset of plan.assets) {
    const area = listEntry(document, ['areas'], asset.area, 'lines');
    const line = listEntry(document, [...area, 'lines'], asset.line, 'assets');
    document.addIn([...line, 'assets'], document.createNode(assetNode(asset, sourceId)));
  }
  return document.toString({ lineWidth: 0 });
}

function newPlant(): Document {
  return new Document({
    version: 1,
    site: { id: 'site', name: 'Imported plant', timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone },
    sources: {},
    areas: [],
  });
}

function assetNode(asset: PlannedAsset, source: string) {
  const { id, name, nature, tags } = asset;
  return {
    id,
    ...(name === id ? {} : { name }),
    nature,
    source,
    tags: Object.fromEntries(tags.map((tag) => [tag.quantity, tagNode(tag, nature)])),
  };
}

function tagNode({ quantity, address, unit, kind, range }: PlannedTag, nature: string) {
  const definition = natures[nature]?.quantities[quantity];
  const isOwn = definition === undefined;
  const named = unit !== undefined && isUnit(unit) && unit !== definition?.unit ? { unit } : {};
  return {
    address,
    ...(isOwn && kind !== 'number' ? { kind } : {}),
    ...(isOwn && kind === 'number' ? { unit: unit ?? '1' } : named),
    ...(range === undefined ? {} : { range: toStoredUnit(range, unit, definition?.unit) }),
  };
}

/** A plant file gives ranges in the unit the tag is stored in; a server in its own. */
function toStoredUnit(
  range: readonly [number, number],
  unit: string | undefined,
  stored: string | undefined,
): number[] {
  if (unit === undefined || stored === undefined) return [...range];
  const convert = converter(unit, stored);
  return range.map((end) => Number(convert(end).toPrecision(12)));
}

/** Ids of assets in a plant file, whatever else is in it. */
export function assetIds(text: string): Set<string> {
  const ids = new Set<string>();
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) for (const item of value) visit(item);
    else if (value !== null && typeof value === 'object') {
      if ('id' in value && 'nature' in value) ids.add(String(value.id));
      for (const item of Object.values(value)) visit(item);
    }
  };
  visit(text.trim() === '' ? {} : parseDocument(text).toJS());
  return ids;
}
