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
  if (size % 2 === 0) return realByHalves(signal);
  const data = new Float64Array(2 * size);
  for (let i = 0; i < size; i++) data[2 * i] = signal[i] as number;
  return forwardTransform(data);
}

/** A real signal as one complex transform of half its length: even samples as real parts, odd ones as imaginary. */
function realByHalves(signal: ArrayLike<number>): ComplexArray {
  const size = signal.length;
  const half = size / 2;
  const packed = forwardTransform(Float64Array.from(signal));
  const roots = rootsOfUnity(size);
  const out = new Float64Array(2 * size);
  for (let k = 0; k <= half; k++) {
    const [a, b] = [2 * (k % half), 2 * ((half - k) % half)];
    const [ar, ai] = [packed[a] as number, packed[a + 1] as number];
    const [br, bi] = [packed[b] as number, packed[b + 1] as number];
    const [sumRe, sumIm, oddRe, oddIm] = [(ar + br) / 2, (ai - bi) / 2, (ai + bi) / 2, (br - ar) / 2];
    const [rootRe, rootIm] = [roots[2 * k] as number, roots[2 * k + 1] as number];
    const re = sumRe + oddRe * rootRe - oddIm * rootIm;
    const im = sumIm + oddRe * rootIm + oddIm * rootRe;
    out[2 * k] = re;
    out[2 * k + 1] = im;
    if (k > 0 && k < half) {
      out[2 * (size - k)] = re;
      out[2 * (size - k) + 1] = -im;
    }
  }
  return out;
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
  const part = data.length / 2 / factor;
  const parts = Array.from({ length: factor }, (_, r) => forwardTransform(everyNth(data, factor, r)));
  const roots = rootsOfUnity(data.length / 2);
  for (const [r, transformed] of parts.entries())
    for (let k = 0; r > 0 && k < part; k++) multiplyInto(transformed, k, transformed, k, roots, r * k);
  return joinedParts(parts);
}

/**
 * The short transforms across the parts. Roots of unity come in conjugate pairs, so the parts r and p - r go together as their
 * sum and difference.
 */
function joinedParts(parts: readonly ComplexArray[]): ComplexArray {
  const factor = parts.length;
  const first = parts[0] as ComplexArray;
  const length = first.length;
  const out = new Float64Array(factor * length);
  for (let i = 0; i < length; i++) {
    let sum = 0;
    for (const part of parts) sum += part[i] as number;
    out[i] = sum;
  }
  for (let q = 1; q <= (factor - 1) / 2; q++) joinPair(out, parts, q);
  return out;
}

function joinPair(out: ComplexArray, parts: readonly ComplexArray[], q: number): void {
  const factor = parts.length;
  const first = parts[0] as ComplexArray;
  const length = first.length;
  const [low, high] = [q * length, (factor - q) * length];
  for (let i = 0; i < length; i++) {
    out[low + i] = first[i] as number;
    out[high + i] = first[i] as number;
  }
  for (let r = 1; r <= (factor - 1) / 2; r++) {
    const [a, b] = [parts[r] as ComplexArray, parts[factor - r] as ComplexArray];
    const cos = Math.cos((2 * Math.PI * r * q) / factor);
    const sin = Math.sin((2 * Math.PI * r * q) / factor);
    for (let i = 0; i < length; i += 2) {
      const [ar, ai, br, bi] = [a[i] as number, a[i + 1] as number, b[i] as number, b[i + 1] as number];
      const [re, im] = [cos * (ar + br), cos * (ai + bi)];
      const [turnedRe, turnedIm] = [sin * (ai - bi), sin * (br - ar)];
      out[low + i] = (out[low + i] as number) + re + turnedRe;
      out[low + i + 1] = (out[low + i + 1] as number) + im + turnedIm;
      out[high + i] = (out[high + i] as number) + re - turnedRe;
      out[high + i + 1] = (out[high + i + 1] as number) + im - turnedIm;
    }
  }
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
