import { median, robustScale } from '../anomaly/sample-statistics.ts';
import type { WaveformAnalysis } from '../waveform/analyse-waveform.ts';
import { LINE_GROUPS, type LineGroup, type LineLevels } from '../waveform/line-levels.ts';

/** Levels of a recording that are compared with the machine's own healthy ones. */
export const LEVELS = [
  'velocity',
  'acceleration',
  'highBand',
  'kurtosis',
  'once',
  'twice',
  'harmonics',
] as const;
export type LevelName = (typeof LEVELS)[number];

export interface LevelBaseline {
  readonly median: number;
  /** Standard deviation, robust, and never below a few percent of the median: a handful of recordings look too alike. */
  readonly scale: number;
}

/** How the machine shakes while healthy, in one operating regime. Plain JSON: part of a model file. */
export interface RegimeBaseline {
  readonly rpm: number;
  /** Undefined where no load was measured. */
  readonly loadPct?: number;
  readonly recordings: number;
  readonly levels: Readonly<Partial<Record<LevelName, LevelBaseline>>>;
  /** Median mean square of each group of lines, (mm/s)^2. */
  readonly lines: Readonly<Partial<Record<LineGroup, number>>>;
}

/** One regime: speeds and loads this near to each other. */
const SPEED_SHARE = 0.1;
const LOAD_POINTS = 15;
const MIN_RECORDINGS = 5;
const SCALE_SHARE = 0.04;
/** A line's scatter is not taken as finer than this share of the whole velocity: a line near zero would double by nothing. */
const LINE_SCALE_SHARE = 0.025;
const LINE_LEVELS: ReadonlySet<LevelName> = new Set(['once', 'twice', 'harmonics']);

/** What of a recording is compared. */
export interface RegimeSample {
  /** Undefined: without speed a recording belongs to no regime. */
  readonly shaftRpm: number | undefined;
  readonly loadPct: number | undefined;
  readonly levels: Readonly<Partial<Record<LevelName, number>>>;
  readonly lines: LineLevels;
}

export const regimeSample = (analysis: WaveformAnalysis): RegimeSample => ({
  shaftRpm: analysis.shaftRpm,
  loadPct: analysis.loadPct,
  levels: {
    velocity: analysis.velocityRmsMmPerS,
    acceleration: analysis.features.rms,
    ...(analysis.highBandRms !== undefined && { highBand: analysis.highBandRms }),
    kurtosis: analysis.features.kurtosis,
    ...lineLevelsOf(analysis.lines),
  },
  lines: analysis.lines,
});

/** RMS of the shaft's own lines: they stand clear of the noise that makes the whole velocity scatter. */
export const lineLevelsOf = ({ once, twice, harmonics }: LineLevels): Partial<Record<LevelName, number>> => ({
  ...(once !== undefined && { once: Math.sqrt(once) }),
  ...(twice !== undefined && { twice: Math.sqrt(twice) }),
  ...(harmonics !== undefined && { harmonics: Math.sqrt(harmonics) }),
});

/** Groups healthy recordings by operating regime. Recordings without speed belong to none. */
export function trainRegimes(healthy: readonly RegimeSample[]): RegimeBaseline[] {
  const groups: RegimeSample[][] = [];
  for (const analysis of healthy) {
    if (analysis.shaftRpm === undefined) continue;
    const group = groups.find(([first]) => first && isSameRegime(analysis, regimePoint(first)));
    if (group) group.push(analysis);
    else groups.push([analysis]);
  }
  return groups.filter((group) => group.length >= MIN_RECORDINGS).map(baselineOf);
}

interface RegimePoint {
  readonly rpm: number;
  readonly loadPct?: number | undefined;
}

const regimePoint = ({ shaftRpm, loadPct }: RegimeSample): RegimePoint => ({
  rpm: shaftRpm ?? Number.NaN,
  loadPct,
});

function isSameRegime({ shaftRpm, loadPct }: RegimeSample, regime: RegimePoint): boolean {
  if (shaftRpm === undefined || !(Math.abs(shaftRpm / regime.rpm - 1) <= SPEED_SHARE)) return false;
  const unloaded = loadPct === undefined || regime.loadPct === undefined;
  return unloaded || Math.abs(loadPct - regime.loadPct) <= LOAD_POINTS;
}

/** The regime a recording belongs to: the nearest in speed and load; undefined where the machine never ran so while it was learned. */
export function regimeOf(
  analysis: RegimeSample,
  regimes: readonly RegimeBaseline[],
): RegimeBaseline | undefined {
  const distance = ({ rpm, loadPct }: RegimeBaseline): number =>
    Math.abs((analysis.shaftRpm ?? 0) / rpm - 1) / SPEED_SHARE +
    Math.abs((analysis.loadPct ?? 0) - (loadPct ?? analysis.loadPct ?? 0)) / LOAD_POINTS;
  return regimes
    .filter((regime) => isSameRegime(analysis, regime))
    .sort((a, b) => distance(a) - distance(b))[0];
}

function baselineOf(group: readonly RegimeSample[]): RegimeBaseline {
  const loads = present(group.map(({ loadPct }) => loadPct));
  return {
    rpm: median(present(group.map(({ shaftRpm }) => shaftRpm))),
    ...(loads.length > 0 && { loadPct: median(loads) }),
    recordings: group.length,
    levels: levelBaselines(group),
    lines: Object.fromEntries(
      LINE_GROUPS.flatMap((name) => {
        const values = present(group.map(({ lines }) => lines[name]));
        return values.length === 0 ? [] : [[name, median(values)]];
      }),
    ),
  };
}

function levelBaselines(group: readonly RegimeSample[]): RegimeBaseline['levels'] {
  const velocity = median(present(group.map(({ levels }) => levels.velocity)));
  return Object.fromEntries(
    LEVELS.flatMap((name) => {
      const values = present(group.map(({ levels }) => levels[name]));
      const leastScale = LINE_LEVELS.has(name) ? LINE_SCALE_SHARE * velocity : 1e-9;
      return values.length < MIN_RECORDINGS ? [] : [[name, levelBaseline(values, leastScale)]];
    }),
  );
}

function levelBaseline(values: readonly number[], leastScale: number): LevelBaseline {
  const centre = median(values);
  return { median: centre, scale: Math.max(robustScale(values), SCALE_SHARE * Math.abs(centre), leastScale) };
}

const present = (values: readonly (number | undefined)[]): number[] =>
  values.filter((value) => value !== undefined);
