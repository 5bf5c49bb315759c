/** Validity and substitution rules of stack data. Every number is a parameter, because editions and authorities differ. */
export interface StackRules {
  readonly source: string;
  /** Minutes of valid data that make an hour valid. */
  readonly minValidMinutes: number;
  /** A day is valid by its count of valid hours, or by their share of the operating hours. */
  readonly validDay: { readonly minHours: number } | { readonly minShareOfOperating: number };
  /** Valid days that make a month valid. */
  readonly minValidDaysPerMonth: number;
  readonly minValidDaysInFebruary: number;
  /** A month whose capture rate (0..1) is below this is flagged. */
  readonly minMonthlyCapture: number;
  /** Oxygen from which no correction is made, per cent. */
  readonly oxygenGuardPercent: number;
  readonly substitution: readonly SubstitutionStep[];
}

/** One line of the substitution table: which valid hours before a gap give the maximum that stands in for it. */
export interface SubstitutionStep {
  /** Capture rate of the quarter (0..1) from which this line holds; the first that fits is taken. */
  readonly minCapture: number;
  /** Longest gap in hours that this line covers. */
  readonly maxGapHours: number;
  /** How many valid hours are searched back for their maximum. */
  readonly lookBackHours: number;
}

/**
 * Defaults. Hour: 45 min (HJ 75-2017). Day: 20 h and month: 25 days, February 23 (HJ 76-2017 annex B); other texts say 18 h,
 * or 75 % of the operating hours. Substitution: HJ 75-2017 tables for out-of-control and missing data. Below 75 % capture no
 * line fits: the authority decides.
 */
export const HJ75_2017: StackRules = {
  source: 'HJ 75-2017; HJ 76-2017 annex B for days and months',
  minValidMinutes: 45,
  validDay: { minHours: 20 },
  minValidDaysPerMonth: 25,
  minValidDaysInFebruary: 23,
  minMonthlyCapture: 0.9,
  oxygenGuardPercent: 20.5,
  substitution: [
    { minCapture: 0.9, maxGapHours: 24, lookBackHours: 180 },
    { minCapture: 0.9, maxGapHours: Number.POSITIVE_INFINITY, lookBackHours: 720 },
    { minCapture: 0.75, maxGapHours: Number.POSITIVE_INFINITY, lookBackHours: 2160 },
  ],
};
