/**
 * The unit chain of stack monitoring. Standard state: 273 K (0 degC), 101 325 Pa, dry.
 * Equations of HJ 75-2017 annex C; the rounding of 273.15 K to 273 K is the standard's own.
 */

export const STANDARD_PRESSURE_PA = 101_325;
export const STANDARD_TEMPERATURE_K = 273;
/** Litres of one mole of ideal gas at the standard state. */
export const MOLAR_VOLUME_L = 22.4;
/** Volume share of oxygen in air that the correction reckons with, per cent. */
export const AIR_OXYGEN_PERCENT = 21;

/** Molar mass in g/mol of the gases that instruments report in ppm. */
export const MOLAR_MASS: Readonly<Record<string, number>> = {
  so2: 64.06,
  no: 30.006,
  no2: 46.005,
  nox: 46.005,
  co: 28.01,
  hcl: 36.46,
  nh3: 17.031,
  hf: 20.006,
  h2s: 34.08,
};

/** State of the gas in the duct. */
export interface DuctState {
  /** Gas temperature, degC, above -273. */
  readonly temperatureC: number;
  /** Static pressure relative to the atmosphere, Pa. */
  readonly staticPressurePa: number;
  /** Atmospheric pressure, Pa absolute. */
  readonly atmosphericPressurePa: number;
  /** Water vapour, per cent of volume, 0 to below 100. */
  readonly moisturePercent: number;
}

type Pressures = Pick<DuctState, 'temperatureC' | 'staticPressurePa' | 'atmosphericPressurePa'>;

/** Volume at standard temperature and pressure of one cubic metre in the duct (moisture kept). */
export function standardVolumeRatio(state: Pressures): number {
  const kelvin = STANDARD_TEMPERATURE_K + state.temperatureC;
  const pressurePa = state.atmosphericPressurePa + state.staticPressurePa;
  return (STANDARD_TEMPERATURE_K / kelvin) * (pressurePa / STANDARD_PRESSURE_PA);
}

/** mg/m3 in the duct to mg/m3 at standard temperature and pressure; wet stays wet. */
export function toStandardState(actualMgPerM3: number, state: Pressures): number {
  return actualMgPerM3 / standardVolumeRatio(state);
}

/** Share or concentration in wet gas to the one in dry gas. */
export function wetToDry(wet: number, moisturePercent: number): number {
  return wet / (1 - moisturePercent / 100);
}

/** ppm of volume to mg/m3 at the standard state; undefined for a gas without a molar mass here. */
export function ppmToMgPerM3(gas: string, ppm: number): number | undefined {
  const molarMass = MOLAR_MASS[gas];
  return molarMass === undefined ? undefined : (ppm * molarMass) / MOLAR_VOLUME_L;
}

/** Nitrogen oxides reported as NO2, mg/m3, from NO and NO2 in mg/m3. */
export function noxAsNo2(noMgPerM3: number, no2MgPerM3: number): number {
  return (noMgPerM3 * 46.005) / 30.006 + no2MgPerM3;
}

/** Excess air coefficient; above `guardPercent` it runs away and is undefined. */
export function excessAir(
  oxygenPercent: number,
  guardPercent = DEFAULT_OXYGEN_GUARD_PERCENT,
): number | undefined {
  if (oxygenPercent < 0 || oxygenPercent >= guardPercent) return undefined;
  return AIR_OXYGEN_PERCENT / (AIR_OXYGEN_PERCENT - oxygenPercent);
}

/** From this oxygen on the gas is taken as air: no correction is made. A parameter; sources differ (20 to 20.9). */
export const DEFAULT_OXYGEN_GUARD_PERCENT = 20.5;

/**
 * Concentration at the reference oxygen (折算浓度), mg/m3: C (21 - O2ref) / (21 - O2), oxygen dry in per cent of volume.
 * Undefined where the oxygen is outside 0..guard: near air the quotient has no meaning.
 */
export function oxygenCorrected(
  measuredMgPerM3: number,
  oxygenPercent: number,
  referenceOxygenPercent: number,
  guardPercent = DEFAULT_OXYGEN_GUARD_PERCENT,
): number | undefined {
  if (oxygenPercent < 0 || oxygenPercent >= guardPercent) return undefined;
  return (
    (measuredMgPerM3 * (AIR_OXYGEN_PERCENT - referenceOxygenPercent)) / (AIR_OXYGEN_PERCENT - oxygenPercent)
  );
}

/** Flow in the duct, m3/h, from the mean velocity (m/s) over the duct area (m2). */
export function ductFlowM3PerH(velocityMPerS: number, areaM2: number): number {
  return 3600 * areaM2 * velocityMPerS;
}

/** Dry flow at the standard state, m3/h, of a flow in the duct. */
export function standardDryFlowM3PerH(ductFlow: number, state: DuctState): number {
  return ductFlow * standardVolumeRatio(state) * (1 - state.moisturePercent / 100);
}

/** Emission rate, kg/h, from the measured (never the oxygen-corrected) dry standard concentration and flow. */
export function emissionRateKgPerH(measuredMgPerM3: number, standardDryFlow: number): number {
  return measuredMgPerM3 * standardDryFlow * 1e-6;
}
