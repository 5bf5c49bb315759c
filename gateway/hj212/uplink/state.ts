import type { UplinkCorrection } from '../../../model/outlet-figures.ts';

/** How far one lane (platform, station, period) has come. */
export interface LaneState {
  /** Start of the next period to send. */
  readonly nextMs: number;
  /** Starts of passed periods that had no figures yet: late readings may still fill them. */
  readonly emptyMs: readonly number[];
}

/** What a platform acknowledged of one lane. */
export interface SentPeriods {
  /** By ascending start of the period. */
  readonly digests: readonly (readonly [startMs: number, digest: string])[];
  /** Oldest first. */
  readonly corrections: readonly UplinkCorrection[];
}

/** What a platform set by command, which holds until it sets otherwise. */
export interface PlatformSettings {
  readonly realtimeS?: number;
  readonly minuteMin?: number;
  readonly overTimeS?: number;
  readonly reCount?: number;
  /** MN of stations whose real-time data it stopped. */
  readonly stopped?: readonly string[];
}

/** Where an uplink keeps what must outlive the process. A write is on disk once its promise resolves. */
export interface UplinkState {
  lane(key: string): LaneState | undefined;
  saveLane(key: string, state: LaneState): Promise<void>;
  sent(key: string): SentPeriods | undefined;
  saveSent(key: string, sent: SentPeriods): Promise<void>;
  settings(platform: string): PlatformSettings;
  saveSettings(platform: string, settings: PlatformSettings): Promise<void>;
}
