import type { FaultEffects } from '../faults/effect.ts';

/** Fault frequencies of a rolling bearing as multiples of shaft speed. */
export interface BearingOrders {
  readonly bpfo: number;
  readonly bpfi: number;
  /** Twice the ball spin frequency: a defect of a ball strikes both races. */
  readonly bsf2: number;
  readonly ftf: number;
}

/**
 * @param balls number of rolling elements
 * @param diameterRatio ball diameter over pitch diameter
 * @param contactDeg contact angle
 */
export function bearingOrders(balls: number, diameterRatio: number, contactDeg = 0): BearingOrders {
  const ratio = diameterRatio * Math.cos((contactDeg * Math.PI) / 180);
  return {
    bpfo: (balls / 2) * (1 - ratio),
    bpfi: (balls / 2) * (1 + ratio),
    bsf2: (1 - ratio * ratio) / diameterRatio,
    ftf: (1 - ratio) / 2,
  };
}

/** One sine in the vibration, as velocity. */
export interface VibrationLine {
  /** Multiple of shaft speed. */
  readonly order: number;
  readonly velocityRmsMmPerS: number;
}

/** Repeated shocks of a bearing defect. */
export interface ShockTrain {
  readonly order: number;
  /** RMS of the ringing they excite, g. */
  readonly rmsG: number;
  /** How deep the load zone modulates them (0 = all alike), and with which order. */
  readonly modulation: number;
  readonly modulationOrder: number;
}

/** What a machine's bearing housing does at an instant: scalars and waveforms are both made of it. */
export interface VibrationState {
  readonly shaftHz: number;
  readonly lines: readonly VibrationLine[];
  readonly shocks: readonly ShockTrain[];
  /** Broadband acceleration, g RMS. */
  readonly noiseG: number;
}

export interface VibrationDesign {
  readonly asset: string;
  readonly bearing: BearingOrders;
  /** Healthy velocity at full load, mm/s RMS. */
  readonly baseMmPerS: number;
  readonly baseNoiseG: number;
  /** Blades or vanes, whose passing leaves a line. */
  readonly blades: number;
}

/** @param load 0 to about 1.1 */
export function vibrationState(
  design: VibrationDesign,
  faults: FaultEffects,
  timeMs: number,
  shaftHz: number,
  load: number,
): VibrationState {
  const bad = (kind: Parameters<FaultEffects['severity']>[0]) => faults.severity(kind, design.asset, timeMs);
  if (shaftHz < 1) return { shaftHz: 0, lines: [], shocks: [], noiseG: 0.004 };
  const base = design.baseMmPerS * (0.72 + 0.28 * load);
  const [unbalance, misalignment, looseness] = [bad('unbalance'), bad('misalignment'), bad('looseness')];
  const [cavitation, lubrication] = [bad('cavitation'), bad('lubrication')];
  const harmonics = [3, 4, 5, 6, 7].map((order) => ({
    order,
    velocityRmsMmPerS: 0.06 * base + (1.25 * looseness) / Math.sqrt(order - 1),
  }));
  const lines: VibrationLine[] = [
    { order: 1, velocityRmsMmPerS: 0.85 * base + 3.6 * unbalance + 1.1 * misalignment + 0.9 * looseness },
    { order: 2, velocityRmsMmPerS: 0.35 * base + 3.1 * misalignment + 1.1 * looseness },
    { order: 0.5, velocityRmsMmPerS: 0.01 * base + 0.7 * looseness },
    { order: design.blades, velocityRmsMmPerS: 0.18 * base + 0.9 * cavitation },
    ...harmonics,
  ];
  return {
    shaftHz,
    lines,
    shocks: shockTrains(design, bad),
    noiseG: design.baseNoiseG * (0.7 + 0.3 * load) + 1.6 * cavitation + 0.9 * lubrication,
  };
}

function shockTrains(
  { bearing }: VibrationDesign,
  bad: (kind: 'bearing-outer' | 'bearing-inner' | 'bearing-ball') => number,
): ShockTrain[] {
  const trains: ShockTrain[] = [
    { order: bearing.bpfo, rmsG: 2.4 * bad('bearing-outer'), modulation: 0.1, modulationOrder: 1 },
    { order: bearing.bpfi, rmsG: 2.2 * bad('bearing-inner'), modulation: 0.8, modulationOrder: 1 },
    { order: bearing.bsf2, rmsG: 1.9 * bad('bearing-ball'), modulation: 0.7, modulationOrder: bearing.ftf },
  ];
  return trains.filter((train) => train.rmsG > 0);
}

/** Velocity RMS over 10 to 1000 Hz, mm/s; the ringing of shocks and noise leaks a little into that band. */
export function velocityRms({ lines, shocks, noiseG }: VibrationState): number {
  const ofLines = lines.reduce((sum, line) => sum + line.velocityRmsMmPerS ** 2, 0);
  const ofShocks = shocks.reduce((sum, shock) => sum + (0.75 * shock.rmsG) ** 2, 0);
  return Math.sqrt(ofLines + ofShocks + (0.35 * noiseG) ** 2);
}

const gravityMmPerS2 = 9806.65;

/** Acceleration RMS over the sensor's whole band, g. */
export function accelerationRms({ shaftHz, lines, shocks, noiseG }: VibrationState): number {
  const ofLines = lines.reduce(
    (sum, line) =>
      sum + ((line.velocityRmsMmPerS * 2 * Math.PI * line.order * shaftHz) / gravityMmPerS2) ** 2,
    0,
  );
  return Math.sqrt(ofLines + shocks.reduce((sum, shock) => sum + shock.rmsG ** 2, 0) + noiseG ** 2);
}
