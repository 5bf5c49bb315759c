import type { EmissionLimit } from '../../model/outlet.ts';
import type { Asset } from '../../model/plant.ts';

/** The limit that a value is held against, with where it comes from. */
export interface AppliedLimit {
  readonly value: number;
  readonly unit: string;
  readonly basis: string;
}

/** Limits that a plant file without a register gives as properties of the asset. */
const limitProperties: Readonly<Record<string, readonly [property: string, unit: string]>> = {
  'dust.high': ['limitDustMgPerM3', 'mg/m3'],
  'so2.high': ['limitSo2MgPerM3', 'mg/m3'],
  'nox.high': ['limitNoxMgPerM3', 'mg/m3'],
  'cod.high': ['limitCodMgPerL', 'mg/L'],
  'ammoniaNitrogen.high': ['limitAmmoniaMgPerL', 'mg/L'],
  'totalNitrogen.high': ['limitTnMgPerL', 'mg/L'],
  'totalPhosphorus.high': ['limitTpMgPerL', 'mg/L'],
  'ph.low': ['limitPhLow', 'pH'],
  'ph.high': ['limitPhHigh', 'pH'],
  'ringelmann.high': ['limitGrade', '1'],
};

const permitProperties: Readonly<Record<string, string>> = {
  dust: 'permitDustT',
  so2: 'permitSo2T',
  nox: 'permitNoxT',
  cod: 'permitCodT',
  ammoniaNitrogen: 'permitAmmoniaT',
};

type Side = EmissionLimit['side'];

/**
 * The limit in force at an instant: the strictest of all standards, local rules and properties that hold then; undefined
 * where none does. Of two equal ones the first named counts.
 */
export function limitAt(
  asset: Asset,
  pollutant: string,
  atMs: number,
  side: Side = 'high',
): AppliedLimit | undefined {
  const inForce = (asset.outlet?.limits ?? []).filter(
    (limit) =>
      limit.pollutant === pollutant &&
      limit.side === side &&
      limit.fromMs <= atMs &&
      (limit.untilMs === undefined || atMs < limit.untilMs),
  );
  const own = propertyLimit(asset, pollutant, side);
  const all: readonly AppliedLimit[] = own ? [own, ...inForce] : inForce;
  const stricter = (a: AppliedLimit, b: AppliedLimit): boolean =>
    side === 'high' ? b.value < a.value : b.value > a.value;
  const [first, ...rest] = all;
  if (!first) return undefined;
  const { value, unit, basis } = rest.reduce((best, one) => (stricter(best, one) ? one : best), first);
  return { value, unit, basis };
}

function propertyLimit({ properties }: Asset, pollutant: string, side: Side): AppliedLimit | undefined {
  const [property, unit] = limitProperties[`${pollutant}.${side}`] ?? [];
  const value = property === undefined ? undefined : properties[property];
  if (typeof value !== 'number' || unit === undefined) return undefined;
  return { value, unit, basis: String(properties.standard ?? 'plant file') };
}

/** Permitted mass of the year and of the month, t; the register goes before the asset's property. */
export function totalsOf(
  { properties, outlet }: Asset,
  pollutant: string,
): { readonly annualT?: number; readonly monthlyT?: number } {
  const registered = outlet?.totals.find((total) => total.pollutant === pollutant);
  const property = properties[permitProperties[pollutant] ?? ''];
  const annualT = registered?.annualT ?? (typeof property === 'number' ? property : undefined);
  return {
    ...(annualT !== undefined && { annualT }),
    ...(registered?.monthlyT !== undefined && { monthlyT: registered.monthlyT }),
  };
}
