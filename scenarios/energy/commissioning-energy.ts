import { hourMs } from '../../model/window.ts';
import {
  type CommissioningFinding,
  type CommissioningLimits,
  commissioningDefaults,
  type MeterSample,
} from './commissioning.ts';
import { checkAnyCounterWords } from './commissioning-words.ts';

/** Ratios that a forgotten or doubled transformer, pulse weight or unit gives. */
const likelyMultipliers = [
  10, 15, 20, 25, 30, 40, 50, 60, 75, 80, 100, 120, 150, 160, 200, 250, 300, 400, 500, 600, 750, 800, 1000,
  1200, 1500, 2000, 3000, 6000, 10_000, 2, 3, 4, 5, 8, 12,
];

/**
 * Compares the register's rise with the power integrated over the same time (trapezoids), and apparent with metered power, to
 * name a wrong multiplier or swapped words.
 */
export function checkEnergy(
  meter: string,
  samples: readonly MeterSample[],
  limits: CommissioningLimits = commissioningDefaults,
): CommissioningFinding[] {
  const usable = samples.filter(
    (sample) => sample.energyKwh !== undefined && sample.activePowerKw !== undefined,
  );
  const [first, last] = [usable[0], usable.at(-1)];
  if (usable.length < limits.leastSamples || !first || !last) {
    return [
      { meter, fault: 'too-little-data', evidence: `${usable.length} samples hold both energy and power` },
    ];
  }
  const registers = usable.map((sample) => sample.energyKwh ?? 0);
  const swapped = checkAnyCounterWords(meter, registers);
  if (swapped) return [swapped];
  const counted = (last.energyKwh ?? 0) - (first.energyKwh ?? 0);
  // A register of imported energy stands still while the plant feeds back; one of the net turns back.
  const integrals = [integratedKwh(usable, (kw) => kw), integratedKwh(usable, (kw) => Math.max(0, kw))];
  const step = smallestStep(registers) ?? UNKNOWN_STEP_KWH;
  if (integrals.some((kwh) => isWithin(counted, kwh, step, limits.tolerance))) return [];
  const integrated = integrals.find((kwh) => kwh > 0) ?? integrals[0] ?? 0;
  return judgeRatio(meter, counted / integrated, limits);
}

/** A register that did not move tells no step of its own. */
const UNKNOWN_STEP_KWH = 1;

/** A register shows whole steps: up to one of them is not in it yet. */
const isWithin = (counted: number, kwh: number, step: number, tolerance: number): boolean =>
  Math.abs(counted - kwh) <= Math.max(step, tolerance * Math.abs(kwh));

function smallestStep(registers: readonly number[]): number | undefined {
  let smallest: number | undefined;
  registers.forEach((value, index) => {
    const step = value - (registers[index - 1] ?? value);
    if (step > 0 && (smallest === undefined || step < smallest)) smallest = step;
  });
  return smallest;
}

function judgeRatio(
  meter: string,
  ratio: number,
  { tolerance }: CommissioningLimits,
): CommissioningFinding[] {
  if (Math.abs(ratio - 1) <= tolerance) return [];
  const evidence = `the register rose ${Number(ratio.toPrecision(4))} times the integrated power`;
  const multiplier = likelyMultipliers.find(
    (candidate) => near(ratio, candidate, tolerance) || near(1 / ratio, candidate, tolerance),
  );
  if (multiplier === undefined) return [{ meter, fault: 'energy-differs-from-power', evidence }];
  return [{ meter, fault: 'wrong-multiplier', evidence, factor: ratio > 1 ? 1 / multiplier : multiplier }];
}

const near = (a: number, b: number, tolerance: number): boolean => Math.abs(a / b - 1) <= tolerance;

function integratedKwh(samples: readonly MeterSample[], counts: (kw: number) => number): number {
  let sum = 0;
  for (let i = 1; i < samples.length; i++) {
    const [before, now] = [samples[i - 1] as MeterSample, samples[i] as MeterSample];
    const hours = (now.timeMs - before.timeMs) / hourMs;
    sum += ((counts(before.activePowerKw ?? 0) + counts(now.activePowerKw ?? 0)) / 2) * hours;
  }
  return sum;
}

/** A meter over one window with its direct sub-meters, kWh. */
export interface FamilyEnergy {
  readonly meter: string;
  readonly energy: number;
  readonly children: readonly { readonly meter: string; readonly energy: number }[];
}

/** Children above their parent: names the child without which, or with a likely multiplier on which, the family adds up. */
export function checkFamily(
  family: FamilyEnergy,
  limits: CommissioningLimits = commissioningDefaults,
): CommissioningFinding[] {
  const sum = family.children.reduce((total, child) => total + child.energy, 0);
  if (family.energy <= 0 || sum <= family.energy * (1 + limits.tolerance)) return [];
  const evidence = `the sub-meters sum to ${Number((sum / family.energy).toPrecision(4))} times the meter`;
  const suspect = family.children
    .flatMap((child) => likelyMultipliers.map((multiplier) => ({ child, multiplier })))
    .find(({ child, multiplier }) =>
      near(sum - child.energy + child.energy / multiplier, family.energy, limits.tolerance),
    );
  if (!suspect) return [{ meter: family.meter, fault: 'children-exceed-parent', evidence }];
  const { child, multiplier } = suspect;
  return [
    { meter: family.meter, fault: 'wrong-multiplier', place: child.meter, evidence, factor: 1 / multiplier },
  ];
}
