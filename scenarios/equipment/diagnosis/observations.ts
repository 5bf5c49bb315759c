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

/**
 * Ratios of the lines at orders of shaft speed.
 * @param velocity power spectrum of velocity
 * @param lineHz frequency of the electrical network
 */
export function lineObservations(velocity: PowerSpectrum, shaftHz: number, lineHz = 50): Observations {
  const at = (hz: number): number => {
    const half = Math.max(2 * velocity.stepHz, LINE_SHARE * hz);
    return bandRms(velocity, hz - half, hz + half);
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

/** Near a harmonic of the shaft, twice the line frequency can't be told from it. */
function separable(velocity: PowerSpectrum, shaftHz: number, hz: number): boolean {
  const nearest = Math.max(1, Math.round(hz / shaftHz)) * shaftHz;
  return Math.abs(nearest - hz) > 2 * Math.max(2 * velocity.stepHz, LINE_SHARE * hz);
}
