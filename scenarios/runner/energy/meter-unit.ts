import type { Plant } from '../../../model/plant.ts';
import { mainQuantity } from './stored-interval.ts';

/** Unit of a meter's main register, or of a virtual meter. */
export function meterUnit(plant: Pick<Plant, 'assetsById' | 'energy'>, id: string): string {
  const asset = plant.assetsById.get(id);
  if (asset) return asset.nature.quantities[mainQuantity(asset) ?? '']?.unit ?? '';
  return plant.energy?.virtualMeters.find((meter) => meter.id === id)?.unit ?? '';
}
