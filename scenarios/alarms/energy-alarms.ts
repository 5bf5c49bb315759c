import type { Asset } from '../../model/plant.ts';
import type { AlarmDefinition, AlarmSource } from './definition.ts';
import { alarm } from './make-alarm.ts';

/** Share of the allowed demand at which the forecast of the running window warns. */
const WARN_SHARE = 0.95;
/** How often the running window is looked at. */
const EVERY_MS = 15_000;

/** The running demand window: an early warning while there is time to shed load, and the alarm when there is none. */
export function energyAlarms(asset: Asset): AlarmDefinition[] {
  const { declaredDemandKw } = asset.properties;
  if (asset.nature.carrier !== 'electricity' || typeof declaredDemandKw !== 'number') return [];
  const sourceOf = (field: string): AlarmSource => ({
    ...{ kind: 'result', measurement: 'energy_demand_running', series: { asset: asset.id } },
    ...{ field, windowMs: EVERY_MS },
  });
  const rule = { unit: 'kW', basis: 'declared demand' };
  const early = { ...rule, limit: WARN_SHARE * declaredDemandKw, priority: 'medium' } as const;
  const exceeded = { ...rule, limit: declaredDemandKw, priority: 'high' } as const;
  return [
    alarm(asset, 'demand.early', sourceOf('value'), early),
    alarm(asset, 'demand.exceeded', sourceOf('certainKw'), exceeded),
  ];
}
