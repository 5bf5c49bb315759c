import type { Plant } from '../../../model/plant.ts';
import {
  type FitRate,
  type FitRateRequirement,
  fitRates,
  type MeteringLevel,
  type MeteringPoint,
} from '../../energy/metering-fit-rate.ts';

const carriers: Readonly<Record<string, FitRateRequirement['carrier']>> = {
  electricity: 'electricity',
  gas: 'gas',
  steam: 'steam',
  heat: 'steam',
  water: 'water',
};

/**
 * Every meter is an installed point: at the boundary, of a unit below it, or of main equipment further down. What the plant file
 * lists as missing is required and not installed.
 */
export function fitRatesOf(plant: Plant): FitRate[] {
  const installed = plant.assets.flatMap((asset): MeteringPoint[] => {
    const carrier = carriers[asset.nature.carrier ?? ''];
    return carrier ? [{ carrier, level: levelOf(plant, asset.id), isInstalled: true }] : [];
  });
  const missing = (plant.energy?.missingMeters ?? []).flatMap(({ carrier, level }): MeteringPoint[] => {
    const known = carriers[carrier];
    return known ? [{ carrier: known, level, isInstalled: false }] : [];
  });
  return fitRates([...installed, ...missing]);
}

function levelOf({ assetsById }: Plant, id: string): MeteringLevel {
  const parent = assetsById.get(id)?.parent;
  if (parent === undefined) return 'site';
  return assetsById.get(parent)?.parent === undefined ? 'unit' : 'equipment';
}
