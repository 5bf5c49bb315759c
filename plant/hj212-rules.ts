import { natures } from '../model/natures.ts';
import { minuteMs, parseDurationMs } from '../model/window.ts';
import type { Hj212PlatformFile, Hj212StationFile } from './hj212-schema.ts';
import type { Problem } from './problem.ts';
import type { PlantFile } from './schema.ts';
import { placedAssets } from './walk.ts';

type Path = Problem['path'];

const HOUR_MINUTES = 60;

/** Natures that have factors of the standard (gateway/hj212/uplink/stations.ts; a test compares). */
export const hj212Natures: readonly string[] = [
  ...['stack-monitor', 'wastewater-outlet', 'ambient-station', 'weather-station', 'noise-meter'],
];

/** Stations report assets that exist; platforms get stations that exist. */
export function hj212Problems(file: PlantFile): Problem[] {
  const uplink = file.northbound?.hj212;
  if (uplink === undefined) return [];
  const path: Path = ['northbound', 'hj212'];
  const assets = new Map(placedAssets(file).map(({ asset }) => [asset.id, asset.nature]));
  return [
    ...uplink.stations.flatMap((station, index) =>
      stationProblems(station, assets, [...path, 'stations', index]),
    ),
    ...repeated(
      uplink.stations.map(({ mn }) => mn),
      (index) => [...path, 'stations', index, 'mn'],
      'station',
    ),
    ...repeated(
      uplink.platforms.map(({ id }) => id),
      (index) => [...path, 'platforms', index, 'id'],
      'platform',
    ),
    ...uplink.platforms.flatMap((platform, index) =>
      platformProblems(platform, uplink.stations, [...path, 'platforms', index]),
    ),
  ];
}

function stationProblems(
  { asset, factors = {}, decimals = {} }: Hj212StationFile,
  assets: ReadonlyMap<string, string>,
  path: Path,
): Problem[] {
  const nature = assets.get(asset);
  if (nature === undefined) {
    const message = `there is no asset "${asset}"`;
    return [{ code: 'unknown-asset', path: [...path, 'asset'], message, hint: 'Name one of areas.' }];
  }
  if (!hj212Natures.includes(nature)) {
    const message = `a ${nature} is no outlet or station`;
    const hint = `Natures that are reported: ${hj212Natures.join(', ')}`;
    return [{ code: 'not-reportable', path: [...path, 'asset'], message, hint }];
  }
  const quantities = natures[nature]?.quantities ?? {};
  return Object.entries({ factors, decimals })
    .flatMap(([key, byQuantity]) => Object.keys(byQuantity).map((quantity) => ({ key, quantity })))
    .filter(({ quantity }) => !(quantity in quantities))
    .map(({ key, quantity }) => ({
      ...{ code: 'unknown-quantity', path: [...path, key, quantity] },
      message: `a ${nature} has no quantity "${quantity}"`,
      hint: `Its quantities: ${Object.keys(quantities).join(', ')}`,
    }));
}

function repeated(ids: readonly string[], path: (index: number) => Path, what: string): Problem[] {
  return ids.flatMap((id, index) => {
    if (ids.indexOf(id) === index) return [];
    const message = `the ${what} "${id}" is named twice`;
    return [{ code: 'duplicate-id', path: path(index), message, hint: 'One entry each.' }];
  });
}

function platformProblems(
  { stations = [], minuteInterval, realtimeInterval }: Hj212PlatformFile,
  known: readonly Hj212StationFile[],
  path: Path,
): Problem[] {
  const unknown = stations.flatMap((mn, index) => {
    if (known.some((station) => station.mn === mn)) return [];
    const message = `there is no station "${mn}"`;
    const hint = 'Name the mn of one of northbound.hj212.stations.';
    return [{ code: 'unknown-station', path: [...path, 'stations', index], message, hint }];
  });
  const minutes = parseDurationMs(minuteInterval ?? '10min') ?? 0;
  const seconds = (parseDurationMs(realtimeInterval ?? '30s') ?? 0) / 1000;
  const divides = Number.isInteger(minutes / minuteMs) && HOUR_MINUTES % (minutes / minuteMs) === 0;
  return [
    ...unknown,
    ...(divides ? [] : [interval([...path, 'minuteInterval'], 'must be whole minutes that divide the hour')]),
    ...(Number.isInteger(seconds) && seconds >= 1 && seconds <= 3600
      ? []
      : [interval([...path, 'realtimeInterval'], 'must be whole seconds from 1 s to 1 h')]),
  ];
}

const interval = (path: Path, message: string): Problem => ({
  ...{ code: 'bad-interval', path, message },
  hint: 'Such as 30s and 10min.',
});
