import { PlantscopeError } from '../../../model/error.ts';

/** Rolling bearing with a fixed outer ring. */
export interface BearingGeometry {
  readonly balls: number;
  readonly ballDiameterMm: number;
  readonly pitchDiameterMm: number;
  readonly contactAngleDeg: number;
}

/** Fault frequencies as multiples of shaft speed. `bsf2` is twice the ball spin: a ball's fault strikes both races. */
export interface BearingMultipliers {
  readonly bpfo: number;
  readonly bpfi: number;
  readonly bsf2: number;
  readonly ftf: number;
}

/**
 * Kinematic multipliers, no slip. Identities: bpfo + bpfi = balls, bpfo = balls * ftf.
 * @throws PlantscopeError `bearing-geometry`
 */
export function bearingMultipliers(geometry: BearingGeometry): BearingMultipliers {
  const { balls, ballDiameterMm, pitchDiameterMm, contactAngleDeg } = geometry;
  if (!(balls >= 3 && ballDiameterMm > 0 && pitchDiameterMm > ballDiameterMm))
    throw new PlantscopeError(
      'bearing-geometry',
      'A bearing needs 3 balls or more, and a pitch wider than a ball',
    );
  const ratio = (ballDiameterMm / pitchDiameterMm) * Math.cos((contactAngleDeg * Math.PI) / 180);
  return {
    bpfo: (balls / 2) * (1 - ratio),
    bpfi: (balls / 2) * (1 + ratio),
    bsf2: (pitchDiameterMm / ballDiameterMm) * (1 - ratio * ratio),
    ftf: (1 - ratio) / 2,
  };
}
