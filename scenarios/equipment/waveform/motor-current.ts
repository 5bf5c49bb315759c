import { bandRms, type PowerSpectrum, powerSpectrum } from '../signal/spectrum.ts';

/** What the current of an induction motor says of its rotor. */
export interface CurrentSignature {
  /** The supply line as found, Hz. */
  readonly lineHz: number;
  /** Slip from the measured speed and the synchronous one, 0..1. */
  readonly slip: number;
  /** Higher of the two sidebands at line * (1 +- 2 slip), dB against the line. */
  readonly rotorBarDb: number;
  /** Higher of the two sidebands at line +- shaft, dB against the line: eccentricity. */
  readonly eccentricityDb: number;
}

/** Below this slip the sidebands lie in the skirt of the line: the motor runs without load. */
const MIN_SLIP = 0.003;
/** The line may be this far from its nominal frequency, Hz. */
const LINE_TOLERANCE_HZ = 1;

/**
 * Sidebands of the supply line in a recording of one phase's current. Undefined where the load is too low, or the recording too short,
 * to tell the sidebands from the line.
 * @param polePairs of the motor
 * @see domain-facts 2.6: broken bars at f(1 +- 2 k s); suspect above -45 dB, a fault above -40 dB
 */
export function currentSignature(
  samples: ArrayLike<number>,
  sampleRateHz: number,
  shaftRpm: number,
  polePairs: number,
  nominalHz: number,
): CurrentSignature | undefined {
  const spectrum = powerSpectrum(samples, sampleRateHz, { window: 'hann' });
  const lineHz = peakHz(spectrum, nominalHz - LINE_TOLERANCE_HZ, nominalHz + LINE_TOLERANCE_HZ);
  const slip = 1 - (shaftRpm / 60) * (polePairs / lineHz);
  const offsetHz = 2 * slip * lineHz;
  // A Hann line is four lines wide; the sidebands must stand clear of it.
  if (!(slip >= MIN_SLIP) || offsetHz < 5 * spectrum.stepHz) return undefined;
  const lineRms = bandRms(spectrum, lineHz - 2 * spectrum.stepHz, lineHz + 2 * spectrum.stepHz);
  const db = (offset: number): number => {
    const rms = Math.max(lineAt(spectrum, lineHz - offset), lineAt(spectrum, lineHz + offset));
    return 20 * Math.log10(Math.max(rms, 1e-9 * lineRms) / lineRms);
  };
  return { lineHz, slip, rotorBarDb: db(offsetHz), eccentricityDb: db(shaftRpm / 60) };
}

const lineAt = (spectrum: PowerSpectrum, hz: number): number =>
  bandRms(spectrum, hz - 1.5 * spectrum.stepHz, hz + 1.5 * spectrum.stepHz);

/** Centre of power about the greatest line of a band. */
function peakHz({ power, stepHz }: PowerSpectrum, lowHz: number, highHz: number): number {
  const first = Math.max(1, Math.ceil(lowHz / stepHz));
  let best = first;
  for (let i = first; i * stepHz <= highHz; i++) if ((power[i] ?? 0) > (power[best] ?? 0)) best = i;
  let [weighted, total] = [0, 0];
  for (let i = best - 1; i <= best + 1; i++) {
    weighted += i * (power[i] ?? 0);
    total += power[i] ?? 0;
  }
  return (stepHz * weighted) / total;
}
