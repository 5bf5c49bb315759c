import { median } from '../anomaly/sample-statistics.ts';
import { type LevelName, type RegimeBaseline, regimeOf, regimeSample } from '../baseline/regime-baseline.ts';
import type { BearingFault } from '../bearing/diagnose.ts';
import type { WaveformAnalysis } from '../waveform/analyse-waveform.ts';
import type { LineGroup, LineLevels } from '../waveform/line-levels.ts';

/**
 * What the rules may ask. Shares are of mean-square velocity: of the growth over the baseline of the operating regime where there is
 * one and the growth counts, else of the whole. `ToBaseline` are ratios, `Sigmas` distances from the baseline in its own scatter.
 * Undefined = not observed: it speaks neither for nor against.
 */
export const OBSERVATIONS = [
  'share1x',
  'share2x',
  'shareHarmonics',
  'shareHalf',
  'shareTwiceLine',
  'shareBlade',
  'shareGear',
  'shareGearSidebands',
  'shareBelt',
  'velocityToBaseline',
  'growthToBaseline',
  'growthSigmas',
  'accelerationToBaseline',
  'accelerationSigmas',
  'highBandToBaseline',
  'highBandSigmas',
  'kurtosis',
  'axialToRadial',
  'bearingOuterChance',
  'bearingInnerChance',
  'bearingBallChance',
  'bearingCageChance',
  'bearingChance',
  'bearingOuterRank',
  'bearingInnerRank',
  'bearingBallRank',
  'temperatureResidualK',
  'temperatureSigmas',
  'suctionPressureDropKpa',
  'flowSigmas',
  'processSigmas',
  'rotorBarDb',
  'eccentricityDb',
  'waveformDead',
  'clippedShare',
  'scalarDisagreement',
  'transmitterAloneSigmas',
  'stuckMinutes',
  'regimeUnknown',
] as const;

export type ObservationName = (typeof OBSERVATIONS)[number];
export type Observations = Readonly<Partial<Record<ObservationName, number | undefined>>>;

/** Growth below this many sigmas is scatter: what it consists of says nothing. */
const GROWTH_SIGMAS = 4;

/** What one vibration recording shows, against the baseline of its regime where there is one. */
export function vibrationObservations(
  analysis: WaveformAnalysis,
  regimes: readonly RegimeBaseline[],
): Observations {
  const regime = regimeOf(regimeSample(analysis), regimes);
  return {
    ...shareObservations(analysis, regime),
    ...levelObservations(analysis, regime),
    ...bearingObservations(analysis),
    kurtosis: analysis.features.kurtosis,
    clippedShare: analysis.clippedShare,
    ...(regimes.length > 0 && { regimeUnknown: regime === undefined ? 1 : 0 }),
  };
}

const SHARES: Readonly<Record<LineGroup, ObservationName>> = {
  once: 'share1x',
  twice: 'share2x',
  harmonics: 'shareHarmonics',
  half: 'shareHalf',
  twiceLine: 'shareTwiceLine',
  blade: 'shareBlade',
  gear: 'shareGear',
  gearSidebands: 'shareGearSidebands',
  belt: 'shareBelt',
};

function shareObservations(analysis: WaveformAnalysis, regime: RegimeBaseline | undefined): Observations {
  const { lines, velocityRmsMmPerS } = analysis;
  const before = regime?.levels.velocity;
  // Within the machine's own scatter there is no growth to take apart, and its healthy shares are no symptom.
  if (before && growthOf(analysis, regime).sigmas < GROWTH_SIGMAS) return {};
  const base: LineLevels = before ? (regime?.lines ?? {}) : {};
  const groups = Object.keys(lines) as LineGroup[];
  const grown = groups.map((group) => Math.max(0, (lines[group] ?? 0) - (base[group] ?? 0)));
  const whole = Math.max(
    velocityRmsMmPerS ** 2 - (before ? before.median ** 2 : 0),
    grown.reduce((sum, level) => sum + level, 0),
    Number.MIN_VALUE,
  );
  return Object.fromEntries(groups.map((group, i) => [SHARES[group], (grown[i] as number) / whole]));
}

/**
 * The clearest growth of velocity, of the whole or of the shaft's own lines: noise of the sensor, integrated, makes the whole scatter
 * where a line stands still. The ratio is of the growth to the whole velocity's baseline.
 */
