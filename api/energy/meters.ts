import { PlantscopeError } from '../../model/error.ts';
import type { Asset, Plant } from '../../model/plant.ts';

/** @throws PlantscopeError `unknown-asset` where the id is no meter of energy or media */
export function requireMeter({ assetsById }: Plant, id: string): Asset {
  const asset = assetsById.get(id);
  const { carrier } = asset?.nature ?? {};
  if (asset && carrier !== undefined && carrier !== 'other') return asset;
  throw new PlantscopeError('unknown-asset', `There is no meter "${id}"`, { where: 'meter' });
}

/** The meter asked for; without one the first supply of electricity. */
export function meterOrSupply(plant: Plant, id: string | undefined): string {
  if (id !== undefined) {
    const isVirtual = plant.energy?.virtualMeters.some((meter) => meter.id === id);
    return isVirtual ? id : requireMeter(plant, id).id;
  }
  const supply = plant.assets.find(
    ({ nature, parent }) => nature.carrier === 'electricity' && parent === undefined,
  );
  if (supply) return supply.id;
  throw new PlantscopeError('not-available', 'The plant has no electricity meter');
}
