/** Readings of one meter at one instant. Sign: power drawn from the supply is above 0. */
export interface MeterSample {
  readonly timeMs: number;
  readonly activePowerKw?: number;
  /** Phases L1, L2, L3. */
  readonly phasePowersKw?: readonly [number, number, number];
  readonly voltagesV?: readonly [number, number, number];
  readonly currentsA?: readonly [number, number, number];
  /** Register, already multiplied, kWh. */
  readonly energyKwh?: number;
}

export type CommissioningFault =
  | 'reversed-ct'
  | 'all-reversed'
  | 'wrong-multiplier'
  | 'swapped-words'
  | 'swapped-phases'
  | 'dead-channel'
  | 'phases-differ-from-total'
  | 'energy-differs-from-power'
  | 'children-exceed-parent'
  | 'too-little-data';

export interface CommissioningFinding {
  readonly meter: string;
  readonly fault: CommissioningFault;
  /** What was seen, for a person. */
  readonly evidence: string;
  /** Where it is: `L2`, a sub-meter. */
  readonly place?: string;
  /** The factor that would make it right, where one would. */
  readonly factor?: number;
}

export interface CommissioningLimits {
  /** Relative difference that is still taken as measurement error. */
  readonly tolerance: number;
  /** Samples a check needs. */
  readonly leastSamples: number;
}

export const commissioningDefaults: CommissioningLimits = { tolerance: 0.05, leastSamples: 10 };

export function median(values: readonly number[]): number | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

const phases = ['L1', 'L2', 'L3'] as const;

/** A phase counts as without load below this share of the strongest phase. */
const DEAD_SHARE = 0.005;

/** Reversed transformers, a dead channel, and phases that do not add up to the total. */
export function checkPhases(
  meter: string,
  samples: readonly MeterSample[],
  limits: CommissioningLimits = commissioningDefaults,
): CommissioningFinding[] {
  const loaded = samples.filter((sample) => sample.phasePowersKw?.some((power) => power !== 0));
  if (loaded.length < limits.leastSamples) return [];
  const medians = phases.map(
    (_, index) => median(loaded.map((sample) => sample.phasePowersKw?.[index] ?? 0)) ?? 0,
  );
  const strongest = Math.max(...medians.map(Math.abs));
  const isReversed = medians.map((_, index) => flowsBack(loaded, index, DEAD_SHARE * strongest));
  if (isReversed.every(Boolean)) {
    return [
      {
        meter,
        fault: 'all-reversed',
        evidence: `all phases read below 0 kW, ${listed(medians)}`,
        factor: -1,
      },
    ];
  }
  const findings: CommissioningFinding[] = [];
  medians.forEach((power, index) => {
    const place = phases[index] ?? '';
    if (isReversed[index]) {
      findings.push({
        meter,
        fault: 'reversed-ct',
        place,
        evidence: `${place} reads ${fixed(power)} kW while the others draw power`,
        factor: -1,
      });
    } else if (isDead(loaded, index, strongest)) {
      findings.push({
        meter,
        fault: 'dead-channel',
        place,
        evidence: `${place} reads ${fixed(power)} kW beside ${fixed(strongest)} kW`,
      });
    }
  });
  return findings.length > 0 ? findings : checkTotal(meter, loaded, limits);
}

/** A phase that feeds back at times and draws at others has generation on it; a reversed transformer never reads above zero. */
const REVERSED_SHARE = 0.95;

function flowsBack(samples: readonly MeterSample[], index: number, least: number): boolean {
  const powers = samples
    .map((sample) => sample.phasePowersKw?.[index] ?? 0)
    .filter((power) => Math.abs(power) > least);
  const back = powers.filter((power) => power < 0).length;
  return powers.length > samples.length / 2 && back >= REVERSED_SHARE * powers.length;
}

/** A channel is dead where neither power nor current ever moves from zero; a phase that is merely idle does move. */
function isDead(samples: readonly MeterSample[], index: number, strongest: number): boolean {
  const isZero = (value: number | undefined, limit: number): boolean =>
    value === undefined || Math.abs(value) <= limit;
  const strongestA = Math.max(...samples.flatMap((sample) => (sample.currentsA ?? [0]).map(Math.abs)));
  return samples.every(
    (sample) =>
      isZero(sample.phasePowersKw?.[index], DEAD_SHARE * strongest) &&
      isZero(sample.currentsA?.[index], DEAD_SHARE * strongestA),
  );
}

function checkTotal(
  meter: string,
  samples: readonly MeterSample[],
  { tolerance }: CommissioningLimits,
): CommissioningFinding[] {
  const ratio = median(
    samples.flatMap(({ activePowerKw, phasePowersKw }) => {
      const sum = phasePowersKw?.reduce((total, power) => total + power, 0) ?? 0;
      return activePowerKw === undefined || sum === 0 ? [] : [activePowerKw / sum];
    }),
  );
  if (ratio === undefined || Math.abs(ratio - 1) <= tolerance) return [];
  return [
    {
      meter,
      fault: 'phases-differ-from-total',
      evidence: `the total is ${fixed(ratio)} times the sum of the phases`,
    },
  ];
}

const fixed = (value: number): string => String(Number(value.toPrecision(4)));
const listed = (values: readonly number[]): string => values.map(fixed).join(', ');
