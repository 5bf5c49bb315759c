import type { Asset } from '../../model/plant.ts';
import { minuteMs, quarterHourMs } from '../../model/window.ts';
import type { AlarmDefinition, AlarmSource } from './definition.ts';
import { alarm } from './make-alarm.ts';

/** A warning must last: two quarters of an hour beyond its limit. */
const LASTS_MS = 30 * minuteMs;

/** A fault that is told, and the early warnings before it, of every machine that measures something. */
export function conditionAlarms(asset: Asset): AlarmDefinition[] {
  const isMeasured = asset.tags.some(
    ({ definition, quantity }) =>
      definition.kind === 'number' && !definition.cumulates && quantity !== 'state',
  );
  if (asset.nature.scenario !== 'equipment' || !isMeasured) return [];
  const health = (field: string): AlarmSource => ({
    ...{ kind: 'result', measurement: 'machine_health', series: { asset: asset.id } },
    ...{ field, windowMs: quarterHourMs },
  });
  const warning = {
    limit: 1,
    unit: '1',
    deadband: { absolute: 0.2 },
    priority: 'low',
    onDelayMs: LASTS_MS,
  } as const;
  return [
    alarm(asset, 'diagnosis', health('diagnosisConfidence'), {
      ...{ limit: 0.5, unit: '1', deadband: { absolute: 0 }, priority: 'medium' },
      basis: 'ISO 13379-1 procedure, rules of the knowledge base',
    }),
    alarm(asset, 'early-warning', health('warning'), {
      ...warning,
      basis: 'ISO 7870 charts on learned residuals',
    }),
    alarm(asset, 'anomaly', health('anomaly'), { ...warning, basis: 'learned model of the machine' }),
  ];
}
