import { type ComplexArray, inverseTransform, transformReal } from './fourier.ts';
import { spectralWindow } from './window.ts';

/** A band of the carrier, Hz, [low, high). */
export interface FrequencyBand {
  readonly lowHz: number;
  readonly highHz: number;
}

/** Power lines of an envelope: `power[k]` stands at k * `stepHz`. */
export interface EnvelopeSpectrum {
  readonly stepHz: number;
  readonly power: Float64Array;
}

/**
 * Squared envelope of the band of a signal given by its spectrum: the one-sided spectrum of the band transformed back
 * is the analytic signal, its squared magnitude the envelope.
 */
export function squaredEnvelope(
  spectrum: ComplexArray,
  sampleRateHz: number,
  band: FrequencyBand,
): Float64Array {
  const size = spectrum.length / 2;
  const stepHz = sampleRateHz / size;
  const analytic = new Float64Array(spectrum.length);
  for (let i = 1; i < size / 2; i++) {
    const hz = i * stepHz;
    if (hz < band.lowHz || hz >= band.highHz) continue;
    analytic[2 * i] = 2 * (spectrum[2 * i] as number);
    analytic[2 * i + 1] = 2 * (spectrum[2 * i + 1] as number);
  }
  const time = inverseTransform(analytic);
  const envelope = new Float64Array(size);
  for (let i = 0; i < size; i++)
    envelope[i] = (time[2 * i] as number) ** 2 + (time[2 * i + 1] as number) ** 2;
  return envelope;
}

/** Power spectrum of an envelope without its mean, Hann windowed, up to `maxHz`. */
export function envelopeSpectrum(
  envelope: Float64Array,
  sampleRateHz: number,
  maxHz: number,
): EnvelopeSpectrum {
  const size = envelope.length;
  const mean = envelope.reduce((sum, value) => sum + value, 0) / size;
  const { weights } = spectralWindow('hann', size);
  const transformed = transformReal(envelope.map((value, i) => (value - mean) * (weights[i] as number)));
  const stepHz = sampleRateHz / size;
  const bins = Math.min(Math.floor(size / 2), Math.ceil(maxHz / stepHz) + 1);
  const power = new Float64Array(bins);
  for (let i = 0; i < bins; i++)
    power[i] = (transformed[2 * i] as number) ** 2 + (transformed[2 * i + 1] as number) ** 2;
  return { stepHz, power };
}

/** The real signal of one band, zero phase. */
export function bandPassed(spectrum: ComplexArray, sampleRateHz: number, band: FrequencyBand): Float64Array {
  const size = spectrum.length / 2;
  const kept = new Float64Array(spectrum.length);
  for (let i = 0; i < size; i++) {
    const hz = (Math.min(i, size - i) * sampleRateHz) / size;
    if (hz < band.lowHz || hz >= band.highHz) continue;
    kept[2 * i] = spectrum[2 * i] as number;
    kept[2 * i + 1] = spectrum[2 * i + 1] as number;
  }
  const time = inverseTransform(kept);
  return Float64Array.from({ length: size }, (_, i) => time[2 * i] as number);
}

/** Forward transform of a signal without its mean. */
export function centredSpectrum(signal: ArrayLike<number>): ComplexArray {
  let sum = 0;
  for (let i = 0; i < signal.length; i++) sum += signal[i] as number;
  const mean = sum / signal.length;
  const centred = new Float64Array(signal.length);
  for (let i = 0; i < signal.length; i++) centred[i] = (signal[i] as number) - mean;
  return transformReal(centred);
}
