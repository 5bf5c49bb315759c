import { Document, isMap, isSeq, parseDocument } from 'yaml';
import { PlantscopeError } from '../../model/error.ts';
import { natures } from '../../model/natures.ts';
import { converter, isUnit } from '../../model/unit.ts';
import { listEntry, type Path } from '../../plant/edit-yaml.ts';
import { loadPlantText } from '../../plant/load.ts';
import type { OpcuaSourceFile } from '../../plant/source-schema.ts';
import { slug } from './import-names.ts';
import type { ExistingTags, ImportPlan, PlannedAsset, PlannedTag } from './plant-import.ts';

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
  if (!isThere(document, sourceId, source))
    document.setIn(['sources', sourceId], document.createNode(source));
  for (const asset of plan.assets) {
    const area = namedEntry(document, ['areas'], asset.area, slug(asset.area, 'area'), 'lines');
    const line = namedEntry(document, [...area, 'lines'], asset.line, slug(asset.line, 'line'), 'assets');
    document.addIn([...line, 'assets'], document.createNode(assetNode(asset, sourceId)));
  }
  return document.toString({ lineWidth: 0 });
}

/** A source of that name for the same server is left as people wrote it. */
function isThere(document: Document, id: string, { endpoint }: OpcuaSourceFile): boolean {
  if (!document.hasIn(['sources', id])) return false;
  const [kind, its] = [document.getIn(['sources', id, 'kind']), document.getIn(['sources', id, 'endpoint'])];
  const list = document.getIn(['sources', id, 'endpoints']);
  const endpoints = isSeq(list) ? (list.toJSON() as unknown[]) : [its];
  if (kind === 'opcua' && endpoints.includes(endpoint)) return true;
  throw new PlantscopeError('source-taken', `the plant file has another source "${id}" already`, {
    where: `sources.${id}`,
    hint: 'Give the new one a name of its own with --source.',
  });
}

/** An entry of a list by its id; a new one is given the name that the server says, where that is another. */
function namedEntry(document: Document, list: Path, name: string, id: string, inner: string): Path {
  const path = listEntry(document, list, id, inner);
  const entry = document.getIn(path);
  const isNew = isMap(entry) && document.getIn([...path, inner, 0]) === undefined;
  if (isNew && name !== id) entry.items.splice(1, 0, document.createPair('name', name));
  return path;
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

/**
 * What a plant file has already. A file that knows nothing of the source yet may still be in the making.
 * @param text empty for a file that is not there yet
 * @throws PlantscopeError `plant-invalid`: with mistakes in it, what it has of the source can't be told from what is new
 */
export function existingTags(file: string, text: string, sourceId: string): ExistingTags {
  const knowsSource = text.trim() !== '' && parseDocument(text).hasIn(['sources', sourceId]);
  const tags = knowsSource ? loadPlantText(file, text).plant.tags : [];
  const ofSource = tags.filter(({ source }) => source === sourceId);
  return { assetIds: assetIds(text), addresses: new Set(ofSource.map(({ address }) => address)) };
}

/** Ids of assets in a plant file, whatever else is in it. */
function assetIds(text: string): Set<string> {
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
