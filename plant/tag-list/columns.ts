import type { PlantFile } from '../schema.ts';
import { fullAddress, type PlacedTag, placedAssets, placedTags, sourceOf } from '../walk.ts';

/** The columns of a tag list, with what stands in them. A blank cell means the default. */
export const tagColumns = {
  asset: 'id of the asset',
  quantity: 'what is measured; with the asset it names the tag',
  'asset name': 'of a new asset; those there are keep theirs',
  area: 'id of the area; of a new asset',
  line: 'id of the line; of a new asset',
  nature: 'kind of asset, such as electricity-meter; of a new asset',
  source: 'id of the source that reads the tag',
  address: "the source's own address, whole",
  unit: "the source's unit, where it is not the nature's",
  kind: 'number (default), boolean or text; of a quantity that the nature does not know',
  multiplier: 'current × voltage transformer ratio, or a scale',
  'range low': 'least plausible value',
  'range high': 'greatest plausible value',
  deadband: "in the source's unit, or as 0.5 % of the range",
  sampling: 'such as 500ms, 10s or 1min',
  writable: 'true where the tag may be written',
  cumulates: 'true for a register; of a quantity that the nature does not know',
} as const;

export type TagColumn = keyof typeof tagColumns;
export const columnNames = Object.keys(tagColumns) as TagColumn[];
/** Columns that hold numbers in a spreadsheet. */
export const numberColumns: ReadonlySet<TagColumn> = new Set(['multiplier', 'range low', 'range high']);
export const flagColumns: ReadonlySet<TagColumn> = new Set(['writable', 'cumulates']);
/** What the list tells of an asset and does not change. */
export const assetColumns: readonly TagColumn[] = ['asset name', 'area', 'line', 'nature'];

/** One tag as a row of texts. */
export type TagCells = Readonly<Record<TagColumn, string>>;

/** A row of a list that was read; a column that the list does not have is undefined, and is left alone. */
export interface ListedRow {
  /** As the spreadsheet counts: the header is 1. */
  readonly row: number;
  readonly cells: Readonly<Partial<Record<TagColumn, string>>>;
}

export interface PlacedRow {
  readonly placed: PlacedTag;
  readonly cells: TagCells;
}

/** Every tag of a plant file, in its order. */
export function tagRows(file: PlantFile): PlacedRow[] {
  return placedAssets(file)
    .flatMap(placedTags)
    .map((placed) => ({ placed, cells: cellsOf(placed) }));
}

function cellsOf(placed: PlacedTag): TagCells {
  const { area, line, asset, quantity, tag } = placed;
  return {
    asset: asset.id,
    quantity,
    'asset name': asset.name ?? '',
    area: area.id,
    line: line.id,
    nature: asset.nature,
    source: sourceOf(placed) ?? '',
    address: fullAddress(placed),
    unit: tag.unit ?? '',
    kind: tag.kind ?? '',
    multiplier: textOf(tag.multiplier),
    'range low': textOf(tag.range?.[0]),
    'range high': textOf(tag.range?.[1]),
    deadband: textOf(tag.deadband),
    sampling: tag.sampling ?? '',
    writable: tag.writable ? 'true' : '',
    cumulates: tag.cumulates ? 'true' : '',
  };
}

const textOf = (value: number | string | undefined): string => (value === undefined ? '' : String(value));

export const tagIdOf = ({ asset, quantity }: Pick<TagCells, 'asset' | 'quantity'>): string =>
  `${asset}.${quantity}`;
