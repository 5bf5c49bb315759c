import type { EnvelopeSpectrum } from '../signal/envelope.ts';
import { lineToFloorRatio } from '../signal/noise-floor.ts';

/** An envelope spectrum as ratios to the local floor, with the shaft's own harmonics taken out. */
export interface RatioSpectrum {
  readonly stepHz: number;
  /** NaN where a shaft harmonic stands. */
  readonly ratio: Float64Array;
}

export interface CombLine {
  readonly order: number;
  readonly hz: number;
  /** Line over local floor; undefined where a shaft harmonic covers it. */
  readonly ratio: number | undefined;
}

export interface CombMatch {
  readonly score: number;
  readonly baseHz: number;
  readonly lines: readonly CombLine[];
  /** Independent places tried, for the look-elsewhere correction of a significance. */
  readonly trials: number;
}

/** The floor is taken over this width; wider than sidebands of any machine shaft below 1,800 rpm, narrower than a resonance. */
const FLOOR_WIDTH_HZ = 60;
/** A shaft harmonic covers this share of its frequency on either side (speed wander over a record), two bins at least. */
const SHAFT_LINE_SHARE = 0.0015;
/** One line this far over the floor proves no more than the next; without a cap one strong line outweighs a whole comb. */
const RATIO_CAP = 20;
/** A line that falls between two bins, or is smeared by slip, shows in a neighbour. */
const NEIGHBOUR_BINS = 1;

export function ratioSpectrum(envelope: EnvelopeSpectrum, shaftHz: number): RatioSpectrum {
  const { stepHz } = envelope;
  const ratio = lineToFloorRatio(envelope.power, Math.round(FLOOR_WIDTH_HZ / stepHz) | 1);
  for (let k = 1; k * shaftHz < ratio.length * stepHz; k++) {
    const centre = Math.round((k * shaftHz) / stepHz);
    const half = Math.max(2, Math.floor((SHAFT_LINE_SHARE * k * shaftHz) / stepHz));
    ratio.fill(Number.NaN, Math.max(0, centre - half), centre + half + 1);
  }
  return { stepHz, ratio };
}

/** The highest ratio at a frequency or in the bins beside it; undefined where nothing is visible. */
export function ratioAt(spectrum: RatioSpectrum, hz: number): number | undefined {
  const centre = Math.round(hz / spectrum.stepHz);
  let best: number | undefined;
  for (let i = centre - NEIGHBOUR_BINS; i <= centre + NEIGHBOUR_BINS; i++) {
    const value = spectrum.ratio[i];
    if (value === undefined || Number.isNaN(value)) continue;
    if (best === undefined || value > best) best = value;
  }
  return best;
}

/**
 * The best comb of `harmonics` lines whose base lies within the slip tolerance: all harmonics share one base, so
 * chance lines near two of them do not add up. Of bases that show the same lines the middle one is named.
 */
export function matchComb(
  spectrum: RatioSpectrum,
  nominalHz: number,
  tolerance: number,
  harmonics: number,
): CombMatch {
  const stepHz = spectrum.stepHz / harmonics;
  const steps = Math.max(1, Math.ceil((2 * tolerance * nominalHz) / stepHz));
  const matches = Array.from({ length: steps + 1 }, (_, i): CombMatch => {
    const baseHz = nominalHz * (1 - tolerance) + (i * 2 * tolerance * nominalHz) / steps;
    const lines = combLines(spectrum, baseHz, harmonics);
    return { score: combScore(lines), baseHz, lines, trials: steps };
  });
  const highest = Math.max(...matches.map(({ score }) => score));
  const equals = matches.filter(({ score }) => score === highest);
  return equals[equals.length >> 1] as CombMatch;
}

function combLines(spectrum: RatioSpectrum, baseHz: number, harmonics: number): CombLine[] {
  return Array.from({ length: harmonics }, (_, k) => {
    const hz = (k + 1) * baseHz;
    return { order: k + 1, hz, ratio: ratioAt(spectrum, hz) };
  });
}

/** Mean of the capped ratios of the visible lines; 0 where none is visible. */
function combScore(lines: readonly CombLine[]): number {
  const visible = lines.flatMap(({ ratio }) => (ratio === undefined ? [] : [Math.min(ratio, RATIO_CAP)]));
  if (visible.length === 0) return 0;
  return visible.reduce((sum, ratio) => sum + ratio, 0) / visible.length;
}

/**
 * Bound on the chance that noise alone gives a comb this high: in noise a ratio is exponential with mean 1, a sum of k
 * of them Gamma(k), times the bins and bases that were tried.
 */
export function chanceOfComb(match: CombMatch): number {
  const visible = match.lines.filter(({ ratio }) => ratio !== undefined).length;
  if (visible === 0) return 1;
  const sum = match.score * visible;
  const places = match.trials * (2 * NEIGHBOUR_BINS + 1) ** visible;
  return Math.min(1, places * gammaTail(visible, sum));
}

/** P(sum of k unit exponentials > x). */
function gammaTail(k: number, x: number): number {
  let term = 1;
  let total = 1;
  for (let i = 1; i < k; i++) {
    term *= x / i;
    total += term;
  }
  return Math.exp(-x) * total;
}
