import { labelOf } from '../../../app/language.ts';
import type { PlantView } from '../../../app/plant-view.ts';

/** A quantity of a machine as the screen calls it. */
export function quantityWord(view: PlantView, asset: string, quantity: string): string {
  const tag = view.tag.get(`${asset}.${quantity}`);
  return tag ? labelOf(tag.label) : quantity;
}
