/**
 * Reproducible disturbance: functions of (key, time) without state, so that any instant can be asked for at once.
 */

/** A 32-bit mix of two integers; every output bit depends on every input bit. */
function mix(a: number, b: number): number {
  let h = Math.imul(a ^ 0x9e37_79b9, 0x85eb_ca6b) ^ Math.imul(b | 0, 0xc2b2_ae35);
  h = Math.imul(h ^ (h >>> 16), 0x7feb_352d);
  h = Math.imul(h ^ (h >>> 15), 0x846c_a68b);
  return (h ^ (h >>> 16)) >>> 0;
}

/** The noise key of a named signal under a seed. */
export function keyOf(seed: number, name: string): number {
  let key = seed | 0;
  for (let i = 0; i < name.length; i += 1) key = mix(key, name.charCodeAt(i));
  return key;
}

/** Uniform in [0, 1): the n-th draw of a key. */
export function uniform(key: number, n: number): number {
  return mix(mix(key, Math.floor(n / 0x1_0000_0000)), n) / 0x1_0000_0000;
}

/** Standard normal: the n-th draw of a key. */
export function gaussian(key: number, n: number): number {
  const radius = Math.sqrt(-2 * Math.log(1 - uniform(key, n)));
  return radius * Math.cos(2 * Math.PI * uniform(key ^ 0x5bd1_e995, n));
}

/**
 * Smooth random curve in [-1, 1] with one free value every `periodMs`, continuous with its first derivative.
 */
export function smoothNoise(key: number, timeMs: number, periodMs: number): number {
  const position = timeMs / periodMs;
  const n = Math.floor(position);
  const fraction = position - n;
  const weight = fraction * fraction * (3 - 2 * fraction);
  const from = uniform(key, n);
  return 2 * (from + (uniform(key, n + 1) - from) * weight) - 1;
}

/** `smoothNoise` at each minute from `startMs` on, at a fraction of the cost of asking minute by minute. */
export function noiseMinutes(key: number, startMs: number, periodMs: number, minutes: number): Float64Array {
  const values = new Float64Array(minutes);
  let drawn = Number.NaN;
  let [from, to] = [0, 0];
  for (let i = 0; i < minutes; i += 1) {
    const position = (startMs + i * 60_000) / periodMs;
    const n = Math.floor(position);
    if (n !== drawn) {
      [from, to] = [uniform(key, n), uniform(key, n + 1)];
      drawn = n;
    }
    const fraction = position - n;
    const weight = fraction * fraction * (3 - 2 * fraction);
    values[i] = 2 * (from + (to - from) * weight) - 1;
  }
  return values;
}
