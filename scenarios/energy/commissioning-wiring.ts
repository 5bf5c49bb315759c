import {
  type CommissioningFinding,
  type CommissioningLimits,
  type MeterSample,
  median,
} from './commissioning.ts';

type Three = readonly [number, number, number];

/** Active power over voltage × current of each phase, signed, and of the three together. */
interface Ratios {
  readonly phases: Three;
  readonly all: number;
  /** Whether a current flows in each phase. */
  readonly isComplete: boolean;
}

/** Voltages of one phase beside currents of another shift by a third of a turn: three equal loads then sum to about nothing. */
const SWAPPED_SUM = 0.15;
/** A reversed transformer leaves the size of the phase's factor as it is; a swap takes the sizes this far apart at least. */
const SWAPPED_SPREAD = 0.35;
/** A phase below this share of the strongest one's volt-amperes carries no load to tell anything by. */
const LOADED_SHARE = 0.05;
/** Share of the samples that must say so. */
const SWAPPED_SHARE = 0.8;
/** No load draws less of its apparent power than an idle transformer does, and none more than all of it. */
const BELIEVABLE_FACTOR = { least: 0.03, most: 1.1 } as const;

/**
 * Compares each phase's power with its voltage × current: names voltages and currents of different phases that were put together,
 * and powers out of proportion to them. Needs all three voltages and currents; without them there is nothing to say.
 */
export function checkWiring(
  meter: string,
  samples: readonly MeterSample[],
  { leastSamples }: CommissioningLimits,
): CommissioningFinding[] {
  const ratios = samples.flatMap((sample) => ratiosOf(sample) ?? []);
  if (ratios.length < leastSamples) return [];
  const medians = [0, 1, 2].map((i) => median(ratios.map(({ phases }) => phases[i] ?? 0)) ?? 0);
  const listed = medians.map((value) => Number(value.toPrecision(3))).join(', ');
  if (ratios.filter(isSwapped).length >= SWAPPED_SHARE * ratios.length) {
    const evidence = `power over voltage × current is ${listed}, and the phases sum to almost nothing`;
    return [{ meter, fault: 'swapped-phases', evidence }];
  }
  const size = median(ratios.map(({ phases }) => Math.max(...phases.map(Math.abs)))) ?? 1;
  if (size >= BELIEVABLE_FACTOR.least && size <= BELIEVABLE_FACTOR.most) return [];
  const evidence = `power over voltage × current is ${listed}, which is no power factor`;
  return [{ meter, fault: 'wrong-multiplier', place: 'voltage × current', evidence }];
}

function ratiosOf({ phasePowersKw, voltagesV, currentsA }: MeterSample): Ratios | undefined {
  if (!phasePowersKw || !voltagesV || !currentsA) return undefined;
  const apparent = currentsA.map((current, i) => Math.abs(current * (voltagesV[i] ?? 0)) / 1000);
  const all = apparent.reduce((sum, value) => sum + value, 0);
  if (all === 0) return undefined;
  const of = (i: 0 | 1 | 2): number => (apparent[i] ? phasePowersKw[i] / (apparent[i] as number) : 0);
  return {
    phases: [of(0), of(1), of(2)],
    all: phasePowersKw.reduce((sum, kw) => sum + kw, 0) / all,
    isComplete: Math.min(...apparent) > LOADED_SHARE * Math.max(...apparent),
  };
}

function isSwapped({ phases, all, isComplete }: Ratios): boolean {
  if (!isComplete) return false;
  const sizes = phases.map(Math.abs);
  const spread = Math.max(...sizes) - Math.min(...sizes);
  return Math.abs(all) < SWAPPED_SUM && spread > SWAPPED_SPREAD && phases.some((ratio) => ratio < 0);
}
