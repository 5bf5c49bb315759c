import { transformReal } from './fourier.ts';
import { spectralWindow, type WindowName } from './window.ts';

export interface SpectrumOptions {
  /** Finest line spacing wanted; a longer record is cut into overlapping segments and averaged. Default: one segment. */
  readonly lineSpacingHz?: number;
  readonly window?: WindowName;
}

export interface PowerSpectrum {
  readonly stepHz: number;
  /** One-sided mean-square per line, unit². The sum over a band is the band's mean square. */
  readonly power: Float64Array;
  readonly averages: number;
}

/**
 * Averaged power spectrum (Welch: segments overlap by half). Each segment loses its mean before the window.
 * @see domain-facts 2.5: amplitude 2|X|/(N·coherent gain), power over the window's noise bandwidth
 */
export function powerSpectrum(
  samples: ArrayLike<number>,
  sampleRateHz: number,
  options: SpectrumOptions = {},
): PowerSpectrum {
  const wanted = options.lineSpacingHz ? Math.ceil(sampleRateHz / options.lineSpacingHz) : samples.length;
  const length = Math.min(samples.length, wanted);
  const window = spectralWindow(options.window ?? 'hann', length);
  const hop = Math.max(1, Math.floor(length / 2));
  const power = new Float64Array(Math.floor(length / 2) + 1);
  let averages = 0;
  for (let start = 0; start + length <= samples.length; start += hop, averages++)
    addSegment(power, samples, start, window.weights);
  const scale = 1 / (averages * (length * window.coherentGain) ** 2 * window.noiseBandwidthBins);
  for (let line = 0; line < power.length; line++) {
    const single = line === 0 || 2 * line === length;
    power[line] = (power[line] as number) * scale * (single ? 1 : 2);
  }
  return { stepHz: sampleRateHz / length, power, averages };
}

function addSegment(
  power: Float64Array,
  samples: ArrayLike<number>,
  start: number,
  weights: Float64Array,
): void {
  const length = weights.length;
  let sum = 0;
  for (let i = 0; i < length; i++) sum += samples[start + i] as number;
  const mean = sum / length;
  const segment = new Float64Array(length);
  for (let i = 0; i < length; i++)
    segment[i] = ((samples[start + i] as number) - mean) * (weights[i] as number);
  const transformed = transformReal(segment);
  for (let line = 0; line < power.length; line++) {
    const re = transformed[2 * line] as number;
    const im = transformed[2 * line + 1] as number;
    power[line] = (power[line] as number) + re * re + im * im;
  }
}

/** Peak amplitude per line (a sine on a line shows its amplitude), from one power spectrum and its window. */
export function amplitudeLines(spectrum: PowerSpectrum, window: WindowName = 'hann'): Float64Array {
  const { noiseBandwidthBins } = spectralWindow(window, 64);
  return spectrum.power.map((power, line) => Math.sqrt(power * noiseBandwidthBins * (line === 0 ? 1 : 2)));
}

/** RMS of a band, [low, high] inclusive, from the lines. */
export function bandRms(spectrum: PowerSpectrum, lowHz: number, highHz: number): number {
  let meanSquare = 0;
  for (const [line, power] of spectrum.power.entries()) {
    const hz = line * spectrum.stepHz;
    if (hz >= lowHz && hz <= highHz) meanSquare += power;
  }
  return Math.sqrt(meanSquare);
}

/** Frequencies as orders of shaft speed: line k stands at k * `stepOrders`. */
export function orderStep(spectrum: { readonly stepHz: number }, shaftHz: number): number {
  return spectrum.stepHz / shaftHz;
}
