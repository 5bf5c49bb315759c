import type { Waveform, WaveformUnit } from '../../../model/waveform.ts';
import { type BearingVerdict, diagnoseBearing, MIN_SHAFT_TURNS } from '../bearing/diagnose.ts';
import { bandRms, type PowerSpectrum, powerSpectrum } from '../signal/spectrum.ts';
import { type WaveformFeatures, waveformFeatures } from '../signal/waveform-features.ts';
import type { DriveDesign } from './drive-design.ts';
import { type LineLevels, lineLevels } from './line-levels.ts';

/** What one vibration recording says, before anything is compared with it. */
export interface WaveformAnalysis {
  readonly shaftRpm: number | undefined;
  readonly loadPct: number | undefined;
  /** In the recording's unit, about its mean. */
  readonly features: WaveformFeatures;
  /** RMS of velocity from 10 (below 600 rpm: 2) to 1000 Hz. */
  readonly velocityRmsMmPerS: number;
  /** RMS above 5 kHz, in the recording's unit; undefined where it was not sampled fast enough. */
  readonly highBandRms: number | undefined;
  /** Share of samples that stand at the greatest or smallest value. */
  readonly clippedShare: number;
  /** Empty without a shaft speed. */
  readonly lines: LineLevels;
  /** Undefined without a shaft speed or without the bearing's geometry. */
  readonly bearing: BearingVerdict | undefined;
}

const STANDARD_GRAVITY_MM_PER_S2 = 9806.65;
const HIGH_BAND_HZ = { low: 5000, high: 10_000 };
const VELOCITY_TOP_HZ = 1000;
const SLOW_RPM = 600;
/** A shaft slower than this stands for a bearing: its lines are not resolved in a record of seconds. */
const TURNING_RPM = 60;

/**
 * Analyses one recording of acceleration or velocity.
 * @throws PlantscopeError `waveform-flat`, `waveform-not-finite`, `waveform-too-short`
 */
export function analyseWaveform({ info, samples }: Waveform, design: DriveDesign): WaveformAnalysis {
  const { sampleRateHz, unit, loadPct } = info;
  const shaftRpm = info.shaftRpm !== undefined && info.shaftRpm >= TURNING_RPM ? info.shaftRpm : undefined;
  const features = waveformFeatures(samples);
  const spectrum = powerSpectrum(samples, sampleRateHz);
  const velocity = velocitySpectrum(spectrum, unit);
  const lowHz = shaftRpm !== undefined && shaftRpm < SLOW_RPM ? 2 : 10;
  return {
    ...{ shaftRpm, loadPct, features },
    velocityRmsMmPerS: bandRms(velocity, lowHz, VELOCITY_TOP_HZ),
    highBandRms: highBand(spectrum, sampleRateHz),
    clippedShare: clippedShare(samples),
    lines: shaftRpm === undefined ? {} : lineLevels(velocity, shaftRpm / 60, design),
    bearing: bearingVerdict(samples, sampleRateHz, shaftRpm, design),
  };
}

/** A recording too short for the shaft's speed still has its features; only the verdict is missing. */
function bearingVerdict(
  samples: Float32Array,
  sampleRateHz: number,
  shaftRpm: number | undefined,
  { bearing }: DriveDesign,
): BearingVerdict | undefined {
  if (shaftRpm === undefined || bearing === undefined) return undefined;
  const turns = (samples.length / sampleRateHz) * (shaftRpm / 60);
  if (turns < MIN_SHAFT_TURNS) return undefined;
  return diagnoseBearing({ samples, sampleRateHz, shaftRpm, multipliers: bearing });
}

/** Acceleration to velocity in mm/s, line by line; velocity stays as it is. */
export function velocitySpectrum(spectrum: PowerSpectrum, unit: WaveformUnit): PowerSpectrum {
  if (unit === 'mm/s') return spectrum;
  const scale = unit === 'g' ? STANDARD_GRAVITY_MM_PER_S2 : 1000;
  const power = spectrum.power.map((value, line) =>
    line === 0 ? 0 : value * (scale / (2 * Math.PI * line * spectrum.stepHz)) ** 2,
  );
  return { ...spectrum, power };
}

function highBand(spectrum: PowerSpectrum, sampleRateHz: number): number | undefined {
  const topHz = Math.min(HIGH_BAND_HZ.high, sampleRateHz / 2.56);
  return topHz <= HIGH_BAND_HZ.low ? undefined : bandRms(spectrum, HIGH_BAND_HZ.low, topHz);
}

/** One sample is always the greatest; a real signal hardly has a second. */
function clippedShare(samples: Float32Array): number {
  let [high, low] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (const sample of samples) {
    if (sample > high) high = sample;
    if (sample < low) low = sample;
  }
  let count = 0;
  for (const sample of samples) if (sample === high || sample === low) count += 1;
  return Math.max(0, count - 2) / samples.length;
}
