import type { DashboardDefinition } from '../panel.ts';
import { energyDashboard } from './energy.ts';
import { environmentDashboard } from './environment.ts';
import { equipmentDashboard } from './equipment.ts';

/** One dashboard a scenario. */
export const dashboards: readonly DashboardDefinition[] = [
  energyDashboard,
  equipmentDashboard,
  environmentDashboard,
];
