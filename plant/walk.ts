import type { AreaFile, AssetFile, LineFile, TagFile } from './asset-schema.ts';
import type { PathStep } from './problem.ts';
import type { PlantFile } from './schema.ts';

/** An asset of the file with its place. */
export interface PlacedAsset {
  readonly area: AreaFile;
  readonly line: LineFile;
  readonly asset: AssetFile;
  readonly path: readonly PathStep[];
}

export function placedAssets(file: PlantFile): PlacedAsset[] {
  return file.areas.flatMap((area, a) =>
    area.lines.flatMap((line, l) =>
      line.assets.map((asset, i) => ({ area, line, asset, path: ['areas', a, 'lines', l, 'assets', i] })),
    ),
  );
}

export interface PlacedTag extends PlacedAsset {
  readonly quantity: string;
  readonly tag: NonNullable<TagFile>;
}

/** The tags of an asset; a tag written without a body has every default. */
export function placedTags(placed: PlacedAsset): PlacedTag[] {
  return Object.entries(placed.asset.tags).map(([quantity, tag]) => ({
    ...placed,
    quantity,
    tag: tag ?? {},
    path: [...placed.path, 'tags', quantity],
  }));
}

/** The source's full address: the asset's base, then the tag's address, which defaults to the quantity's name. */
export function fullAddress({ asset, quantity, tag }: PlacedTag): string {
  return `${asset.base ?? ''}${tag.address ?? quantity}`;
}

export const sourceOf = ({ asset, tag }: PlacedTag): string | undefined => tag.source ?? asset.source;
