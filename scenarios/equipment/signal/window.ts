export type WindowName = 'hann' | 'rectangular' | 'flat-top';

/** Periodic cosine-sum windows: coefficients a0 - a1 cos + a2 cos2 - ... */
const COSINE_TERMS: Readonly<Record<WindowName, readonly number[]>> = {
  rectangular: [1],
  hann: [0.5, 0.5],
  'flat-top': [0.21557895, 0.41663158, 0.277263158, 0.083578947, 0.006947368],
};

export interface SpectralWindow {
  readonly weights: Float64Array;
  /** Mean of the weights: a sine's line is divided by it. */
  readonly coherentGain: number;
  /** Equivalent noise bandwidth in bins: a band's power is divided by it. */
  readonly noiseBandwidthBins: number;
}

/** The window of each kind used last: a stream of records has one length. */
const latest = new Map<WindowName, SpectralWindow>();

/** The weights are shared between callers: read only. */
export function spectralWindow(name: WindowName, length: number): SpectralWindow {
  const known = latest.get(name);
  if (known?.weights.length === length) return known;
  const made = makeWindow(name, length);
  latest.set(name, made);
  return made;
}

function makeWindow(name: WindowName, length: number): SpectralWindow {
  const terms = COSINE_TERMS[name];
  const weights = new Float64Array(length);
  let sum = 0;
  let squares = 0;
  for (let n = 0; n < length; n++) {
    let weight = 0;
    for (const [k, a] of terms.entries())
      weight += (k % 2 === 0 ? a : -a) * Math.cos((2 * Math.PI * k * n) / length);
    weights[n] = weight;
    sum += weight;
    squares += weight * weight;
  }
  return { weights, coherentGain: sum / length, noiseBandwidthBins: (length * squares) / (sum * sum) };
}
