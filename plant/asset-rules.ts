import type { Nature, PropertyDefinition } from '../model/nature.ts';
import { natures } from '../model/natures.ts';
import type { Problem } from './problem.ts';
import { suggest } from './suggest.ts';
import type { PlacedAsset } from './walk.ts';

export function assetProblems(assets: readonly PlacedAsset[]): Problem[] {
  const byId = new Map(assets.map((placed) => [placed.asset.id, placed]));
  return [
    ...duplicateIds(assets),
    ...assets.flatMap((placed) => {
      const nature = natures[placed.asset.nature];
      if (!nature) return [unknownNature(placed)];
      return [
        ...missingQuantities(placed, nature),
        ...propertyProblems(placed, nature),
        ...parentProblems(placed, byId),
      ];
    }),
  ];
}

function duplicateIds(assets: readonly PlacedAsset[]): Problem[] {
  const seen = new Set<string>();
  return assets.flatMap(({ asset, path }) => {
    if (!seen.has(asset.id)) {
      seen.add(asset.id);
      return [];
    }
    const hint = 'An asset id is unique in the whole plant: tags are named <asset>.<quantity>.';
    return [
      { code: 'duplicate-id', path: [...path, 'id'], message: `asset id "${asset.id}" is used twice`, hint },
    ];
  });
}

const unknownNature = ({ asset, path }: PlacedAsset): Problem => ({
  code: 'unknown-nature',
  path: [...path, 'nature'],
  message: `unknown nature "${asset.nature}"`,
  hint: suggest(asset.nature, Object.keys(natures)),
});

function missingQuantities({ asset, path }: PlacedAsset, nature: Nature): Problem[] {
  return Object.entries(nature.quantities)
    .filter(([quantity, definition]) => definition.required && !(quantity in asset.tags))
    .map(([quantity, definition]) => ({
      code: 'missing-tag',
      path: [...path, 'tags'],
      at: 'key' as const,
      message: `nature ${nature.name} must have the tag "${quantity}" (${definition.label.en}, ${definition.unit})`,
      hint: `Add ${quantity}: with its address, or use another nature.`,
    }));
}

function propertyProblems({ asset, path }: PlacedAsset, nature: Nature): Problem[] {
  return Object.entries(asset.properties ?? {}).flatMap(([name, value]) => {
    const definition = nature.properties[name];
    const at = [...path, 'properties', name];
    if (!definition) {
      if (nature.open) return [];
      const hint = suggest(name, Object.keys(nature.properties));
      return [
        {
          code: 'unknown-property',
          path: at,
          at: 'key' as const,
          message: `unknown property "${name}"`,
          hint,
        },
      ];
    }
    const expected = expectedProperty(definition, value);
    if (expected === undefined) return [];
    return [
      { code: 'wrong-property', path: at, message: `expected ${expected}, found ${JSON.stringify(value)}` },
    ];
  });
}

function expectedProperty(definition: PropertyDefinition, value: unknown): string | undefined {
  if (definition.options && !definition.options.includes(String(value)))
    return `one of ${definition.options.join(', ')}`;
  if (definition.options) return undefined;
  const type = { number: 'number', text: 'string', boolean: 'boolean' }[definition.kind];
  if (typeof value === type) return undefined;
  return definition.unit ? `a number in ${definition.unit}` : `a ${definition.kind}`;
}

function parentProblems({ asset, path }: PlacedAsset, byId: ReadonlyMap<string, PlacedAsset>): Problem[] {
  if (asset.parent === undefined) return [];
  const at = [...path, 'parent'];
  const parent = byId.get(asset.parent);
  if (!parent) {
    const hint = suggest(asset.parent, [...byId.keys()]);
    return [{ code: 'unknown-parent', path: at, message: `unknown parent "${asset.parent}"`, hint }];
  }
  const [own, above] = [natures[asset.nature]?.carrier, natures[parent.asset.nature]?.carrier];
  if (!natures[parent.asset.nature]) return [];
  if (own === undefined || own !== above) {
    const message = `a parent meters the same carrier: ${asset.nature} can't hang under ${parent.asset.nature}`;
    return [{ code: 'parent-carrier', path: at, message }];
  }
  return isInCycle(asset.id, byId)
    ? [{ code: 'parent-cycle', path: at, message: 'the meter tree runs in a circle' }]
    : [];
}

function isInCycle(id: string, byId: ReadonlyMap<string, PlacedAsset>): boolean {
  const visited = new Set<string>();
  for (let at = byId.get(id)?.asset.parent; at !== undefined; at = byId.get(at)?.asset.parent) {
    if (at === id) return true;
    if (visited.has(at)) return false;
    visited.add(at);
  }
  return false;
}
