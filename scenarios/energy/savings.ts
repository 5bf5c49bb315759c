import { dayMs, hourMs } from '../../model/window.ts';
import type { ModelQuality } from './model-quality.ts';
import { studentTCritical } from './student-t.ts';

/** Below this lag-1 autocorrelation of the residuals each interval counts as independent. */
const AUTOCORRELATION_LIMIT = 0.5;

export const autocorrelationRule =
  "n is replaced by n' = n(1 - rho)/(1 + rho), also in the degrees of freedom, where the lag-1 autocorrelation rho of the " +
  'residuals is 0.5 or more; monthly intervals are taken as independent';

export interface SavingsResult {
  /** Energy metered in the reporting period. */
  readonly actual: number;
  /** Energy the baseline expects under the reporting period's conditions. */
  readonly expected: number;
  /** expected - actual: above 0 energy was saved. */
  readonly savings: number;
  /** Per cent of the expected energy. */
  readonly savingsPct: number;
  /** Half width of the interval at `confidence`, in the unit of energy; undefined where too few independent intervals are left. */
  readonly savingsUncertainty: number | undefined;
  /** The same in per cent of the savings; undefined too where nothing was saved or lost. */
  readonly savingsUncertaintyPct: number | undefined;
  readonly confidence: number;
}

/** Sums of the reporting period, over intervals that have both an actual and an expected value. */
export interface ReportingTotals {
  readonly actual: number;
  readonly expected: number;
  /** Number of those intervals. */
  readonly m: number;
}

/**
 * Savings (avoided energy) and their uncertainty.
 * dE/E = t * a / (m * mean * F) * sqrt(MSE' * (1 + 2/n') * m), F = savings as a fraction of the expected energy.
 * @param confidence in (0, 1), default 0.9
 * @see ASHRAE Guideline 14-2014 annex B; the factor a after Sun and Baltazar (2013), ASHRAE Transactions 119
 */
export function savingsWithUncertainty(
  baseline: ModelQuality,
  reporting: ReportingTotals,
  intervalMs: number,
  confidence = 0.9,
): SavingsResult {
  const savings = reporting.expected - reporting.actual;
  const relative = relativeError(baseline, reporting.m, intervalMs, confidence);
  const uncertainty = relative === undefined ? undefined : relative * reporting.expected;
  return {
    actual: reporting.actual,
    expected: reporting.expected,
    savings,
    savingsPct: (100 * savings) / reporting.expected,
    savingsUncertainty: uncertainty,
    savingsUncertaintyPct:
      uncertainty === undefined || savings === 0 ? undefined : (100 * uncertainty) / Math.abs(savings),
    confidence,
  };
}

/** Uncertainty of the expected total as a fraction of it: the formula above without its F. */
function relativeError(
  { n, p, sse, autocorrelation, meanActual }: ModelQuality,
  m: number,
  intervalMs: number,
  confidence: number,
): number | undefined {
  const dependent = !isMonthly(intervalMs) && autocorrelation >= AUTOCORRELATION_LIMIT;
  const independentN = dependent ? (n * (1 - autocorrelation)) / (1 + autocorrelation) : n;
  const freedom = independentN - p;
  if (freedom <= 0 || m === 0) return undefined;
  const meanSquareError = sse / freedom;
  const t = studentTCritical(confidence, freedom);
  const factor = intervalFactor(intervalMs, (m * intervalMs) / (30 * dayMs));
  return ((t * factor) / (m * meanActual)) * Math.sqrt(meanSquareError * (1 + 2 / independentN) * m);
}

const isMonthly = (intervalMs: number): boolean => intervalMs >= 28 * dayMs;

/** @param months length of the reporting period */
function intervalFactor(intervalMs: number, months: number): number {
  if (intervalMs <= hourMs) return 1.26;
  if (isMonthly(intervalMs)) return -0.00022 * months ** 2 + 0.03306 * months + 0.94054;
  return -0.00024 * months ** 2 + 0.03535 * months + 1.00286;
}
