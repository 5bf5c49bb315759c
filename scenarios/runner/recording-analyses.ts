import { errorMessage, PlantscopeError } from '../../model/error.ts';
import type { Asset } from '../../model/plant.ts';
import { qualityOf } from '../../model/status.ts';
import {
  referredWaveform,
  WAVEFORM_QUANTITIES,
  type Waveform,
  type WaveformInfo,
} from '../../model/waveform.ts';
import type { RawPoint } from '../../store/time-series-store.ts';
import type { WaveformStore } from '../../store/waveform-store.ts';
import { analyseWaveform, type WaveformAnalysis } from '../equipment/waveform/analyse-waveform.ts';
import { type DriveDesign, driveDesign } from '../equipment/waveform/drive-design.ts';
import { type CurrentSignature, currentSignature } from '../equipment/waveform/motor-current.ts';

/** One recording with what it says. */
export interface AnalysedRecording {
  readonly id: string;
  /** Time of the reading that brought it. */
  readonly timeMs: number;
  /** Speed and load completed from the machine's own readings of the same moment. */
  readonly info: WaveformInfo;
  readonly analysis: WaveformAnalysis | undefined;
  readonly current: CurrentSignature | undefined;
  /** Why there is no analysis: a flat line, too short a record. */
  readonly problem: string | undefined;
}

/** What is asked of a machine's readings for its recordings: these themselves, and what it did at their moment. */
export const RECORDING_QUANTITIES: readonly string[] = [
  ...WAVEFORM_QUANTITIES,
  'speed',
  'load',
  'activePower',
];

type Of = (quantity: string) => readonly RawPoint[];

/** Recordings are analysed once and asked for often: an open window is recomputed each minute. */
const MAX_KEPT = 3000;
/** A speed or load read this near to a recording is that of the recording. */
const SAME_MOMENT_MS = 30_000;

/** Reads recordings and analyses them, keeping what was found of the newest. */
export class RecordingAnalyses {
  readonly #waveforms: Pick<WaveformStore, 'read'>;
  readonly #known = new Map<string, AnalysedRecording>();

  constructor(waveforms: Pick<WaveformStore, 'read'>) {
    this.#waveforms = waveforms;
  }

  /** The recordings that readings of one quantity stand for; those that were not kept are left out. */
  of(asset: Asset, quantity: string, of: Of): AnalysedRecording[] {
    return of(quantity).flatMap(({ timeMs, value }) => {
      const id = typeof value === 'string' ? referredWaveform(value) : undefined;
      if (id === undefined) return [];
      const known = this.#known.get(id) ?? this.#analyse(asset, id, timeMs, of);
      return known ?? [];
    });
  }

  #analyse(asset: Asset, id: string, timeMs: number, of: Of): AnalysedRecording | undefined {
    const recording = this.#waveforms.read(id);
    if (!recording) return undefined;
    const info = completedInfo(recording.info, asset, timeMs, of);
    const found: AnalysedRecording = {
      id,
      timeMs,
      info,
      ...judged({ ...recording, info }, driveDesign(asset.properties)),
    };
    // A speed that arrives after its recording completes it later.
    if (info.shaftRpm !== undefined) this.#remember(id, found);
    return found;
  }

  #remember(id: string, found: AnalysedRecording): void {
    if (this.#known.size >= MAX_KEPT) {
      const oldest = this.#known.keys().next().value;
      if (oldest !== undefined) this.#known.delete(oldest);
    }
    this.#known.set(id, found);
  }
}

export function completedInfo(info: WaveformInfo, asset: Asset, timeMs: number, of: Of): WaveformInfo {
  const { ratedPowerKw } = asset.properties;
  const power = nearest(of('activePower'), timeMs);
  const ofPower =
    power !== undefined && typeof ratedPowerKw === 'number' ? (100 * power) / ratedPowerKw : undefined;
  return {
    ...info,
    shaftRpm: info.shaftRpm ?? nearest(of('speed'), timeMs),
    loadPct: info.loadPct ?? nearest(of('load'), timeMs) ?? ofPower,
  };
}

function nearest(points: readonly RawPoint[], timeMs: number): number | undefined {
  let best: { value: number; awayMs: number } | undefined;
  for (const point of points) {
    const awayMs = Math.abs(point.timeMs - timeMs);
    if (typeof point.value !== 'number' || qualityOf(point.status) !== 'good') continue;
    if (awayMs <= SAME_MOMENT_MS && awayMs < (best?.awayMs ?? Number.POSITIVE_INFINITY))
      best = { value: point.value, awayMs };
  }
  return best?.value;
}

function judged(
  recording: Waveform,
  design: DriveDesign,
): Pick<AnalysedRecording, 'analysis' | 'current' | 'problem'> {
  const { info, samples } = recording;
  const nothing = { analysis: undefined, current: undefined, problem: undefined };
  try {
    if (info.quantity !== 'currentWaveform')
      return { ...nothing, analysis: analyseWaveform(recording, design) };
    if (info.shaftRpm === undefined || design.polePairs === undefined) return nothing;
    return {
      ...nothing,
      current: currentSignature(samples, info.sampleRateHz, info.shaftRpm, design.polePairs, design.lineHz),
    };
  } catch (problem) {
    if (!(problem instanceof PlantscopeError)) throw problem;
    return { ...nothing, problem: `${problem.code}: ${errorMessage(problem)}` };
  }
}
