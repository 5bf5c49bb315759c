import type { Plant } from '../../../model/plant.ts';
import type { MeterNode } from '../../energy/meter-tree.ts';
import { mainQuantity } from './stored-interval.ts';

/** The plant's meters as nodes of their trees, with the loss that the plant file declares. */
export function meterNodes({ assets }: Pick<Plant, 'assets'>): MeterNode[] {
  return assets.flatMap((asset) => {
    const { id, name, nature, parent, properties } = asset;
    const unit = nature.quantities[mainQuantity(asset) ?? '']?.unit;
    if (nature.carrier === undefined || unit === undefined) return [];
    const { lossPct } = properties;
    return [
      {
        ...{ id, name, carrier: nature.carrier, unit },
        ...(parent !== undefined && { parent }),
        ...(typeof lossPct === 'number' && { lossShare: lossPct / 100 }),
      },
    ];
  });
}
