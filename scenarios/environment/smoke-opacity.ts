/** Colour of one place: red, green, blue, 0..255. */
export type Colour = readonly [number, number, number];

export interface OpacityEstimate {
  /** 0..1 */
  readonly opacity: number;
  /** One standard deviation. */
  readonly uncertainty: number;
  /** Grey level of the smoke itself, 0..255. */
  readonly smokeLevel: number;
}

/** What is known of soot before looking: nearly black. */
const SOOT_LEVEL = 22;
const SOOT_LEVEL_DEVIATION = 16;
/** Tint of the smoke and error of the sky behind it, levels of a channel. */
const CHANNEL_DEVIATION = 5;
const STEPS = 400;

/**
 * Opacity of neutral smoke over a known sky: each channel is (1 - opacity) sky + opacity level. The colour of the sky
 * that still shines through tells opacity from level; where the sky is grey the prior of soot decides.
 * Posterior mean and deviation over a grid of opacities, the level integrated in closed form.
 */
export function estimateOpacity(seen: Colour, sky: Colour, extraDeviation = 0): OpacityEstimate {
  const variance = CHANNEL_DEVIATION ** 2 + extraDeviation ** 2;
  const weights: { opacity: number; level: number; log: number }[] = [];
  for (let step = 0; step <= STEPS; step += 1) weights.push(posterior(step / STEPS, seen, sky, variance));
  const best = Math.max(...weights.map(({ log }) => log));
  let total = 0;
  let first = 0;
  let second = 0;
  let level = 0;
  for (const w of weights) {
    const weight = Math.exp(w.log - best);
    total += weight;
    first += weight * w.opacity;
    second += weight * w.opacity * w.opacity;
    level += weight * w.level;
  }
  const opacity = first / total;
  return {
    opacity,
    uncertainty: Math.sqrt(Math.max(0, second / total - opacity * opacity)),
    smokeLevel: level / total,
  };
}

function posterior(opacity: number, seen: Colour, sky: Colour, variance: number) {
  const rest = seen.map((value, k) => value - (1 - opacity) * (sky[k] ?? 0));
  const sum = rest.reduce((a, b) => a + b, 0);
  const precision = (3 * opacity * opacity) / variance + 1 / SOOT_LEVEL_DEVIATION ** 2;
  const level = ((opacity * sum) / variance + SOOT_LEVEL / SOOT_LEVEL_DEVIATION ** 2) / precision;
  const misfit = rest.reduce((a, r) => a + (r - opacity * level) ** 2, 0) / variance;
  const prior = (level - SOOT_LEVEL) ** 2 / SOOT_LEVEL_DEVIATION ** 2;
  return { opacity, level, log: -0.5 * (misfit + prior + Math.log(precision)) };
}
