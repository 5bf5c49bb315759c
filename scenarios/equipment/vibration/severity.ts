import { PlantscopeError } from '../../../model/error.ts';
import type { FrequencyBand } from '../signal/envelope.ts';
import { powerSpectrum } from '../signal/spectrum.ts';
import {
  type MachineGroup,
  SEVERITY_EDITION,
  type SeverityZone,
  type SupportClass,
  severityZone,
  ZONE_LIMITS,
  type ZoneLimits,
} from './severity-zones.ts';

export type VibrationUnit = 'g' | 'm/s2' | 'mm/s';

export interface VibrationRecord {
  readonly samples: ArrayLike<number>;
  readonly sampleRateHz: number;
  readonly shaftRpm: number;
  readonly unit: VibrationUnit;
}

export interface VibrationSeverity {
  readonly velocityRmsMmPerS: number;
  readonly zone: SeverityZone;
  readonly bandHz: readonly [number, number];
  readonly group: MachineGroup;
  readonly support: SupportClass;
  readonly limitsMmPerS: ZoneLimits;
  readonly edition: string;
}

const STANDARD_GRAVITY_M_PER_S2 = 9.80665;
const BAND_TOP_HZ = 1000;
/** Below, the standard gives no band. */
const SLOWEST_RPM = 120;
const SLOW_RPM = 600;
/** Below this many periods of the band's lower edge, the integrated spectrum there is leakage. */
const MIN_PERIODS = 4;
/** Lines this much narrower than the lower edge keep the window's skirt out of the band. */
const LINES_BELOW_EDGE = 20;

/**
 * Band of broad-band velocity: 10-1000 Hz above 600 rpm, 2-1000 Hz from 120 to 600 rpm.
 * @throws PlantscopeError `shaft-speed-out-of-range`
 */
export function severityBand(shaftRpm: number): FrequencyBand {
  if (!(shaftRpm >= SLOWEST_RPM))
    throw new PlantscopeError(
      'shaft-speed-out-of-range',
      `${SEVERITY_EDITION} has no band for ${shaftRpm} rpm; it starts at ${SLOWEST_RPM} rpm`,
    );
  return { lowHz: shaftRpm > SLOW_RPM ? 10 : 2, highHz: BAND_TOP_HZ };
}

/**
 * Velocity RMS and evaluation zone of one record.
 * @throws PlantscopeError `shaft-speed-out-of-range`, `sample-rate-too-low`, `waveform-too-short`, `waveform-not-finite`
 */
export function vibrationSeverity(
  record: VibrationRecord,
  group: MachineGroup,
  support: SupportClass,
): VibrationSeverity {
  const band = severityBand(record.shaftRpm);
  const velocityRmsMmPerS = bandVelocityRms(record, band);
  const limitsMmPerS = ZONE_LIMITS[group][support];
  return {
    velocityRmsMmPerS,
    zone: severityZone(velocityRmsMmPerS, limitsMmPerS),
    bandHz: [band.lowHz, band.highHz],
    group,
    support,
    limitsMmPerS,
    edition: SEVERITY_EDITION,
  };
}

/** RMS velocity of a band, mm/s; acceleration is integrated line by line in the spectrum. */
export function bandVelocityRms(record: VibrationRecord, band: FrequencyBand): number {
  refuseUnusable(record, band);
  const spectrum = powerSpectrum(record.samples, record.sampleRateHz, {
    lineSpacingHz: band.lowHz / LINES_BELOW_EDGE,
  });
  let meanSquare = 0;
  for (const [line, power] of spectrum.power.entries()) {
    const hz = line * spectrum.stepHz;
    if (hz < band.lowHz || hz > band.highHz) continue;
    meanSquare += power * velocityPerUnit(record.unit, hz) ** 2;
  }
  return Math.sqrt(meanSquare);
}

/** mm/s of one unit's amplitude at a frequency. */
function velocityPerUnit(unit: VibrationUnit, hz: number): number {
  if (unit === 'mm/s') return 1;
  const accelerationMmPerS2 = 1000 * (unit === 'g' ? STANDARD_GRAVITY_M_PER_S2 : 1);
  return accelerationMmPerS2 / (2 * Math.PI * hz);
}

function refuseUnusable(record: VibrationRecord, band: FrequencyBand): void {
  const { samples, sampleRateHz } = record;
  if (sampleRateHz < 2 * band.highHz)
    throw new PlantscopeError(
      'sample-rate-too-low',
      `${sampleRateHz} Hz can't show the band up to ${band.highHz} Hz`,
      {
        hint: `Sample at ${2.56 * band.highHz} Hz or faster.`,
      },
    );
  if (samples.length / sampleRateHz < MIN_PERIODS / band.lowHz)
    throw new PlantscopeError(
      'waveform-too-short',
      `A band from ${band.lowHz} Hz needs ${MIN_PERIODS / band.lowHz} s or more`,
    );
  for (let i = 0; i < samples.length; i++)
    if (!Number.isFinite(samples[i]))
      throw new PlantscopeError('waveform-not-finite', `Sample ${i} of the record is no finite number`);
}
