import type { Asset } from '../../model/plant.ts';
import { hourMs, minuteMs, quarterHourMs } from '../../model/window.ts';
import type { AlarmDefinition } from './definition.ts';
import { alarm, figure } from './make-alarm.ts';

/** Alarms of outlets, stations, treatment facilities and cameras, by nature. */
export function environmentAlarms(asset: Asset): AlarmDefinition[] {
  const own = byNature[asset.nature.name];
  return own ? own(asset) : [];
}

const byNature: Readonly<Record<string, (asset: Asset) => AlarmDefinition[]>> = {
  'stack-monitor': (asset) => [
    ...limitAlarms(asset, ['dust', 'so2', 'nox'], 'stack_hourly', 'mg/m3'),
    ...outletAlarms(asset),
  ],
  'wastewater-outlet': (asset) => [
    ...limitAlarms(
      asset,
      ['cod', 'ammoniaNitrogen', 'totalNitrogen', 'totalPhosphorus'],
      'water_hourly',
      'mg/L',
    ),
    ...acidityAlarms(asset),
    ...outletAlarms(asset),
  ],
  'ambient-station': (asset) => limitAlarms(asset, ['tsp', 'voc'], 'station_hourly', 'mg/m3'),
  'noise-meter': noiseAlarm,
  'treatment-facility': treatmentAlarm,
  'smoke-camera': smokeAlarm,
};

const limitProperties: Readonly<Record<string, string>> = {
  dust: 'limitDustMgPerM3',
  so2: 'limitSo2MgPerM3',
  nox: 'limitNoxMgPerM3',
  cod: 'limitCodMgPerL',
  ammoniaNitrogen: 'limitAmmoniaMgPerL',
  totalNitrogen: 'limitTnMgPerL',
  totalPhosphorus: 'limitTpMgPerL',
};

const isLimited = ({ properties, outlet }: Asset, pollutant: string): boolean =>
  typeof properties[limitProperties[pollutant] ?? ''] === 'number' ||
  (outlet?.limits ?? []).some((limit) => limit.pollutant === pollutant);

/** The hour's own limit counts: it follows the editions in force. */
function limitAlarms(
  asset: Asset,
  pollutants: readonly string[],
  measurement: string,
  unit: string,
): AlarmDefinition[] {
  return pollutants
    .filter((pollutant) => isLimited(asset, pollutant) && hasTag(asset, pollutant))
    .map((pollutant) =>
      alarm(
        asset,
        `${pollutant}.high`,
        figure(measurement, { asset: asset.id, pollutant }, hourMs, { unlessField: 'transient' }),
        {
          unit: asset.tags.find(({ quantity }) => quantity === pollutant)?.unit ?? unit,
          basis: basisOf(asset),
        },
      ),
    );
}

const hasTag = (asset: Asset, quantity: string): boolean =>
  asset.tags.some((tag) => tag.quantity === quantity);

/** pH is judged as it is read: acid harms at once. */
function acidityAlarms(asset: Asset): AlarmDefinition[] {
  const tag = asset.tags.find(({ quantity }) => quantity === 'ph')?.id;
  if (tag === undefined) return [];
  const registered = (side: 'low' | 'high') =>
    asset.outlet?.limits.find((limit) => limit.pollutant === 'ph' && limit.side === side)?.value;
  const sides = {
    low: asset.properties.limitPhLow ?? registered('low'),
    high: asset.properties.limitPhHigh ?? registered('high'),
  };
  return (['low', 'high'] as const).flatMap((side) => {
    const limit = sides[side];
    if (typeof limit !== 'number') return [];
    const rule = {
      ...{ limit, unit: 'pH', basis: basisOf(asset), side },
      ...{ deadband: { absolute: 0.1 }, onDelayMs: minuteMs, offDelayMs: minuteMs },
    };
    return [alarm(asset, `ph.${side}`, { kind: 'reading', tag }, rule)];
  });
}

/** Permit and instruments: what can be mended before it is an exceedance. */
function outletAlarms(asset: Asset): AlarmDefinition[] {
  return [...permitAlarms(asset), ...instrumentAlarms(asset)];
}

