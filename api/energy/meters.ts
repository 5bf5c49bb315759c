import { PlantscopeError } from '../../model/error.ts';
import { natures } from '../../model/natures.ts';
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

/**
 * A meter or carrier to restrict an answer to.
 * @throws PlantscopeError `unknown-asset`, `invalid-request` naming the carriers there are
 */
export function requireFilter(
  plant: Plant,
  filter: { meter?: string | undefined; carrier?: string | undefined },
): void {
  if (filter.meter !== undefined) meterOrSupply(plant, filter.meter);
  const { carrier } = filter;
  if (carrier === undefined || carriers.has(carrier)) return;
  throw new PlantscopeError('invalid-request', `There is no carrier "${carrier}"`, {
    where: 'carrier',
    hint: `Carriers: ${[...carriers].join(', ')}.`,
  });
}

const carriers: ReadonlySet<string> = new Set(Object.values(natures).flatMap(({ carrier }) => carrier ?? []));
