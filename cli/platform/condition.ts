import { join } from 'node:path';
import type { PlantCalendar } from '../../model/calendar.ts';
import type { Clock } from '../../model/clock.ts';
import { errorMessage } from '../../model/error.ts';
import type { StationHealth } from '../../model/health.ts';
import type { Plant } from '../../model/plant.ts';
import { parseDurationMs } from '../../model/window.ts';
import type { LoadedPlant } from '../../plant/load.ts';
import type { Feedback } from '../../scenarios/equipment/diagnosis/feedback.ts';
import type { FaultRule } from '../../scenarios/equipment/diagnosis/hypotheses.ts';
import type { MachineModel } from '../../scenarios/equipment/model/machine-model.ts';
import { FeedbackDesk } from '../../scenarios/runner/feedback-desk.ts';
import { DIAGNOSIS_MEASUREMENT } from '../../scenarios/runner/jobs/machine-diagnosis.ts';
import { ModelKeeper } from '../../scenarios/runner/model-keeper.ts';
import { RecordingAnalyses } from '../../scenarios/runner/recording-analyses.ts';
import type { DirtyWindows } from '../../store/dirty-windows.ts';
import { FileWaveformStore } from '../../store/file-waveform-store.ts';
import type { LocalState } from '../../store/local-state.ts';
import { FileModelStore, type ModelStore } from '../../store/model-store.ts';
import type { ResultRow, TimeSeriesStore } from '../../store/time-series-store.ts';
import { DEFAULT_WAVEFORM_POLICY, type WaveformPolicy } from '../../store/waveform-policy.ts';
import type { WaveformStore } from '../../store/waveform-store.ts';
import { readFaultKnowledge } from '../analyse/equipment-knowledge.ts';
import type { DataFolder } from './data-folder.ts';

/** What condition monitoring is put together from: recordings, models, rules, and what persons said. */
export interface Condition {
  readonly waveforms: WaveformStore;
  readonly models: ModelStore<MachineModel>;
  readonly analyses: RecordingAnalyses;
  readonly faults: readonly FaultRule[];
  readonly feedback: FeedbackDesk;
  readonly keeper: ModelKeeper;
  /** Keeps the recordings that a told fault rests on. */
  results(rows: readonly ResultRow[]): void;
  health(): readonly StationHealth[];
}

export interface ConditionOptions {
  readonly loaded: LoadedPlant;
  readonly plant: Plant;
  readonly folder: DataFolder;
  readonly calendar: PlantCalendar;
  readonly clock: Clock;
  readonly store: TimeSeriesStore;
  readonly state: Pick<LocalState, 'journal'>;
  readonly dirty: DirtyWindows;
  /** Whether another process writes recordings into the same folder. */
  readonly isShared?: boolean;
  readonly onTrouble: (message: string) => void;
}

export function openCondition(options: ConditionOptions): Condition {
  const { loaded, plant, folder, calendar, clock, store, dirty } = options;
  const waveforms = openWaveforms(loaded, folder, calendar, options.isShared);
  const models = new FileModelStore<MachineModel>(folder.models);
  const feedback = new FeedbackDesk(options.state.journal<Feedback>('equipment-feedback'), clock);
  const keeper = new ModelKeeper({ plant, store, dirty, models, feedback, clock });
  return {
    ...{ waveforms, models, feedback, keeper },
    analyses: new RecordingAnalyses(waveforms),
    faults: readFaultKnowledge(knowledgeFile()),
    results: (rows) => {
      for (const { measurement, fields } of rows) {
        if (measurement !== DIAGNOSIS_MEASUREMENT || fields.said !== true || !fields.waveform) continue;
        waveforms
          .keep(String(fields.waveform), 'alarm')
          .catch((error: unknown) =>
            options.onTrouble(`a recording could not be marked: ${errorMessage(error)}`),
          );
      }
    },
    health: () => [keeper.health(), waveformHealth(waveforms)],
  };
}

export function openWaveforms(
  { file }: LoadedPlant,
  folder: DataFolder,
  calendar: PlantCalendar,
  isShared = false,
): FileWaveformStore {
  return new FileWaveformStore(folder.waveforms, policyOf(file.equipment?.waveforms), calendar, isShared);
}

function policyOf(file: NonNullable<LoadedPlant['file']['equipment']>['waveforms']): WaveformPolicy {
  const periodicMs = parseDurationMs(file?.periodic ?? '');
  return {
    ...DEFAULT_WAVEFORM_POLICY,
    ...(file?.recent !== undefined && { recent: file.recent }),
    ...(file?.maxMb !== undefined && { maxBytes: file.maxMb * 1024 * 1024 }),
    ...(periodicMs !== undefined && { periodicMs }),
  };
}

/** Beside the compiled command line as beside its sources. */
const knowledgeFile = (): string =>
  join(import.meta.dirname, '..', '..', 'scenarios', 'equipment', 'knowledge', 'faults.yaml');

function waveformHealth(waveforms: WaveformStore): StationHealth {
  const { recordings, bytes, maxBytes, displaced } = waveforms.usage();
  const usedMb = Math.round(bytes / 1024 / 1024);
  return {
    station: 'waveforms',
    state: displaced > 0 ? 'degraded' : 'ok',
    ratePerS: 0,
    summary:
      displaced > 0
        ? `${displaced} recordings that were to be kept had to go: raise equipment.waveforms.maxMb`
        : `${recordings} recordings, ${usedMb} of ${Math.round(maxBytes / 1024 / 1024)} MB`,
    counters: { recordings, bytes, displaced },
  };
}
