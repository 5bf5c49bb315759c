/** A limit of supply quality; `least` and `most` in `unit`, inclusive. */
export interface QualityLimit {
  readonly quantity:
    | 'voltageDeviation'
    | 'voltageUnbalance'
    | 'voltageUnbalanceShort'
    | 'totalHarmonicDistortion'
    | 'oddHarmonic'
    | 'evenHarmonic'
    | 'frequencyDeviation';
  /** Nominal voltages it is for, kV, inclusive. */
  readonly fromKv: number;
  readonly toKv: number;
  readonly singlePhase?: boolean;
  readonly least: number;
  readonly most: number;
  readonly unit: '%' | 'Hz';
  readonly edition: string;
  /** How well the figure was checked: `verified`, `secondary` (one secondary source) or `unverified` (an editable default). */
  readonly evidence: 'verified' | 'secondary' | 'unverified';
}

const allVoltages = { fromKv: 0, toKv: 1000 };
const lowVoltage = { fromKv: 0.22, toKv: 0.66 };

/** Editable defaults. Sums of two deviations (35 kV and above: 10 % together) are in {@link absoluteDeviationSumPct}. */
export const qualityLimits: readonly QualityLimit[] = [
  {
    quantity: 'voltageDeviation',
    fromKv: 0.38,
    toKv: 20,
    least: -7,
    most: 7,
    unit: '%',
    edition: 'GB/T 12325-2008',
    evidence: 'verified',
  },
  {
    quantity: 'voltageDeviation',
    fromKv: 0.22,
    toKv: 0.22,
    singlePhase: true,
    least: -10,
    most: 7,
    unit: '%',
    edition: 'GB/T 12325-2008',
    evidence: 'secondary',
  },
  {
    quantity: 'voltageUnbalance',
    ...allVoltages,
    least: 0,
    most: 2,
    unit: '%',
    edition: 'GB/T 15543-2008',
    evidence: 'verified',
  },
  {
    quantity: 'voltageUnbalanceShort',
    ...allVoltages,
    least: 0,
    most: 4,
    unit: '%',
    edition: 'GB/T 15543-2008',
    evidence: 'verified',
  },
  {
    quantity: 'totalHarmonicDistortion',
    ...lowVoltage,
    least: 0,
    most: 5,
    unit: '%',
    edition: 'GB/T 14549-1993',
    evidence: 'verified',
  },
  {
    quantity: 'totalHarmonicDistortion',
    fromKv: 6,
    toKv: 10,
    least: 0,
    most: 4,
    unit: '%',
    edition: 'GB/T 14549-1993',
    evidence: 'unverified',
  },
  {
    quantity: 'totalHarmonicDistortion',
    fromKv: 35,
    toKv: 66,
    least: 0,
    most: 3,
    unit: '%',
    edition: 'GB/T 14549-1993',
    evidence: 'unverified',
  },
  {
    quantity: 'totalHarmonicDistortion',
    fromKv: 110,
    toKv: 110,
    least: 0,
    most: 2,
    unit: '%',
    edition: 'GB/T 14549-1993',
    evidence: 'unverified',
  },
  {
    quantity: 'oddHarmonic',
    ...lowVoltage,
    least: 0,
    most: 4,
    unit: '%',
    edition: 'GB/T 14549-1993',
    evidence: 'unverified',
  },
  {
    quantity: 'evenHarmonic',
    ...lowVoltage,
    least: 0,
    most: 2,
    unit: '%',
    edition: 'GB/T 14549-1993',
    evidence: 'unverified',
  },
  {
    quantity: 'oddHarmonic',
    fromKv: 6,
    toKv: 10,
    least: 0,
    most: 3.2,
    unit: '%',
    edition: 'GB/T 14549-1993',
    evidence: 'unverified',
  },
  {
    quantity: 'evenHarmonic',
    fromKv: 6,
    toKv: 10,
    least: 0,
    most: 1.6,
    unit: '%',
    edition: 'GB/T 14549-1993',
    evidence: 'unverified',
  },
  {
    quantity: 'oddHarmonic',
    fromKv: 35,
    toKv: 66,
    least: 0,
    most: 2.4,
    unit: '%',
    edition: 'GB/T 14549-1993',
    evidence: 'unverified',
  },
  {
    quantity: 'evenHarmonic',
    fromKv: 35,
    toKv: 66,
    least: 0,
    most: 1.2,
    unit: '%',
    edition: 'GB/T 14549-1993',
    evidence: 'unverified',
  },
  {
    quantity: 'oddHarmonic',
    fromKv: 110,
    toKv: 110,
    least: 0,
    most: 1.6,
    unit: '%',
    edition: 'GB/T 14549-1993',
    evidence: 'unverified',
  },
  {
    quantity: 'evenHarmonic',
    fromKv: 110,
    toKv: 110,
    least: 0,
    most: 0.8,
    unit: '%',
    edition: 'GB/T 14549-1993',
    evidence: 'unverified',
  },
  {
    quantity: 'frequencyDeviation',
    ...allVoltages,
    least: -0.2,
    most: 0.2,
    unit: 'Hz',
    edition: 'GB/T 15945-2008',
    evidence: 'unverified',
  },
];

/** From 35 kV on: the absolute upper and lower deviation together, per cent. GB/T 12325-2008, secondary source. */
export const absoluteDeviationSumPct = 10;

export interface QualityVerdict {
  readonly value: number;
  readonly isWithin: boolean;
  readonly limit: QualityLimit;
}

/**
 * Compares a value with the limit for its nominal voltage.
 * @returns undefined where the table has no limit for it
 */
export function judgeQuality(
  quantity: QualityLimit['quantity'],
  value: number,
  nominalKv: number,
  options: { readonly singlePhase?: boolean; readonly limits?: readonly QualityLimit[] } = {},
): QualityVerdict | undefined {
  const limit = (options.limits ?? qualityLimits).find(
    (candidate) =>
      candidate.quantity === quantity &&
      nominalKv >= candidate.fromKv &&
      nominalKv <= candidate.toKv &&
      (candidate.singlePhase ?? false) === (options.singlePhase ?? false),
  );
  return limit ? { value, isWithin: value >= limit.least && value <= limit.most, limit } : undefined;
}

/** Deviation of a voltage from its nominal value, per cent. @see GB/T 12325-2008 */
export const voltageDeviationPct = (voltageV: number, nominalV: number): number =>
  (100 * (voltageV - nominalV)) / nominalV;

/**
 * Unbalance of three line-to-line voltages, per cent: negative over positive sequence, from magnitudes alone.
 * @see IEC 61000-4-30; GB/T 15543-2008 annex A
 */
export function voltageUnbalancePct(uAb: number, uBc: number, uCa: number): number {
  const squares = [uAb, uBc, uCa].map((voltage) => voltage ** 2);
  const sum = squares.reduce((total, square) => total + square, 0);
  const fourth = squares.reduce((total, square) => total + square ** 2, 0);
  const beta = fourth / sum ** 2;
  const root = Math.sqrt(Math.max(0, 3 - 6 * beta));
  return 100 * Math.sqrt((1 - root) / (1 + root));
}
