import type { Clock } from '../model/clock.ts';
import { dayMs, minuteMs } from '../model/window.ts';
import type { RotatingMachine } from './plant/rotating-machine.ts';
import { type WaveformBlock, waveform, waveformText } from './waveform.ts';

/** What the simulated vibration monitors record: a second at 25.6 kHz, once a minute. */
export const recording = { samplingHz: 25_600, count: 25_600, everyMs: minuteMs } as const;

/** Of the past they keep one recording each half hour, for this long; a message over MQTT holds one, an answer of the historian four. */
export const keptRecordings = {
  everyMs: 30 * minuteMs,
  keptMs: 40 * dayMs,
  perAnswer: 4,
  perMessage: 1,
} as const;

/** A recording begun at an instant, as its message carries it. */
export const recordingText = ({ seed, machine }: Omit<WaveformSource, 'clock'>, timeMs: number): string =>
  waveformText(waveform(seed, machine, timeMs, recording.samplingHz, recording.count));

export interface WaveformSource {
  readonly seed: number;
  readonly clock: Clock;
  readonly machine: RotatingMachine;
}

/** The latest recording: the one begun at the full minute. */
export function latestRecording({ seed, clock, machine }: WaveformSource): WaveformBlock {
  const timeMs = Math.floor(clock.nowMs() / recording.everyMs) * recording.everyMs;
  return waveform(seed, machine, timeMs, recording.samplingHz, recording.count);
}

/** One recording serves every reader until the next minute. */
export function keptWhileCurrent(source: WaveformSource): () => WaveformBlock {
  let block: WaveformBlock | undefined;
  return () => {
    const nowMs = source.clock.nowMs();
    if (!block || nowMs < block.timeMs || nowMs >= block.timeMs + recording.everyMs)
      block = latestRecording(source);
    return block;
  };
}
