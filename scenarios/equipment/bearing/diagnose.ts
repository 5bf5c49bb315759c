import { PlantscopeError } from '../../../model/error.ts';
import {
  centredSpectrum,
  envelopeSpectrum,
  type FrequencyBand,
  squaredEnvelope,
} from '../signal/envelope.ts';
import type { ComplexArray } from '../signal/fourier.ts';
import { cepstralPrewhitened, smoothWhitened } from '../signal/whitening.ts';
import {
  type CombMatch,
  chanceOfComb,
  matchComb,
  type RatioSpectrum,
  ratioAt,
  ratioSpectrum,
} from './comb.ts';
import type { BearingMultipliers } from './geometry.ts';

export type BearingFault = 'outer' | 'inner' | 'ball';

export interface BearingRecord {
  /** Acceleration in g (the verdict does not depend on the unit). */
  readonly samples: ArrayLike<number>;
  readonly sampleRateHz: number;
  /** Measured shaft speed: without it there is no bearing verdict. */
  readonly shaftRpm: number;
  readonly multipliers: BearingMultipliers;
}

export interface BearingOptions {
  /** Share by which a fault frequency may leave its kinematic value (cage slip, contact angle, speed error). */
  readonly slipTolerance: number;
  readonly harmonics: number;
  /** A fault is named where noise alone would show such a comb less often than this. */
  readonly falseAlarmProbability: number;
}

export const DEFAULT_BEARING_OPTIONS: BearingOptions = {
  slipTolerance: 0.005,
  harmonics: 3,
  falseAlarmProbability: 1e-3,
};

export interface FaultEvidence {
  readonly expectedHz: number;
  readonly foundHz: number;
  readonly slipPercent: number;
  /** Chance that noise alone gives this comb, an upper bound, 0..1. */
  readonly chance: number;
  readonly harmonics: CombMatch['lines'];
  /** Lines one modulation frequency beside the harmonics: shaft speed for the inner race, cage speed for a ball. */
  readonly sidebands: readonly { readonly hz: number; readonly ratio: number | undefined }[];
}

export interface BearingVerdict {
  readonly fault: BearingFault | 'none';
  /** Always the three faults, best first, whatever `fault` says. */
  readonly ranked: readonly BearingFault[];
  /** Mean height of the comb over the local floor, geometric mean of both spectra; about 2-4 in noise. */
  readonly scores: Readonly<Record<BearingFault, number>>;
  readonly evidence: {
    readonly method: string;
    readonly shaftHz: number;
    readonly carrierBandHz: readonly [number, number];
    readonly resolutionHz: number;
    readonly smallestChance: number;
    readonly falseAlarmProbability: number;
    /** Chance that noise alone gives the comb of the cage, 0..1; ranked apart, since a cage turns below shaft speed. */
    readonly cageChance: number;
    readonly cage: { readonly hz: number; readonly ratio: number | undefined };
    readonly faults: Readonly<Record<BearingFault, FaultEvidence>>;
  };
}

const FAULTS: readonly BearingFault[] = ['outer', 'inner', 'ball'];
/** Stud-mounted accelerometers are flat up to about here; above, whitening would lift what the sensor did not measure. */
const MAX_CARRIER_HZ = 10_000;
/** Wider than the sidebands of one fault's lines, narrower than a structural resonance. */
const WHITENING_WIDTH_HZ = 100;
/** Fewer turns don't resolve lines below shaft speed. */
export const MIN_SHAFT_TURNS = 20;

/**
 * Names the faulty element of a rolling bearing from one acceleration record.
 *
 * The record is whitened in two ways (cepstral prewhitening; levelling by the smoothed spectrum), and the squared envelope
 * spectrum of each is searched for combs at the fault frequencies. Both rank; the second, which keeps the height of
 * lines, also decides whether there is a fault at all.
 * @throws PlantscopeError `waveform-*`, `shaft-speed-unknown`
 */
