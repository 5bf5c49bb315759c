import { matchComb, ratioSpectrum } from '../../scenarios/equipment/bearing/comb.ts';
import { type BearingFault, DEFAULT_BEARING_OPTIONS } from '../../scenarios/equipment/bearing/diagnose.ts';
import {
  centredSpectrum,
  envelopeSpectrum,
  type FrequencyBand,
  squaredEnvelope,
} from '../../scenarios/equipment/signal/envelope.ts';
import {
  type ComplexArray,
  inverseTransform,
  powerOfTwoAtLeast,
} from '../../scenarios/equipment/signal/fourier.ts';
import { cepstralPrewhitened, smoothWhitened } from '../../scenarios/equipment/signal/whitening.ts';
import { type BearingRun, MULTIPLIERS } from './conformance-bearing.ts';

const { slipTolerance, harmonics } = DEFAULT_BEARING_OPTIONS;
const FAULTS: readonly BearingFault[] = ['outer', 'inner', 'ball'];
const FIXED_BAND: FrequencyBand = { lowHz: 2000, highHz: 5000 };
const WHITENING_WIDTH_HZ = 100;

interface Prepared {
  readonly spectrum: ComplexArray;
  readonly sampleRateHz: number;
}

/** Squared envelope of a record by one method; everything after it is the same for all. */
type Method = (record: Prepared) => Float64Array;

const whole = (sampleRateHz: number): FrequencyBand => ({ lowHz: 0, highHz: sampleRateHz / 2 });

export const METHODS: Readonly<Record<string, Method>> = {
  'whole band, no preparation': ({ spectrum, sampleRateHz }) =>
    squaredEnvelope(spectrum, sampleRateHz, whole(sampleRateHz)),
  'fixed band, 2 to 5 kHz': ({ spectrum, sampleRateHz }) =>
    squaredEnvelope(spectrum, sampleRateHz, FIXED_BAND),
  'kurtogram (band of the highest kurtosis)': ({ spectrum, sampleRateHz }) =>
    squaredEnvelope(spectrum, sampleRateHz, kurtogramBand(spectrum, sampleRateHz)),
  'cepstral prewhitening': ({ spectrum, sampleRateHz }) =>
    squaredEnvelope(cepstralPrewhitened(spectrum), sampleRateHz, whole(sampleRateHz)),
  'smooth whitening': ({ spectrum, sampleRateHz }) =>
    squaredEnvelope(
      smoothWhitened(spectrum, Math.round((WHITENING_WIDTH_HZ * spectrum.length) / 2 / sampleRateHz)),
      sampleRateHz,
      whole(sampleRateHz),
    ),
};

/** Bands of 1/1 to 1/16 of the spectrum, halves and thirds, as a fast kurtogram tries them. */
function kurtogramBand(spectrum: ComplexArray, sampleRateHz: number): FrequencyBand {
  const topHz = sampleRateHz / 2;
  const counts = [1, 2, 3, 4, 6, 8, 12, 16];
  const bands = counts.flatMap((count) =>
    Array.from({ length: count }, (_, i) => ({
      lowHz: (i * topHz) / count,
      highHz: ((i + 1) * topHz) / count,
    })),
  );
  const kurtosis = bands.map((band) => envelopeKurtosis(bandEnvelope(spectrum, sampleRateHz, band)));
  return bands[kurtosis.indexOf(Math.max(...kurtosis))] as FrequencyBand;
}

/** The envelope of a band at the band's own rate, which is all that its kurtosis needs and a fraction of the work. */
function bandEnvelope(spectrum: ComplexArray, sampleRateHz: number, band: FrequencyBand): Float64Array {
  const stepHz = sampleRateHz / (spectrum.length / 2);
  const [first, last] = [Math.ceil(band.lowHz / stepHz), Math.floor(band.highHz / stepHz)];
  const size = powerOfTwoAtLeast(last - first + 1);
  const shifted = new Float64Array(2 * size);
  shifted.set(spectrum.subarray(2 * first, 2 * Math.min(last, spectrum.length / 4)));
  const time = inverseTransform(shifted);
  return Float64Array.from(
    { length: size },
    (_, i) => Number(time[2 * i]) ** 2 + Number(time[2 * i + 1]) ** 2,
  );
}

/** Kurtosis of the complex envelope: 0 for Gaussian noise. */
function envelopeKurtosis(squared: Float64Array): number {
  const mean = squared.reduce((sum, value) => sum + value, 0) / squared.length;
  const meanSquare = squared.reduce((sum, value) => sum + value * value, 0) / squared.length;
  return meanSquare / mean ** 2 - 2;
}

function bestFault(envelope: Float64Array, sampleRateHz: number, shaftHz: number): BearingFault {
  const orders = { outer: MULTIPLIERS.bpfo, inner: MULTIPLIERS.bpfi, ball: MULTIPLIERS.bsf2 };
  const spectrum = ratioSpectrum(envelopeSpectrum(envelope, sampleRateHz, 20 * shaftHz + 60), shaftHz);
  const score = (fault: BearingFault): number =>
    matchComb(spectrum, orders[fault] * shaftHz, slipTolerance, harmonics).score;
  return FAULTS.toSorted((a, b) => score(b) - score(a))[0] as BearingFault;
}

export interface MethodCount {
  readonly method: string;
  /** Records right at first rank, by label. */
  readonly right: Readonly<Record<BearingFault, number>>;
}

export function compareMethods(runs: readonly BearingRun[]): MethodCount[] {
  const prepared = runs.map((run) => ({ ...run, spectrum: centredSpectrum(run.samples) }));
  return Object.entries(METHODS).map(([method, envelopeOf]) => {
    const right = { outer: 0, inner: 0, ball: 0 };
    for (const { label, spectrum, sampleRateHz, shaftRpm } of prepared) {
      if (!FAULTS.includes(label as BearingFault)) continue;
      const said = bestFault(envelopeOf({ spectrum, sampleRateHz }), sampleRateHz, shaftRpm / 60);
      if (said === label) right[said] += 1;
    }
    return { method, right };
  });
}

export function methodsSection(counts: readonly MethodCount[], runs: readonly BearingRun[]): string {
  const of = (label: string): number => runs.filter((run) => run.label === label).length;
  const shipped = (label: BearingFault): number =>
    runs.filter((run) => run.label === label && run.verdict.ranked[0] === label).length;
  const rows = [
    ...counts,
    {
      method: '**both whitenings, as shipped**',
      right: { outer: shipped('outer'), inner: shipped('inner'), ball: shipped('ball') },
    },
  ];
  return `## Envelope methods compared

The same records, combs, slip tolerance and ranking; only what is done before the squared envelope differs. Right at first rank:

| method | outer, of ${of('outer')} | inner, of ${of('inner')} | races, of ${of('outer') + of('inner')} | ball, of ${of('ball')} |
|---|---|---|---|---|
${rows.map(({ method, right }) => `| ${method} | ${right.outer} | ${right.inner} | ${right.outer + right.inner} | ${right.ball} |`).join('\n')}

The kurtogram picks the band of the most impulsive moment, which a single knock or a resonance of something else can be; whitening asks no band and
lets every resonance that the defect rings take part. So the service whitens, in both ways, and ranks by the two together.
`;
}
