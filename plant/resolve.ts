import type { QuantityDefinition, ValueKind } from '../model/nature.ts';
import { natures } from '../model/natures.ts';
import type { OutletRegistration } from '../model/outlet.ts';
import type { Asset, Deadband, Plant, Tag } from '../model/plant.ts';
import { dayTypes, type Tariff } from '../model/tariff.ts';
import { parseDurationMs } from '../model/window.ts';
import type { TariffFile } from './energy-schema.ts';
import { resolveEnergy } from './resolve-energy.ts';
import { resolveOutlets } from './resolve-environment.ts';
import type { PlantFile } from './schema.ts';
import { fullAddress, type PlacedAsset, type PlacedTag, placedAssets, placedTags, sourceOf } from './walk.ts';

const DEFAULT_SAMPLING_MS = 1000;

/** Turns a file without problems into the plant the platform runs, every default filled in. */
export function resolvePlant(file: PlantFile): Plant {
  const outlets = resolveOutlets(file);
  const assets = placedAssets(file).map((placed) => resolveAsset(placed, outlets.get(placed.asset.id)));
  const tags = assets.flatMap((asset) => asset.tags);
  const tariff = file.energy?.tariff;
  const energy = resolveEnergy(file);
  return {
    site: file.site,
    assets,
    tags,
    assetsById: new Map(assets.map((asset) => [asset.id, asset])),
    tagsById: new Map(tags.map((tag) => [tag.id, tag])),
    ...(tariff && { tariff: resolveTariff(tariff) }),
    ...(energy && { energy }),
  };
}

const allMonths = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];

function resolveTariff(tariff: TariffFile): Tariff {
  const versions = tariff.versions.map((version) => ({
    ...version,
    schedules: version.schedules.map((schedule) => ({ months: allMonths, dayTypes, ...schedule })),
  }));
  return { unit: 'kWh', ...tariff, versions };
}

function resolveAsset(placed: PlacedAsset, outlet: OutletRegistration | undefined): Asset {
  const { area, line, asset } = placed;
  const nature = natures[asset.nature];
  if (!nature) throw new RangeError(`nature ${asset.nature} was not checked`);
  return {
    id: asset.id,
    name: asset.name ?? asset.id,
    area: area.id,
    line: line.id,
    nature,
    parent: asset.parent,
    properties: asset.properties ?? {},
    tags: placedTags(placed).map(resolveTag),
    ...(outlet && { outlet }),
  };
}

function resolveTag(placed: PlacedTag): Tag {
  const { area, line, asset, quantity, tag } = placed;
  const definition = natures[asset.nature]?.quantities[quantity] ?? ownDefinition(quantity, tag);
  return {
    id: `${asset.id}.${quantity}`,
    asset: asset.id,
    area: area.id,
    line: line.id,
    quantity,
    definition,
    unit: definition.unit,
    nature: asset.nature,
    source: sourceOf(placed) ?? '',
    address: fullAddress(placed),
    sourceUnit: tag.unit ?? definition.unit,
    multiplier: tag.multiplier ?? 1,
    range: tag.range,
    deadband: resolveDeadband(tag.deadband),
    samplingIntervalMs: parseDurationMs(tag.sampling ?? asset.sampling ?? '') ?? DEFAULT_SAMPLING_MS,
    writable: tag.writable ?? false,
  };
}

function ownDefinition(quantity: string, tag: PlacedTag['tag']): QuantityDefinition {
  const definition = {
    unit: tag.unit ?? '1',
    kind: (tag.kind ?? 'number') as ValueKind,
    label: { en: quantity, zh: quantity },
  };
  return tag.cumulates ? { ...definition, cumulates: true } : definition;
}

function resolveDeadband(deadband: number | string | undefined): Deadband | undefined {
  if (deadband === undefined) return undefined;
  if (typeof deadband === 'number') return { kind: 'absolute', value: deadband };
  return { kind: 'percent', value: Number.parseFloat(deadband) };
}
