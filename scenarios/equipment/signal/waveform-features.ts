import { PlantscopeError } from '../../../model/error.ts';

export interface WaveformFeatures {
  readonly rms: number;
  readonly peak: number;
  /** peak / RMS; a sine has 1.4142. */
  readonly crestFactor: number;
  /** m4 / m2², not excess: a Gaussian has 3, a sine 1.5. */
  readonly kurtosis: number;
  readonly skewness: number;
  /** RMS / mean |x|. */
  readonly shapeFactor: number;
  /** peak / mean |x|. */
  readonly impulseFactor: number;
  /** peak / (mean √|x|)². */
  readonly clearanceFactor: number;
}

/**
 * Time-domain features of a waveform about its mean.
 * @throws PlantscopeError `waveform-flat` where nothing varies, since its ratios have no value
 */
export function waveformFeatures(samples: ArrayLike<number>): WaveformFeatures {
  const n = samples.length;
  let sum = 0;
  for (let i = 0; i < n; i++) sum += samples[i] as number;
  const mean = sum / n;
  let [m2, m3, m4, absolute, root, peak] = [0, 0, 0, 0, 0, 0];
  for (let i = 0; i < n; i++) {
    const x = (samples[i] as number) - mean;
    const square = x * x;
    m2 += square / n;
    m3 += (square * x) / n;
    m4 += (square * square) / n;
    absolute += Math.abs(x) / n;
    root += Math.sqrt(Math.abs(x)) / n;
    peak = Math.max(peak, Math.abs(x));
  }
  if (!(m2 > 0)) throw new PlantscopeError('waveform-flat', 'Every sample of the record is the same');
  const rms = Math.sqrt(m2);
  return {
    rms,
    peak,
    crestFactor: peak / rms,
    kurtosis: m4 / (m2 * m2),
    skewness: m3 / m2 ** 1.5,
    shapeFactor: rms / absolute,
    impulseFactor: peak / absolute,
    clearanceFactor: peak / root ** 2,
  };
}
