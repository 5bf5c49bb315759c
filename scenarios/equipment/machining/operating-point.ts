/** One row of a machining process (the columns of the AI4I 2020 set). */
export interface OperatingPoint {
  /** Product quality: low, medium, high. */
  readonly quality: 'L' | 'M' | 'H';
  readonly airTemperatureK: number;
  readonly processTemperatureK: number;
  readonly speedRpm: number;
  readonly torqueNm: number;
  readonly toolWearMin: number;
}

export type FailureMode = 'HDF' | 'PWF' | 'OSF';

/**
 * Limits of the process, from the description of the data set (AI4I 2020, S. Matzka). A table, since another machine has others.
 */
export const PROCESS_LIMITS = {
  heatDissipation: { temperatureDifferenceK: 8.6, speedRpm: 1380 },
  power: { lowestW: 3500, highestW: 9000 },
  overstrainMinNm: { L: 11_000, M: 12_000, H: 13_000 },
} as const;

/** Mechanical power at the spindle, W. */
export function spindlePowerW(point: OperatingPoint): number {
  return point.torqueNm * ((point.speedRpm * 2 * Math.PI) / 60);
}

/** Tool wear times torque over the limit of the product's quality; above 1 the tool is overstrained. */
export function strainRatio(point: OperatingPoint): number {
  return (point.toolWearMin * point.torqueNm) / PROCESS_LIMITS.overstrainMinNm[point.quality];
}

export function temperatureDifferenceK(point: OperatingPoint): number {
  return point.processTemperatureK - point.airTemperatureK;
}

/** Failure modes whose physical condition holds: heat dissipation, power, overstrain. */
export function failureModes(point: OperatingPoint): FailureMode[] {
  const { heatDissipation, power } = PROCESS_LIMITS;
  const modes: FailureMode[] = [];
  const hot = temperatureDifferenceK(point) < heatDissipation.temperatureDifferenceK;
  if (hot && point.speedRpm < heatDissipation.speedRpm) modes.push('HDF');
  const powerW = spindlePowerW(point);
  if (powerW < power.lowestW || powerW > power.highestW) modes.push('PWF');
  if (strainRatio(point) > 1) modes.push('OSF');
  return modes;
}
