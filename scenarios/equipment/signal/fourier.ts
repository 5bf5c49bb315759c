import FFT from 'fft.js';

/** Complex samples, interleaved: re, im, re, im. */
export type ComplexArray = Float64Array;

/** Sizes with these factors are split (25,600 = 5 * 5 * 1024); with others they go through Bluestein's transform. */
const ODD_FACTORS = [5, 3, 7] as const;

const plans = new Map<number, FFT>();

/** Plans hold only sine tables; the same size always gives the same plan. */
function planOf(size: number): FFT {
  const known = plans.get(size);
  if (known) return known;
  const plan = new FFT(size);
  plans.set(size, plan);
  return plan;
}

/** The smallest power of two >= `length`, at least 2. */
export function powerOfTwoAtLeast(length: number): number {
  return 2 ** Math.max(1, Math.ceil(Math.log2(length)));
}

/** Forward transform of a complex array of any length (unscaled). */
export function forwardTransform(data: ComplexArray): ComplexArray {
  const size = data.length / 2;
  if (size < 2) return data.slice();
  if (isPowerOfTwo(size)) return powerOfTwoForward(data);
  const factor = ODD_FACTORS.find((odd) => size % odd === 0);
  return factor === undefined ? bluestein(data) : byOddFactor(data, factor);
}

/** Inverse transform, scaled by 1/N, so that inverse(forward(x)) = x. */
export function inverseTransform(data: ComplexArray): ComplexArray {
  const size = data.length / 2;
  const back = conjugate(forwardTransform(conjugate(data)));
  for (let i = 0; i < back.length; i++) back[i] = (back[i] as number) / size;
  return back;
}

/** Spectrum of a real signal of any length: all N bins, interleaved. */
export function transformReal(signal: ArrayLike<number>): ComplexArray {
  const size = signal.length;
  if (isPowerOfTwo(size)) return powerOfTwoReal(signal);
  const data = new Float64Array(2 * size);
  for (let i = 0; i < size; i++) data[2 * i] = signal[i] as number;
  return forwardTransform(data);
}

function isPowerOfTwo(size: number): boolean {
  return size >= 2 && (size & (size - 1)) === 0;
}

function powerOfTwoForward(data: ComplexArray): ComplexArray {
  const out = new Float64Array(data.length);
  planOf(data.length / 2).transform(out as unknown as number[], data as unknown as number[]);
  return out;
}

function powerOfTwoReal(signal: ArrayLike<number>): ComplexArray {
  const out = new Float64Array(2 * signal.length);
  const plan = planOf(signal.length);
  plan.realTransform(out as unknown as number[], signal as unknown as number[]);
  plan.completeSpectrum(out as unknown as number[]);
  return out;
}

function conjugate(data: ComplexArray): ComplexArray {
  const out = data.slice();
  for (let i = 1; i < out.length; i += 2) out[i] = -(out[i] as number);
  return out;
}

/** One step of Cooley and Tukey: `factor` transforms of every factor-th sample, put together with the roots of unity. */
function byOddFactor(data: ComplexArray, factor: number): ComplexArray {
  const size = data.length / 2;
  const part = size / factor;
  const parts = Array.from({ length: factor }, (_, r) => forwardTransform(everyNth(data, factor, r)));
  const roots = rootsOfUnity(size);
  const out = new Float64Array(data.length);
  for (const [r, transformed] of parts.entries()) {
    for (let k = 0, at = 0; k < size; k++, at += r) {
      if (at >= size) at -= size;
      const from = 2 * (k % part);
      const [re, im] = [transformed[from] as number, transformed[from + 1] as number];
      const [rootRe, rootIm] = [roots[2 * at] as number, roots[2 * at + 1] as number];
      out[2 * k] = (out[2 * k] as number) + re * rootRe - im * rootIm;
      out[2 * k + 1] = (out[2 * k + 1] as number) + re * rootIm + im * rootRe;
    }
  }
  return out;
}

function everyNth(data: ComplexArray, step: number, offset: number): ComplexArray {
  const out = new Float64Array(data.length / step);
  for (let i = 0, from = 2 * offset; i < out.length; i += 2, from += 2 * step) {
    out[i] = data[from] as number;
    out[i + 1] = data[from + 1] as number;
  }
  return out;
}

/** A record's size and those of its parts come again and again; the tables of a few sizes are kept. */
const MAX_ROOT_TABLES = 8;
const knownRoots = new Map<number, ComplexArray>();

/** exp(-2πik/N), k = 0 ... N-1. */
function rootsOfUnity(size: number): ComplexArray {
  const known = knownRoots.get(size);
  if (known) return known;
  const table = new Float64Array(2 * size);
  for (let k = 0; k < size; k++) {
    table[2 * k] = Math.cos((2 * Math.PI * k) / size);
    table[2 * k + 1] = -Math.sin((2 * Math.PI * k) / size);
  }
  if (knownRoots.size >= MAX_ROOT_TABLES) knownRoots.clear();
  knownRoots.set(size, table);
  return table;
}

/** Bluestein's chirp transform: a transform of any length as one convolution of a power-of-two length. */
function bluestein(data: ComplexArray): ComplexArray {
  const size = data.length / 2;
  const chirp = chirpOf(size);
  const padded = 2 * powerOfTwoAtLeast(2 * size - 1);
  const a = new Float64Array(padded);
  for (let i = 0; i < size; i++) multiplyInto(a, i, data, i, chirp, i);
  const b = new Float64Array(padded);
  for (let i = 0; i < size; i++) {
    for (const at of i === 0 ? [0] : [i, padded / 2 - i]) {
      b[2 * at] = chirp[2 * i] as number;
      b[2 * at + 1] = -(chirp[2 * i + 1] as number);
    }
  }
  const product = new Float64Array(padded);
  const fa = powerOfTwoForward(a);
  const fb = powerOfTwoForward(b);
  for (let i = 0; i < padded / 2; i++) multiplyInto(product, i, fa, i, fb, i);
  const convolved = inverseTransform(product);
  const out = new Float64Array(data.length);
  for (let i = 0; i < size; i++) multiplyInto(out, i, convolved, i, chirp, i);
  return out;
}

/** exp(-iπn²/N); n² is reduced modulo 2N first, or the angle loses its digits. */
function chirpOf(size: number): ComplexArray {
  const chirp = new Float64Array(2 * size);
  for (let i = 0; i < size; i++) {
    const angle = (Math.PI * ((i * i) % (2 * size))) / size;
    chirp[2 * i] = Math.cos(angle);
    chirp[2 * i + 1] = -Math.sin(angle);
  }
  return chirp;
}

function multiplyInto(
  out: ComplexArray,
  at: number,
  a: ComplexArray,
  i: number,
  b: ComplexArray,
  j: number,
): void {
  const ar = a[2 * i] as number;
  const ai = a[2 * i + 1] as number;
  const br = b[2 * j] as number;
  const bi = b[2 * j + 1] as number;
  out[2 * at] = ar * br - ai * bi;
  out[2 * at + 1] = ar * bi + ai * br;
}
