import type { Asset } from '../../model/plant.ts';
import type { AlarmDefinition, AlarmSource } from './definition.ts';

/** Share of a limit that a value must fall back before its alarm clears. */
const DEADBAND_SHARE = 0.05;

type Rule = Pick<AlarmDefinition, 'unit' | 'basis'> & Partial<AlarmDefinition>;

/** An alarm of an asset, with the defaults of this project. @param name unique on the asset */
export const alarm = (asset: Asset, name: string, source: AlarmSource, rule: Rule): AlarmDefinition => ({
  id: `${asset.id}.${name}`,
  asset: asset.id,
  source,
  side: 'high',
  deadband: { shareOfLimit: DEADBAND_SHARE },
  onDelayMs: 0,
  offDelayMs: 0,
  priority: 'high',
  ...rule,
});

/** A derived figure of an asset that carries its own limit. */
export const figure = (
  measurement: string,
  series: Readonly<Record<string, string>>,
  windowMs: number,
  rest: { readonly field?: string; readonly limitField?: string; readonly unlessField?: string } = {},
): AlarmSource => ({
  kind: 'result',
  measurement,
  series,
  windowMs,
  field: 'value',
  limitField: 'limit',
  ...rest,
});
