/**
 * Power factor from energies: kWh / sqrt(kWh² + kvarh²).
 * @param activeKwh not negative
 * @param reactiveKvarh lagging or leading; the sign does not matter
 * @returns 0 to 1; undefined where both are 0: a standing plant has no power factor
 */
export function powerFactor(activeKwh: number, reactiveKvarh: number): number | undefined {
  const apparent = Math.hypot(activeKwh, reactiveKvarh);
  return apparent === 0 ? undefined : activeKwh / apparent;
}

/** Target power factor of a consumer: 0.90, 0.85 or 0.80. */
export type PowerFactorTarget = 0.9 | 0.85 | 0.8;

interface AdjustmentRule {
  /** Largest reward, per cent. */
  readonly rewardCapPct: number;
  /** Power factor from which the penalty rises by 1 % for each 0.01, and then by 2 %. */
  readonly steepFrom: number;
  readonly steepestFrom: number;
}

const rules: Readonly<Record<string, AdjustmentRule>> = {
  '0.9': { rewardCapPct: 0.75, steepFrom: 0.69, steepestFrom: 0.64 },
  '0.85': { rewardCapPct: 1.1, steepFrom: 0.64, steepestFrom: 0.59 },
  '0.8': { rewardCapPct: 1.3, steepFrom: 0.59, steepestFrom: 0.54 },
};

export const powerFactorEdition = '(83)水电财字215号';

/** Reward for each 0.01 above the target, per cent: up to 0.90, and beyond it. */
const REWARD_STEPS_PCT = { upTo90: 0.1, beyond90: 0.15 };
/** Penalty for each 0.01 below the target down to the steep part, per cent. */
const PENALTY_STEP_PCT = 0.5;

export interface PowerFactorAdjustment {
  /** Of the month, rounded to 0.01 as the rule wants it. */
  readonly powerFactor: number;
  /** Per cent of basic and energy charge, government funds not included: below 0 is a reward. */
  readonly adjustmentPct: number;
  readonly edition: string;
}

/**
 * 力调电费: the adjustment of a month's charges by its power factor, from the totals of the month and never from a mean factor.
 * @returns undefined where nothing was drawn
 * @see (83)水电财字215号. The caps and steps of 0.85 and 0.80 are from memory: confirm with the local tariff
 */
export function powerFactorAdjustment(
  monthKwh: number,
  monthKvarh: number,
  target: PowerFactorTarget,
): PowerFactorAdjustment | undefined {
  const exact = powerFactor(monthKwh, monthKvarh);
  if (exact === undefined) return undefined;
  const hundredths = Math.round(exact * 100);
  return {
    powerFactor: hundredths / 100,
    adjustmentPct: adjustmentPct(
      hundredths,
      Math.round(target * 100),
      rules[String(target)] as AdjustmentRule,
    ),
    edition: editionFor(target),
  };
}

/** The steps for 0.90 were read where they are used; those of the other targets were not. */
const editionFor = (target: PowerFactorTarget): string =>
  target === 0.9 ? powerFactorEdition : `${powerFactorEdition}, steps for ${target} unverified`;

/** All in whole hundredths, so that no step is lost to binary fractions. */
function adjustmentPct(factor: number, target: number, rule: AdjustmentRule): number {
  if (factor >= target) return -roundPct(Math.min(rule.rewardCapPct, rewardPct(factor, target)));
  const [steep, steepest] = [Math.round(rule.steepFrom * 100), Math.round(rule.steepestFrom * 100)];
  if (factor > steep) return roundPct((target - factor) * PENALTY_STEP_PCT);
  const atSteep = (target - steep - 1) * PENALTY_STEP_PCT;
  if (factor > steepest) return roundPct(atSteep + (steep + 1 - factor));
  return roundPct(atSteep + (steep - steepest) + 2 * (steepest + 1 - factor));
}

const rewardPct = (factor: number, target: number): number =>
  Math.max(0, Math.min(factor, 90) - target) * REWARD_STEPS_PCT.upTo90 +
  Math.max(0, factor - 90) * REWARD_STEPS_PCT.beyond90;

const roundPct = (value: number): number => Math.round(value * 1000) / 1000;