function growthOf(
  analysis: WaveformAnalysis,
  regime: RegimeBaseline,
): { readonly sigmas: number; readonly ratio: number } {
  const { levels } = regimeSample(analysis);
  const whole = regime.levels.velocity?.median ?? Number.NaN;
  const grown = (['velocity', 'once', 'twice', 'harmonics'] as const).flatMap((name) => {
    const [level, before] = [levels[name], regime.levels[name]];
    if (level === undefined || !before) return [];
    return [{ sigmas: (level - before.median) / before.scale, ratio: 1 + (level - before.median) / whole }];
  });
  return grown.sort((a, b) => b.sigmas - a.sigmas)[0] ?? { sigmas: 0, ratio: 1 };
}

function levelObservations(analysis: WaveformAnalysis, regime: RegimeBaseline | undefined): Observations {
  const { levels } = regimeSample(analysis);
  const compared = (name: LevelName): { ratio?: number; sigmas?: number } => {
    const [level, before] = [levels[name], regime?.levels[name]];
    if (level === undefined || !before) return {};
    return { ratio: level / before.median, sigmas: (level - before.median) / before.scale };
  };
  const [velocity, acceleration, high] = [
    compared('velocity'),
    compared('acceleration'),
    compared('highBand'),
  ];
  return {
    velocityToBaseline: velocity.ratio,
    ...(regime && {
      growthToBaseline: growthOf(analysis, regime).ratio,
      growthSigmas: growthOf(analysis, regime).sigmas,
    }),
    accelerationToBaseline: acceleration.ratio,
    accelerationSigmas: acceleration.sigmas,
    highBandToBaseline: high.ratio,
    highBandSigmas: high.sigmas,
  };
}

function bearingObservations({ bearing }: WaveformAnalysis): Observations {
  if (!bearing) return {};
  const { faults, cageChance, smallestChance } = bearing.evidence;
  const rank = (fault: BearingFault): number => bearing.ranked.indexOf(fault) + 1;
  return {
    bearingOuterChance: faults.outer.chance,
    bearingInnerChance: faults.inner.chance,
    bearingBallChance: faults.ball.chance,
    bearingCageChance: cageChance,
    bearingChance: smallestChance,
    bearingOuterRank: rank('outer'),
    bearingInnerRank: rank('inner'),
    bearingBallRank: rank('ball'),
  };
}

/** Within these a recording stands as it stood while the machine was healthy. */
const STANDS_SIGMAS = 4;
/** A drift below this share of what load and speed explain is within what a transmitter may be off. */
const LEAST_DRIFT_SHARE = 0.25;
/** Where the recording grew by more than this share of what the transmitter did, both saw the same. */
const MOST_SHARED = 0.25;
/** Chance of the bearing's lines from which the envelope shows nothing. */
const NO_BEARING_LINES = 0.001;

/**
 * A transmitter and a recording measure the same shaking: where the transmitter has moved away from what load and speed explain, and
 * nothing of the recording has moved from its regime's baseline, it is the transmitter. Undefined where either is not known, or the recording moved too.
 * @returns how far the transmitter moved, in sigmas of its own residual
 */
export function transmitterAlone(
  recorded: Observations,
  transmitter: { readonly residual: number; readonly expected: number; readonly sigmas: number } | undefined,
): number | undefined {
  const {
    growthSigmas,
    growthToBaseline = 1,
    accelerationSigmas,
    highBandSigmas,
    bearingChance = 1,
  } = recorded;
  if (!transmitter || growthSigmas === undefined || accelerationSigmas === undefined) return undefined;
  const stands = [growthSigmas, accelerationSigmas, highBandSigmas ?? 0].every(
    (sigmas) => Math.abs(sigmas) < STANDS_SIGMAS,
  );
  if (!stands || bearingChance < NO_BEARING_LINES) return undefined;
  const share = Math.abs(transmitter.residual) / Math.max(Math.abs(transmitter.expected), Number.MIN_VALUE);
  // A fault that grows shows in both, in the noisier of them later.
  if (growthToBaseline - 1 > MOST_SHARED * share) return undefined;
  return share < LEAST_DRIFT_SHARE ? 0 : Math.abs(transmitter.sigmas);
}

/** Several recordings of one stretch of time as one: the median of each observation, so that a single odd recording has no say. */
export function medianObservations(list: readonly Observations[]): Observations {
  return Object.fromEntries(
    OBSERVATIONS.flatMap((name) => {
      const values = list.flatMap((one) => one[name] ?? []);
      return values.length === 0 ? [] : [[name, median(values)]];
    }),
  );
}
