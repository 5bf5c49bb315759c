import type { PlantCalendar } from '../model/calendar.ts';
import { hourMs } from '../model/window.ts';
import type { KeepReason, StoredWaveform } from './waveform-store.ts';

/** Which recordings stay. */
export interface WaveformPolicy {
  /** The newest of each sensor, whatever they show. */
  readonly recent: number;
  /** One kept each so often. */
  readonly periodicMs: number;
  readonly maxBytes: number;
}

export const DEFAULT_WAVEFORM_POLICY: WaveformPolicy = {
  recent: 60,
  periodicMs: 6 * hourMs,
  maxBytes: 2 * 1024 ** 3,
};

/** What a new recording of a sensor is kept for, going by those that it has already. */
export function reasonsToKeep(
  timeMs: number,
  others: readonly StoredWaveform[],
  policy: WaveformPolicy,
  calendar: PlantCalendar,
): KeepReason[] {
  const timesOf = (reason: KeepReason): number[] =>
    others.filter(({ keptFor }) => keptFor.includes(reason)).map(({ info }) => info.timeMs);
  const day = calendar.dayKey(timeMs);
  const isFirst = !timesOf('first-of-day').some((other) => calendar.dayKey(other) === day);
  const isDue = timesOf('periodic').every((other) => Math.abs(other - timeMs) >= policy.periodicMs);
  return [...(isFirst ? (['first-of-day'] as const) : []), ...(isDue ? (['periodic'] as const) : [])];
}

/** The recordings of one sensor that are neither kept for a reason nor among its newest. */
export function passing(ofSensor: readonly StoredWaveform[], { recent }: WaveformPolicy): StoredWaveform[] {
  const newest = [...ofSensor].sort((a, b) => b.info.timeMs - a.info.timeMs);
  return newest.slice(recent).filter(({ keptFor }) => keptFor.length === 0);
}

/** Lowest goes first: what is only periodic, then what opened a day, then the evidence of alarms and what a person brought. */
function worth({ keptFor }: StoredWaveform): number {
  if (keptFor.includes('alarm') || keptFor.includes('import')) return 3;
  if (keptFor.includes('first-of-day')) return 2;
  return keptFor.includes('periodic') ? 1 : 0;
}

/** What has to go so that the rest fits, least worth and oldest first. */
export function displacedBy(
  all: readonly StoredWaveform[],
  bytesOf: (stored: StoredWaveform) => number,
  { maxBytes }: WaveformPolicy,
): StoredWaveform[] {
  let bytes = all.reduce((sum, stored) => sum + bytesOf(stored), 0);
  if (bytes <= maxBytes) return [];
  const order = [...all].sort((a, b) => worth(a) - worth(b) || a.info.timeMs - b.info.timeMs);
  const gone: StoredWaveform[] = [];
  for (const stored of order) {
    if (bytes <= maxBytes) break;
    gone.push(stored);
    bytes -= bytesOf(stored);
  }
  return gone;
}
