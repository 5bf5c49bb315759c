import type { DataFlag } from './data-flag.ts';
import type { StackSample } from './stack-hour.ts';
import {
  type DuctState,
  ductFlowM3PerH,
  noxAsNo2,
  ppmToMgPerM3,
  STANDARD_PRESSURE_PA,
  standardDryFlowM3PerH,
  toStandardState,
  wetToDry,
} from './stack-units.ts';

/** What an instrument's concentration refers to. Dust by in-situ light is usually `actual-wet`, extractive gas `standard-dry`. */
export type ConcentrationBasis = 'standard-dry' | 'standard-wet' | 'actual-dry' | 'actual-wet';

export interface RawConcentration {
  readonly value: number;
  readonly unit: 'mg/m3' | 'ppm';
}

/** One reading as the instruments give it. Absent = missing. */
export interface RawStackReading {
  readonly startMs: number;
  readonly durationMs: number;
  readonly flag: DataFlag;
  readonly itemFlags?: Readonly<Record<string, DataFlag>>;
  readonly concentrations: Readonly<Record<string, RawConcentration>>;
  /** Per cent of volume, in the basis of {@link OutletInstruments.oxygenBasis}. */
  readonly oxygenPercent?: number | undefined;
  readonly temperatureC?: number | undefined;
  /** Relative to the atmosphere, Pa. */
  readonly staticPressurePa?: number | undefined;
  readonly atmosphericPressurePa?: number | undefined;
  readonly moisturePercent?: number | undefined;
  /** Mean velocity over the duct, m/s. */
  readonly velocityMPerS?: number | undefined;
  /** Flow in the duct, m3/h; used where there is no velocity. */
  readonly ductFlowM3PerH?: number | undefined;
  /** Dry flow at the standard state, m3/h, where the flow meter already reports it; goes before all others. */
  readonly standardFlowM3PerH?: number | undefined;
  readonly transient?: boolean;
}

export interface OutletInstruments {
  readonly basis: ConcentrationBasis;
  readonly oxygenBasis: 'dry' | 'wet';
  readonly ductAreaM2?: number | undefined;
  /** Taken where a reading carries none, Pa. */
  readonly atmosphericPressurePa?: number | undefined;
  /** True where NO2 has its own channel: NOx then needs both, else it is NO alone as NO2. */
  readonly measuresNo2: boolean;
}

/** Brings a reading to the standard state and dry; what lacks an input of the conversion is missing, never guessed. */
export function standardiseReading(raw: RawStackReading, outlet: OutletInstruments): StackSample {
  const measuredMgPerM3: Record<string, number> = {};
  for (const [name, concentration] of Object.entries(raw.concentrations)) {
    const value = standardDry(name, concentration, raw, outlet);
    if (value !== undefined) measuredMgPerM3[name] = value;
  }
  const nox = noxFromChannels(measuredMgPerM3, outlet.measuresNo2);
  if (nox !== undefined) measuredMgPerM3.nox = nox;
  const oxygenPercent = dryOxygen(raw, outlet);
  const flowM3PerH = standardFlow(raw, outlet);
  return {
    startMs: raw.startMs,
    durationMs: raw.durationMs,
    flag: raw.flag,
    measuredMgPerM3,
    ...(raw.itemFlags !== undefined && { itemFlags: raw.itemFlags }),
    ...(oxygenPercent !== undefined && { oxygenPercent }),
    ...(flowM3PerH !== undefined && { flowM3PerH }),
    ...(raw.transient === true && { transient: true }),
  };
}

function standardDry(
  name: string,
  { value, unit }: RawConcentration,
  raw: RawStackReading,
  outlet: OutletInstruments,
): number | undefined {
  const { basis } = outlet;
  // A share of volume does not change with temperature and pressure: ppm is at the standard state once it is a mass.
  let mass = unit === 'ppm' ? ppmToMgPerM3(name, value) : value;
  if (mass === undefined) return undefined;
  if (unit === 'mg/m3' && basis.startsWith('actual')) {
    const state = pressures(raw, outlet);
    if (state === undefined) return undefined;
    mass = toStandardState(mass, state);
  }
  if (!basis.endsWith('wet')) return mass;
  return raw.moisturePercent === undefined ? undefined : wetToDry(mass, raw.moisturePercent);
}

function noxFromChannels(
  measured: Readonly<Record<string, number>>,
  measuresNo2: boolean,
): number | undefined {
  const { nox, no, no2 } = measured;
  if (nox !== undefined) return nox;
  if (no === undefined || (measuresNo2 && no2 === undefined)) return undefined;
  return noxAsNo2(no, no2 ?? 0);
}

function dryOxygen(raw: RawStackReading, outlet: OutletInstruments): number | undefined {
  if (raw.oxygenPercent === undefined || outlet.oxygenBasis === 'dry') return raw.oxygenPercent;
  return raw.moisturePercent === undefined ? undefined : wetToDry(raw.oxygenPercent, raw.moisturePercent);
}

function standardFlow(raw: RawStackReading, outlet: OutletInstruments): number | undefined {
  if (raw.standardFlowM3PerH !== undefined) return raw.standardFlowM3PerH;
  const duct =
    raw.velocityMPerS !== undefined && outlet.ductAreaM2 !== undefined
      ? ductFlowM3PerH(raw.velocityMPerS, outlet.ductAreaM2)
      : raw.ductFlowM3PerH;
  const state = pressures(raw, outlet);
  if (duct === undefined || state === undefined || raw.moisturePercent === undefined) return undefined;
  return standardDryFlowM3PerH(duct, { ...state, moisturePercent: raw.moisturePercent });
}

function pressures(
  raw: RawStackReading,
  outlet: OutletInstruments,
): Omit<DuctState, 'moisturePercent'> | undefined {
  if (raw.temperatureC === undefined || raw.staticPressurePa === undefined) return undefined;
  return {
    temperatureC: raw.temperatureC,
    staticPressurePa: raw.staticPressurePa,
    atmosphericPressurePa: raw.atmosphericPressurePa ?? outlet.atmosphericPressurePa ?? STANDARD_PRESSURE_PA,
  };
}
