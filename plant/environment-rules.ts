import { STANDARD_TABLES, standardTable } from '../model/emission-standards.ts';
import { natures } from '../model/natures.ts';
import type { InstrumentFile, OutletFile } from './environment-schema.ts';
import type { Problem } from './problem.ts';
import type { PlantFile } from './schema.ts';
import { suggest } from './suggest.ts';
import { type PlacedAsset, placedAssets } from './walk.ts';

type Path = Problem['path'];
type Assets = ReadonlyMap<string, PlacedAsset['asset']>;

/** What the register speaks of must be in the plant, and its tables among those known. */
export function environmentProblems(file: PlantFile): Problem[] {
  const { outlets = [], instruments = [] } = file.environment ?? {};
  const assets: Assets = new Map(placedAssets(file).map(({ asset }) => [asset.id, asset]));
  return [
    ...outlets.flatMap((outlet, i) => outletProblems(outlet, assets, ['environment', 'outlets', i])),
    ...twice(outlets.map(({ asset }) => asset)).map((i) =>
      problem('duplicate-id', ['environment', 'outlets', i, 'asset'], 'this outlet is registered twice', ''),
    ),
    ...instruments.flatMap((one, i) => instrumentProblems(one, assets, ['environment', 'instruments', i])),
    ...twice(instruments.map(({ id }) => id)).map((i) =>
      problem('duplicate-id', ['environment', 'instruments', i, 'id'], 'this instrument is listed twice', ''),
    ),
  ];
}

const twice = (ids: readonly string[]): number[] => ids.flatMap((id, i) => (ids.indexOf(id) < i ? [i] : []));

function outletProblems(outlet: OutletFile, assets: Assets, at: Path): Problem[] {
  const pollutants = [
    ...(outlet.local ?? []).map(({ pollutant }, i) => ({
      pollutant,
      path: [...at, 'local', i, 'pollutant'],
    })),
    ...(outlet.totals ?? []).map(({ pollutant }, i) => ({
      pollutant,
      path: [...at, 'totals', i, 'pollutant'],
    })),
  ];
  return [
    ...unknownAsset(outlet.asset, assets, [...at, 'asset']),
    ...(outlet.sources ?? []).flatMap((id, i) => unknownAsset(id, assets, [...at, 'sources', i])),
    ...(outlet.facilities ?? []).flatMap((id, i) => unknownAsset(id, assets, [...at, 'facilities', i])),
    ...(outlet.standards ?? []).flatMap(({ table }, i) =>
      unknownTable(table, [...at, 'standards', i, 'table']),
    ),
    ...pollutants.flatMap(({ pollutant, path }) => unknownQuantity(outlet.asset, pollutant, assets, path)),
    ...dateProblems(outlet, at),
  ];
}

function dateProblems({ permit, standards = [], local = [] }: OutletFile, at: Path): Problem[] {
  const spans = [
    ...(permit ? [{ from: permit.from, until: permit.until, path: [...at, 'permit'] }] : []),
    ...standards.map(({ from, until }, i) => ({ from, until, path: [...at, 'standards', i] })),
    ...local.map(({ from, until }, i) => ({ from, until, path: [...at, 'local', i] })),
  ];
  return spans.flatMap(({ from, until, path }) => [
    ...(from === undefined ? [] : notADay(from, [...path, 'from'])),
    ...(until === undefined ? [] : notADay(until, [...path, 'until'])),
    ...(from !== undefined && until !== undefined && from >= until
      ? [
          problem(
            'period-backward',
            [...path, 'until'],
            `${until} is not after ${from}`,
            'until is the first day after.',
          ),
        ]
      : []),
  ]);
}

function instrumentProblems(instrument: InstrumentFile, assets: Assets, at: Path): Problem[] {
  const { asset, ranges, checkGases = {}, duties = [] } = instrument;
  return [
    ...unknownAsset(asset, assets, [...at, 'asset']),
    ...Object.entries(ranges).flatMap(([quantity, [low, high]]) => [
      ...unknownQuantity(asset, quantity, assets, [...at, 'ranges', quantity]),
      ...(low < high
        ? []
        : [problem('range-empty', [...at, 'ranges', quantity], 'the range is empty', 'Write [low, high].')]),
    ]),
    ...Object.keys(checkGases)
      .filter((quantity) => !(quantity in ranges))
      .map((quantity) =>
        problem(
          'unknown-quantity',
          [...at, 'checkGases', quantity],
          `"${quantity}" has a check gas but no range`,
          'Drift is a share of the range: add it to ranges.',
        ),
      ),
    ...duties.flatMap(({ last }, i) => notADay(last, [...at, 'duties', i, 'last'])),
  ];
}

function unknownAsset(id: string, assets: Assets, path: Path): Problem[] {
  if (assets.has(id)) return [];
  return [problem('unknown-asset', path, `there is no asset "${id}"`, suggest(id, [...assets.keys()]))];
}

function unknownTable(id: string, path: Path): Problem[] {
  if (standardTable(id)) return [];
  const known = STANDARD_TABLES.map((table) => table.id);
  return [problem('unknown-standard', path, `no table "${id}" is known`, suggest(id, known))];
}

function unknownQuantity(assetId: string, quantity: string, assets: Assets, path: Path): Problem[] {
  const nature = natures[assets.get(assetId)?.nature ?? ''];
  if (!nature || quantity in nature.quantities) return [];
  const hint = suggest(quantity, Object.keys(nature.quantities));
  return [problem('unknown-quantity', path, `${nature.name} has no "${quantity}"`, hint)];
}

function notADay(text: string, path: Path): Problem[] {
  const time = Date.parse(text);
  const isDay = !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
  return isDay ? [] : [problem('not-a-date', path, `"${text}" is no day of the calendar`, 'As 2025-06-01.')];
}

const problem = (code: string, path: Path, message: string, hint: string): Problem => ({
  ...{ code, path, message },
  ...(hint !== '' && { hint }),
});
