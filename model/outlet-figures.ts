/** What an outlet or station is reported by: an instant, or a period of some minutes, an hour, a day. */
export type FigurePeriod = 'realtime' | 'minute' | 'hour' | 'day';

/** One quantity at an instant or over a period, in the unit its readings are stored in. */
export interface QuantityFigures {
  /** At the instant, or the mean; absent where nothing was measured. */
  readonly mean?: number;
  readonly min?: number;
  readonly max?: number;
  /** At the reference oxygen. */
  readonly corrected?: { readonly mean?: number; readonly min?: number; readonly max?: number };
  /** Emitted in the period: kg of a pollutant, m3 of a flow. */
  readonly total?: number;
  /** Data flag, a letter of HJ 212: N, F, M, S, D, C, T or B. */
  readonly flag: string;
}

/** Figures of one asset, by quantity. */
export type OutletFigures = Readonly<Record<string, QuantityFigures>>;

/** State of one link that carries figures to a platform, as the API and the console show it. */
export interface UplinkStatus {
  readonly platform: string;
  /** `host:port` */
  readonly address: string;
  readonly edition: string;
  readonly connected: boolean;
  readonly lastAcknowledgedMs?: number;
  /** Periods that are due and not acknowledged yet. */
  readonly backlog: number;
  /** Start of the oldest of them. */
  readonly oldestMs?: number;
  readonly counters: Readonly<Record<string, number>>;
  readonly lastError?: { readonly message: string; readonly timeMs: number };
  readonly lanes: readonly UplinkLaneStatus[];
}

/** A period whose figures changed after it was acknowledged, sent again. */
export interface UplinkCorrection {
  readonly startMs: number;
  readonly sentMs: number;
  /** Code of the platform's refusal; absent where it took the new figures. */
  readonly refusal?: string;
}

export interface UplinkLaneStatus {
  readonly station: string;
  readonly asset: string;
  readonly period: FigurePeriod;
  readonly backlog: number;
  /** End of what is acknowledged. */
  readonly sentUpToMs: number;
  /** Code of the platform's last refusal, until something is acknowledged. */
  readonly refusal?: string;
  /** Acknowledged periods sent again because their figures changed; the newest 50, oldest first. */
  readonly corrections: readonly UplinkCorrection[];
}