export function diagnoseBearing(
  record: BearingRecord,
  options: BearingOptions = DEFAULT_BEARING_OPTIONS,
): BearingVerdict {
  const shaftHz = record.shaftRpm / 60;
  refuseUnusable(record, shaftHz);
  const spectra = whitenedEnvelopes(record, shaftHz, options.harmonics);
  const match = (spectrum: RatioSpectrum, fault: BearingFault): CombMatch =>
    matchComb(
      spectrum,
      expectedHz(record.multipliers, fault, shaftHz),
      options.slipTolerance,
      options.harmonics,
    );
  const levelled = byFault((fault) => match(spectra.levelled, fault));
  const scores = byFault((fault) =>
    Math.sqrt(levelled[fault].score * match(spectra.prewhitened, fault).score),
  );
  const chances = byFault((fault) => chanceOfComb(levelled[fault]));
  const smallestChance = Math.min(...FAULTS.map((fault) => chances[fault]));
  const ranked = FAULTS.toSorted((a, b) => scores[b] - scores[a]);
  const best = ranked[0] as BearingFault;
  return {
    fault: smallestChance < options.falseAlarmProbability ? best : 'none',
    ranked,
    scores,
    evidence: {
      method: 'squared envelope spectrum after cepstral prewhitening and after smooth whitening',
      shaftHz,
      carrierBandHz: [carrierBand(record).lowHz, carrierBand(record).highHz],
      resolutionHz: spectra.levelled.stepHz,
      smallestChance,
      falseAlarmProbability: options.falseAlarmProbability,
      cageChance: chanceOfComb(
        matchComb(
          spectra.levelled,
          record.multipliers.ftf * shaftHz,
          options.slipTolerance,
          options.harmonics,
        ),
      ),
      cage: {
        hz: record.multipliers.ftf * shaftHz,
        ratio: ratioAt(spectra.levelled, record.multipliers.ftf * shaftHz),
      },
      faults: byFault((fault) => evidenceOf(record, fault, levelled[fault], spectra.levelled)),
    },
  };
}

function byFault<T>(of: (fault: BearingFault) => T): Record<BearingFault, T> {
  return { outer: of('outer'), inner: of('inner'), ball: of('ball') };
}

function expectedHz(multipliers: BearingMultipliers, fault: BearingFault, shaftHz: number): number {
  const orders = { outer: multipliers.bpfo, inner: multipliers.bpfi, ball: multipliers.bsf2 };
  return orders[fault] * shaftHz;
}

function refuseUnusable(record: BearingRecord, shaftHz: number): void {
  if (!(shaftHz > 0))
    throw new PlantscopeError('shaft-speed-unknown', 'A bearing verdict needs the measured shaft speed', {
      hint: 'Give the speed in rpm, above 0, measured while the waveform was taken.',
    });
  const { samples, sampleRateHz } = record;
  if ((samples.length / sampleRateHz) * shaftHz < MIN_SHAFT_TURNS)
    throw new PlantscopeError('waveform-too-short', `The record holds under ${MIN_SHAFT_TURNS} shaft turns`, {
      hint: 'Record longer: fault lines need a resolution well under the shaft speed.',
    });
  const first = samples[0];
  let flat = true;
  for (let i = 0; i < samples.length; i++) {
    if (!Number.isFinite(samples[i]))
      throw new PlantscopeError('waveform-not-finite', `Sample ${i} of the record is no finite number`);
    if (samples[i] !== first) flat = false;
  }
  if (flat)
    throw new PlantscopeError('waveform-flat', 'Every sample of the record is the same', {
      hint: 'The sensor or its cable is dead: no verdict can rest on it.',
    });
}

function carrierBand(record: BearingRecord): FrequencyBand {
  return { lowHz: 0, highHz: Math.min(record.sampleRateHz / 2, MAX_CARRIER_HZ) };
}

function whitenedEnvelopes(
  record: BearingRecord,
  shaftHz: number,
  harmonics: number,
): { prewhitened: RatioSpectrum; levelled: RatioSpectrum } {
  const { bpfo, bpfi, bsf2 } = record.multipliers;
  const maxHz = 1.1 * Math.max(bpfo, bpfi, bsf2) * harmonics * shaftHz + 60;
  const spectrum = centredSpectrum(record.samples);
  const widthBins = Math.round((WHITENING_WIDTH_HZ * record.samples.length) / record.sampleRateHz);
  const ratios = (whitened: ComplexArray): RatioSpectrum => {
    const envelope = squaredEnvelope(whitened, record.sampleRateHz, carrierBand(record));
    return ratioSpectrum(envelopeSpectrum(envelope, record.sampleRateHz, maxHz), shaftHz);
  };
  return {
    prewhitened: ratios(cepstralPrewhitened(spectrum)),
    levelled: ratios(smoothWhitened(spectrum, widthBins)),
  };
}

function evidenceOf(
  record: BearingRecord,
  fault: BearingFault,
  match: CombMatch,
  spectrum: RatioSpectrum,
): FaultEvidence {
  const shaftHz = record.shaftRpm / 60;
  const nominalHz = expectedHz(record.multipliers, fault, shaftHz);
  const spacingHz = { outer: undefined, inner: shaftHz, ball: record.multipliers.ftf * shaftHz }[fault];
  const beside = spacingHz === undefined ? [] : [-spacingHz, spacingHz];
  return {
    expectedHz: nominalHz,
    foundHz: match.baseHz,
    slipPercent: 100 * (match.baseHz / nominalHz - 1),
    chance: chanceOfComb(match),
    harmonics: match.lines,
    sidebands: match.lines.flatMap(({ hz }) =>
      beside.map((offset) => ({ hz: hz + offset, ratio: ratioAt(spectrum, hz + offset) })),
    ),
  };
}
