import type { Asset, Plant } from '../../model/plant.ts';
import { quarterHourMs } from '../../model/window.ts';
import type { AlarmDefinition, AlarmPriority, AlarmSource } from './definition.ts';
import { energyAlarms } from './energy-alarms.ts';
import { environmentAlarms } from './environment-alarms.ts';
import { conditionAlarms } from './equipment-alarms.ts';
import { alarm } from './make-alarm.ts';

/** Every limit alarm that the plant file asks for, by its register and its properties. */
export function alarmsOfPlant(plant: Plant): readonly AlarmDefinition[] {
  return plant.assets.flatMap((asset) => [
    ...energyAlarms(asset),
    ...environmentAlarms(asset),
    ...vibrationAlarms(asset),
    ...conditionAlarms(asset),
  ]);
}

/** Above zone C damage is possible; zone C itself is for a limited time only. @see ISO 20816-3:2022 */
function vibrationAlarms(asset: Asset): AlarmDefinition[] {
  const { machineGroup, support } = asset.properties;
  const isMonitored = asset.tags.some(({ quantity }) => quantity === 'vibrationVelocity');
  if (!isMonitored || machineGroup === undefined || support === undefined) return [];
  return (['C', 'D'] as const).map((zone) => {
    const source: AlarmSource = {
      ...{ kind: 'result', measurement: 'vibration_severity', series: { asset: asset.id } },
      ...{ field: 'value', limitField: zone === 'C' ? 'limitBC' : 'limitCD', windowMs: quarterHourMs },
    };
    const priority: AlarmPriority = zone === 'C' ? 'medium' : 'high';
    const rule = { unit: 'mm/s', deadband: { absolute: 0.1 }, priority, basis: 'ISO 20816-3:2022' };
    return alarm(asset, `vibration.zone${zone}`, source, rule);
  });
}