const permitProperties: Readonly<Record<string, string>> = {
  dust: 'permitDustT',
  so2: 'permitSo2T',
  nox: 'permitNoxT',
  cod: 'permitCodT',
  ammoniaNitrogen: 'permitAmmoniaT',
};

function permitAlarms(asset: Asset): AlarmDefinition[] {
  const totals = asset.outlet?.totals ?? [];
  const annual = new Set([
    ...totals.filter(({ annualT }) => annualT !== undefined).map(({ pollutant }) => pollutant),
    ...Object.entries(permitProperties).flatMap(([name, key]) => (key in asset.properties ? [name] : [])),
  ]);
  const monthly = totals.filter(({ monthlyT }) => monthlyT !== undefined).map(({ pollutant }) => pollutant);
  const of = (pollutant: string, period: 'year' | 'month'): AlarmDefinition[] => {
    const series = { asset: asset.id, pollutant, period };
    const rule = { unit: 't', basis: asset.outlet?.permit?.number ?? 'discharge permit' };
    const warning = figure('permit_standing', series, 0, { field: 'projectedT', limitField: 'permitT' });
    const used = figure('permit_standing', series, 0, { field: 'emittedT', limitField: 'permitT' });
    return [
      alarm(asset, `${pollutant}.${period}-total.early-warning`, warning, { ...rule, priority: 'medium' }),
      alarm(asset, `${pollutant}.${period}-total.exceeded`, used, rule),
    ];
  };
  return [
    ...[...annual].flatMap((pollutant) => of(pollutant, 'year')),
    ...monthly.flatMap((pollutant) => of(pollutant, 'month')),
  ];
}

/** Of each quantity of a registered instrument: drift beyond its limit, and values that look wrong. */
function instrumentAlarms(asset: Asset): AlarmDefinition[] {
  return (asset.outlet?.instruments ?? []).flatMap(({ id, ranges, checkGases }) =>
    Object.keys(ranges).flatMap((pollutant) => {
      const series = { asset: asset.id, pollutant };
      const check = { kind: 'result', measurement: 'instrument_check', series, windowMs: hourMs } as const;
      const doubt = { ...check, field: 'doubtCount' };
      const drift = { ...check, field: 'worstDriftPct', limitField: 'driftLimitPct' };
      const rule = { basis: `HJ 75-2017, instrument ${id}`, deadband: { absolute: 0 } };
      return [
        alarm(asset, `${pollutant}.doubt`, doubt, { ...rule, limit: 0, unit: '1', priority: 'low' }),
        ...(pollutant in checkGases
          ? [alarm(asset, `${pollutant}.drift`, drift, { ...rule, unit: '%', priority: 'medium' })]
          : []),
      ];
    }),
  );
}

/** The limit changes with day and night: each hour carries its own. */
function noiseAlarm(asset: Asset): AlarmDefinition[] {
  if (asset.properties.noiseClass === undefined) return [];
  const rule = { unit: 'dB(A)', deadband: { absolute: 1 }, priority: 'low', basis: 'GB 12348-2008' } as const;
  return [alarm(asset, 'noise.high', figure('noise_hourly', { asset: asset.id }, hourMs), rule)];
}

/** More than a third of a quarter of an hour untreated. */
const UNTREATED_MINUTES = 5;

function treatmentAlarm(asset: Asset): AlarmDefinition[] {
  const source = {
    ...({ kind: 'result', measurement: 'treatment_state', series: { asset: asset.id } } as const),
    ...{ field: 'untreatedMinutes', windowMs: quarterHourMs },
  };
  const rule = { limit: UNTREATED_MINUTES, unit: 'min', basis: 'power against production' };
  return [alarm(asset, 'untreated', source, { ...rule, deadband: { absolute: 0 } })];
}

/** Latches: the image is looked at by a person before the alarm goes. */
function smokeAlarm(asset: Asset): AlarmDefinition[] {
  const source = { ...figure('smoke', { asset: asset.id }, 0), evidenceField: 'image' } as const;
  const rule = { unit: '1', basis: 'HJ/T 398-2007', deadband: { absolute: 0 }, latching: true } as const;
  return [alarm(asset, 'smoke.high', source, rule)];
}

const basisOf = ({ properties, outlet }: Asset): string =>
  String(properties.standard ?? outlet?.limits[0]?.basis ?? 'plant file');
