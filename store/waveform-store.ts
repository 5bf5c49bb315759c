import type { Waveform, WaveformInfo } from '../model/waveform.ts';
import type { TimeWindow } from '../model/window.ts';

/** Why a recording is kept beyond the newest ones. */
export const KEEP_REASONS = ['alarm', 'first-of-day', 'periodic', 'import'] as const;
export type KeepReason = (typeof KEEP_REASONS)[number];

export interface StoredWaveform {
  /** `<asset>/<quantity>/<time ms>` */
  readonly id: string;
  readonly info: WaveformInfo;
  /** Empty: one of the newest, and gone when newer ones come. */
  readonly keptFor: readonly KeepReason[];
}

export interface WaveformQuery extends TimeWindow {
  readonly asset?: string;
  readonly quantity?: string;
  /** The newest ones where more are found. Default: all. */
  readonly limit?: number;
}

export interface WaveformUsage {
  readonly recordings: number;
  readonly bytes: number;
  readonly maxBytes: number;
  /** Recordings that were kept for a reason and had to go for want of room since the start. */
  readonly displaced: number;
}

/** Recordings of vibration and current, bounded on disk. */
export interface WaveformStore {
  /** Durable once resolved. The same asset, quantity and time again changes nothing. */
  put(waveform: Waveform, reason?: KeepReason): Promise<StoredWaveform>;
  /** By ascending time. */
  list(query: WaveformQuery): readonly StoredWaveform[];
  get(id: string): StoredWaveform | undefined;
  /** Undefined where it was not kept. */
  read(id: string): Waveform | undefined;
  /** Marks a recording to be kept; nothing where it has gone already. */
  keep(id: string, reason: KeepReason): Promise<void>;
  usage(): WaveformUsage;
}
