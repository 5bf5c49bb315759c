import { bandRms, type PowerSpectrum } from '../signal/spectrum.ts';

/**
 * What the rules may ask. Ratios are of velocity RMS: `share1x` of the shaft line to the whole, the others to the shaft line.
 * Undefined = not observed: it speaks neither for nor against.
 */
export const OBSERVATIONS = [
  'share1x',
  'ratio2x',
  'ratioHarmonics',
  'ratioHalf',
  'ratioTwiceLine',
  'velocityToBaseline',
  'accelerationToBaseline',
  'kurtosis',
  'bearingChance',
  'suctionPressureDropKpa',
] as const;

export type ObservationName = (typeof OBSERVATIONS)[number];
export type Observations = Readonly<Partial<Record<ObservationName, number | undefined>>>;

/** A line is looked for this far on either side, as a share of its frequency, two lines of the spectrum at least. */
const LINE_SHARE = 0.01;
const TOP_HZ = 1000;
/** The floor is taken this many half widths to either side; below this multiple of it there is no line but noise. */
const FLOOR_REACH = 6;
const LINE_OVER_FLOOR = 3;

/**
 * Ratios of the lines at orders of shaft speed.
 * @param velocity power spectrum of velocity
 * @param lineHz frequency of the electrical network
 */
export function lineObservations(velocity: PowerSpectrum, shaftHz: number, lineHz = 50): Observations {
  const at = (hz: number): number => {
    const half = Math.max(2 * velocity.stepHz, LINE_SHARE * hz);
    return lineRms(velocity, hz, half);
  };
  const once = at(shaftHz);
  const total = bandRms(velocity, 0.3 * shaftHz, TOP_HZ);
  if (!(once > 0 && total > 0)) return {};
  const harmonics = Math.hypot(...[3, 4, 5, 6, 7].map((order) => at(order * shaftHz)));
  return {
    share1x: once / total,
    ratio2x: at(2 * shaftHz) / once,
    ratioHarmonics: harmonics / once,
    ratioHalf: at(0.5 * shaftHz) / once,
    ...(separable(velocity, shaftHz, 2 * lineHz) && { ratioTwiceLine: at(2 * lineHz) / once }),
  };
}

/** RMS of a line; 0 where the band holds no more than its surroundings: broadband noise (cavitation) is no line. */
function lineRms(velocity: PowerSpectrum, hz: number, halfHz: number): number {
  const { power, stepHz } = velocity;
  const bin = (at: number): number => Math.max(1, Math.round(at / stepHz));
  const around = power.slice(bin(hz - FLOOR_REACH * halfHz), bin(hz + FLOOR_REACH * halfHz) + 1).sort();
  // The median of a noise line's power is ln 2 of its mean.
  const floor = (around[around.length >> 1] ?? 0) / Math.LN2;
  const rms = bandRms(velocity, hz - halfHz, hz + halfHz);
  const noise = (floor * 2 * halfHz) / stepHz;
  return rms ** 2 > LINE_OVER_FLOOR * noise ? Math.sqrt(rms ** 2 - noise) : 0;
}

/** Near a harmonic of the shaft, twice the line frequency can't be told from it. */
function separable(velocity: PowerSpectrum, shaftHz: number, hz: number): boolean {
  const nearest = Math.max(1, Math.round(hz / shaftHz)) * shaftHz;
  return Math.abs(nearest - hz) > 2 * Math.max(2 * velocity.stepHz, LINE_SHARE * hz);
}
