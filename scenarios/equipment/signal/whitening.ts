import type { ComplexArray } from './fourier.ts';

/**
 * Cepstral prewhitening: every line of the spectrum is set to magnitude 1 and keeps its phase. Resonances, shaft
 * harmonics and gear mesh lose their weight; what repeats as an impulse stays.
 */
export function cepstralPrewhitened(spectrum: ComplexArray): ComplexArray {
  const out = new Float64Array(spectrum.length);
  for (let i = 0; i < spectrum.length; i += 2) {
    const re = spectrum[i] as number;
    const im = spectrum[i + 1] as number;
    const magnitude = Math.hypot(re, im);
    if (magnitude === 0) continue;
    out[i] = re / magnitude;
    out[i + 1] = im / magnitude;
  }
  return out;
}

/**
 * Whitening by the smoothed power spectrum: resonances are levelled, single lines keep their height over their surroundings.
 * @param widthBins width of the moving mean of power, wrapping around the spectrum
 */
export function smoothWhitened(spectrum: ComplexArray, widthBins: number): ComplexArray {
  const size = spectrum.length / 2;
  const half = Math.min(Math.max(1, Math.floor(widthBins / 2)), Math.floor((size - 1) / 2));
  const powerAt = (i: number): number => {
    const at = 2 * ((i + size) % size);
    return (spectrum[at] as number) ** 2 + (spectrum[at + 1] as number) ** 2;
  };
  let sum = 0;
  for (let i = -half; i <= half; i++) sum += powerAt(i);
  const out = new Float64Array(spectrum.length);
  for (let i = 0; i < size; i++) {
    const level = Math.sqrt(Math.max(sum, 0) / (2 * half + 1));
    if (level > 0) {
      out[2 * i] = (spectrum[2 * i] as number) / level;
      out[2 * i + 1] = (spectrum[2 * i + 1] as number) / level;
    }
    sum += powerAt(i + half + 1) - powerAt(i - half);
  }
  return out;
}
