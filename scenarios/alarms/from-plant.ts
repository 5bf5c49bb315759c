import type { Asset, Plant } from '../../model/plant.ts';
import { hourMs, minuteMs, quarterHourMs } from '../../model/window.ts';
import type { AlarmDefinition, AlarmPriority, AlarmSource } from './definition.ts';

/** Fraction of a limit that a value must fall back before its alarm clears. */
const DEADBAND_SHARE = 0.05;

/** Every limit alarm that the plant file's properties ask for. */
export function alarmsOfPlant(plant: Plant): readonly AlarmDefinition[] {
  return plant.assets.flatMap((asset) => [
    ...stackAlarms(asset),
    ...waterAlarms(asset),
    ...phAlarms(asset),
    ...noiseAlarm(asset),
    ...vibrationAlarms(asset),
  ]);
}

const stackLimits = { dust: 'limitDustMgPerM3', so2: 'limitSo2MgPerM3', nox: 'limitNoxMgPerM3' } as const;

function stackAlarms(asset: Asset): AlarmDefinition[] {
  if (asset.nature.name !== 'stack-monitor') return [];
  return limitAlarms(asset, stackLimits, 'stack_hourly', 'mg/m3');
}

const waterLimits = {
  cod: 'limitCodMgPerL',
  ammoniaNitrogen: 'limitAmmoniaMgPerL',
  totalNitrogen: 'limitTnMgPerL',
  totalPhosphorus: 'limitTpMgPerL',
} as const;

function waterAlarms(asset: Asset): AlarmDefinition[] {
  if (asset.nature.name !== 'wastewater-outlet') return [];
  return limitAlarms(asset, waterLimits, 'water_hourly', 'mg/L');
}

function limitAlarms(
  asset: Asset,
  limits: Readonly<Record<string, string>>,
  measurement: string,
  unit: string,
): AlarmDefinition[] {
  return Object.entries(limits).flatMap(([pollutant, property]) => {
    const limit = asset.properties[property];
    if (typeof limit !== 'number') return [];
    const series = { asset: asset.id, pollutant };
    const source: AlarmSource = { kind: 'result', measurement, series, field: 'value', windowMs: hourMs };
    return [alarm(asset, `${pollutant}.high`, source, { limit, unit, basis: basisOf(asset) })];
  });
}

function phAlarms(asset: Asset): AlarmDefinition[] {
  const tag = asset.tags.find(({ quantity }) => quantity === 'ph')?.id;
  if (asset.nature.name !== 'wastewater-outlet' || tag === undefined) return [];
  const sides = { low: asset.properties.limitPhLow, high: asset.properties.limitPhHigh };
  return (['low', 'high'] as const).flatMap((side) => {
    const limit = sides[side];
    if (typeof limit !== 'number') return [];
    const rule = { limit, unit: 'pH', basis: basisOf(asset), deadband: 0.1, onDelayMs: minuteMs };
    return [alarm(asset, `ph.${side}`, { kind: 'reading', tag }, { ...rule, offDelayMs: minuteMs, side })];
  });
}

/** The limit changes with day and night, so the alarm is on how far the hour is above it. */
function noiseAlarm(asset: Asset): AlarmDefinition[] {
  if (asset.nature.name !== 'noise-meter' || asset.properties.noiseClass === undefined) return [];
  const source: AlarmSource = {
    ...{ kind: 'result', measurement: 'noise_hourly', series: { asset: asset.id } },
    ...{ field: 'excess', windowMs: hourMs },
  };
  const rule = { limit: 0, unit: 'dB', deadband: 1, priority: 'low', basis: 'GB 12348-2008' } as const;
  return [alarm(asset, 'noise.high', source, rule)];
}

/** Above zone C damage is possible; zone C itself is for a limited time only. @see ISO 20816-3:2022 */
function vibrationAlarms(asset: Asset): AlarmDefinition[] {
  const { machineGroup, support } = asset.properties;
  const isMonitored = asset.tags.some(({ quantity }) => quantity === 'vibrationVelocity');
  if (!isMonitored || machineGroup === undefined || support === undefined) return [];
  return (['C', 'D'] as const).map((zone) => {
    const source: AlarmSource = {
      ...{ kind: 'result', measurement: 'vibration_severity', series: { asset: asset.id } },
      ...{ field: 'value', lessField: zone === 'C' ? 'limitBC' : 'limitCD', windowMs: quarterHourMs },
    };
    const priority: AlarmPriority = zone === 'C' ? 'medium' : 'high';
    const rule = {
      limit: 0,
      unit: 'mm/s above the limit',
      deadband: 0.1,
      priority,
      basis: 'ISO 20816-3:2022',
    };
    return alarm(asset, `vibration.zone${zone}`, source, rule);
  });
}

type Rule = Pick<AlarmDefinition, 'limit' | 'unit' | 'basis'> & Partial<AlarmDefinition>;

const alarm = (asset: Asset, name: string, source: AlarmSource, rule: Rule): AlarmDefinition => ({
  id: `${asset.id}.${name}`,
  asset: asset.id,
  source,
  side: 'high',
  deadband: Math.abs(rule.limit) * DEADBAND_SHARE,
  onDelayMs: 0,
  offDelayMs: 0,
  priority: 'high',
  ...rule,
});

const basisOf = ({ properties }: Asset): string => String(properties.standard ?? 'plant file');
