import type { Nature } from './nature.ts';
import { energyNatures } from './natures/energy.ts';
import { environmentNatures } from './natures/environment.ts';
import { equipmentNatures } from './natures/equipment.ts';

/** The asset types the platform knows. */
export const natures: Readonly<Record<string, Nature>> = {
  ...energyNatures,
  ...equipmentNatures,
  ...environmentNatures,
};
