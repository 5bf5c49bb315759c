/** What the plant file registers of one outlet: permit, limits, totals, what emits into it and what measures it. */
export interface OutletRegistration {
  readonly permit?: DischargePermit;
  /** Assets whose emissions leave here. */
  readonly sources: readonly string[];
  /** Treatment facilities before it, in the order of the flow. */
  readonly facilities: readonly string[];
  /** From every standard and local rule that was ever in force here; the stricter wins, see `limitAt`. */
  readonly limits: readonly EmissionLimit[];
  readonly totals: readonly EmissionTotal[];
  readonly instruments: readonly Instrument[];
  /** Ratios between two measured quantities that a sound pair of instruments keeps. */
  readonly ratios: readonly PlausibleRatio[];
}

export interface DischargePermit {
  readonly number: string;
  readonly authority?: string;
  /** In force [fromMs, untilMs). */
  readonly fromMs: number;
  readonly untilMs: number;
}

export interface EmissionLimit {
  /** Quantity of the outlet's nature. */
  readonly pollutant: string;
  /** A value beyond it on this side exceeds: only pH has a low one. */
  readonly side: 'high' | 'low';
  readonly value: number;
  readonly unit: string;
  /** Standard, edition and table, or the local document. */
  readonly basis: string;
  readonly fromMs: number;
  readonly untilMs?: number;
}

/** Permitted mass of a calendar year and of a calendar month, t. */
export interface EmissionTotal {
  readonly pollutant: string;
  readonly annualT?: number;
  readonly monthlyT?: number;
}

export interface Instrument {
  readonly id: string;
  readonly name: string;
  /** Measuring range of each quantity, in the nature's unit. */
  readonly ranges: Readonly<Record<string, readonly [low: number, high: number]>>;
  /** Values of the gases that the automatic check feeds; absent: it has none. */
  readonly checkGases: Readonly<Record<string, { readonly zero: number; readonly span: number }>>;
  /** Largest drift between two checks, per cent of the range. */
  readonly driftLimitPct: number;
  readonly duties: readonly InstrumentDuty[];
}

/** Work on an instrument that comes again and again. */
export interface InstrumentDuty {
  readonly kind: 'calibration' | 'maintenance' | 'verification';
  readonly everyMs: number;
  /** When it was done last, as far as the plant file knows. */
  readonly lastMs: number;
  readonly note?: string;
}

/** low <= numerator / denominator <= high */
export interface PlausibleRatio {
  readonly numerator: string;
  readonly denominator: string;
  readonly low: number;
  readonly high: number;
}
