import type { ValueKind } from '../../model/nature.ts';
import type { BrowsedNode } from './browse-server.ts';
import { unitOf } from './engineering-unit.ts';
import { guessNature } from './guess-nature.ts';
import { camelCase, freeId, slug } from './import-names.ts';
import type { VariableFacts } from './variable-facts.ts';

/** A variable of the server with what it holds. */
export interface ImportedVariable {
  readonly node: BrowsedNode;
  readonly facts: VariableFacts;
}

export interface ImportPlan {
  readonly assets: readonly PlannedAsset[];
  /** Variables that can't be tags as they are, with the reason. */
  readonly skipped: readonly Skipped[];
  /** Units that Plantscope does not know, as the server prints them. */
  readonly unknownUnits: readonly Skipped[];
  /** Tags of this source that the file has already. */
  readonly alreadyThere: number;
}

export interface Skipped {
  readonly address: string;
  readonly reason: string;
}

export interface PlannedAsset {
  readonly id: string;
  readonly name: string;
  /** Names as the server says them. */
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

/** What the plant file holds already. */
export interface ExistingTags {
  readonly assetIds: ReadonlySet<string>;
  /** Addresses that tags of the same source read. */
  readonly addresses: ReadonlySet<string>;
}

/**
 * Turns variables into assets: the object that holds variables is the asset, what is above it the line and the area.
 * What the file reads already is left as it is.
 */
export function planImport(variables: readonly ImportedVariable[], existing: ExistingTags): ImportPlan {
  const skipped: Skipped[] = [];
  const unknownUnits: Skipped[] = [];
  let alreadyThere = 0;
  const devices = new Map<string, { readonly path: readonly string[]; readonly tags: DeviceVariable[] }>();
  for (const { node, facts } of variables) {
    const parts = toDeviceVariables({ node, facts });
    if (parts.length === 0) skipped.push({ address: node.address, reason: facts.reason });
    if (facts.unitName && parts.some(({ kind, unit }) => kind === 'number' && unit === undefined))
      unknownUnits.push({ address: node.address, reason: facts.unitName });
    const added = parts.filter(({ address }) => !existing.addresses.has(address));
    alreadyThere += parts.length - added.length;
    if (added.length === 0) continue;
    const path = node.devicePath.map(({ name }) => name);
    const key = path.join('\u0000');
    const device = devices.get(key) ?? { path, tags: [] };
    device.tags.push(...added);
    devices.set(key, device);
  }
  const ids = new Set(existing.assetIds);
  return {
    assets: [...devices.values()].flatMap((device) => toAssets(device.path, device.tags, ids)),
    ...{ skipped, unknownUnits, alreadyThere },
  };
}

interface DeviceVariable {
  readonly name: string;
  readonly address: string;
  readonly kind: ValueKind;
  readonly unit: string | undefined;
  readonly range: readonly [number, number] | undefined;
}

/** A variable below a variable belongs to the object that holds both. */
function toDeviceVariables({ node, facts }: ImportedVariable): DeviceVariable[] {
  const name = node.path
    .slice(node.devicePath.length)
    .map((step) => step.name)
    .join(' ');
  const unit = unitOf(facts.unitName, facts.unitId);
  return facts.leaves.map(({ pointer, kind }) => ({
    name: [name, ...pointer].join(' '),
    address: pointer.length === 0 ? node.address : `${node.address}#/${pointer.join('/')}`,
    ...{ kind, unit: kind === 'number' ? unit : undefined },
    range: kind === 'number' ? facts.range : undefined,
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
  const place = { area: path.at(-3) ?? 'plant', line: path.at(-2) ?? 'line-1' };
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
