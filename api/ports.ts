import type { PlantCalendar } from '../model/calendar.ts';
import type { Clock } from '../model/clock.ts';
import type { StationHealth } from '../model/health.ts';
import type { UplinkStatus } from '../model/outlet-figures.ts';
import type { Plant } from '../model/plant.ts';
import type { Reading, ReadingValue } from '../model/reading.ts';
import type { Refusal } from '../model/refusal.ts';
import type { WriteEntry, WriteRequest } from '../model/write.ts';
import type { Feedback } from '../scenarios/equipment/diagnosis/feedback.ts';
import type { FaultRule } from '../scenarios/equipment/diagnosis/hypotheses.ts';
import type { MachineModel } from '../scenarios/equipment/model/machine-model.ts';
import type { AlarmWatch } from '../scenarios/runner/alarm-watch.ts';
import type { EnergyEdits, IntervalEdit } from '../scenarios/runner/energy/energy-edits.ts';
import type { FeedbackDesk } from '../scenarios/runner/feedback-desk.ts';
import type { ImageArchive } from '../scenarios/runner/smoke/image-archive.ts';
import type { SmokeWatch } from '../scenarios/runner/smoke/smoke-watch.ts';
import type { ModelStore } from '../store/model-store.ts';
import type { Quarantine, QuarantineItem } from '../store/quarantine.ts';
import type { TimeSeriesStore } from '../store/time-series-store.ts';
import type { WaveformStore } from '../store/waveform-store.ts';
import type { PlantLayout } from './plant-layout.ts';

/** What the API asks of the store: reading only. */
export type ReadableStore = Pick<
  TimeSeriesStore,
  'describe' | 'latest' | 'readings' | 'aggregates' | 'results'
>;

/** The reading half of the store, for the commands beside a running platform. */
export type StoreAccess = Pick<
  TimeSeriesStore,
  'describe' | 'readings' | 'results' | 'tagCounts' | 'resultMeasurements'
>;

/** The newest readings as ingest stored them. */
export interface LiveReadings {
  /** Of all tags, or of those named; tags without a reading since the start are left out. */
  latest(tags?: readonly string[]): readonly Reading[];
  /** @returns ends the subscription */
  subscribe(listener: (readings: readonly Reading[]) => void): () => void;
}

/** What was refused, to read, replay and throw away. */
export type ReadableQuarantine = Pick<Quarantine, 'list' | 'groups' | 'get' | 'remove'>;

/** Pictures of stack cameras, to take and to look at. */
export interface CameraImages extends Pick<SmokeWatch, 'take'> {
  readonly archive: Pick<ImageArchive, 'list' | 'get' | 'bytesOf'>;
}

/** The alarms, to see and to act on. */
export type AlarmDesk = Pick<AlarmWatch, 'definitions' | 'status' | 'read' | 'act' | 'subscribe'>;

/** Recordings, models and rules of condition monitoring. */
export interface ConditionDesk {
  readonly waveforms: Pick<WaveformStore, 'list' | 'get' | 'read'>;
  readonly models: Pick<ModelStore<MachineModel>, 'versions' | 'at'>;
  readonly feedback: Pick<FeedbackDesk, 'give' | 'all'>;
  readonly faults: readonly FaultRule[];
  /** Acts on what a person said; resolves to the model that was learned, where one was. */
  readonly keeper: { reconsider(feedback: Feedback): Promise<MachineModel | undefined> };
}

/** What persons put in place of energy intervals. */
export interface EnergyDesk extends Pick<EnergyEdits, 'trail'> {
  /** Durable and on its way into every figure once resolved. @returns its number in the audit trail */
  edit(edit: IntervalEdit): Promise<number>;
}

/** Values to devices, with their audit trail. */
export interface Writes {
  /** @returns what was read back, in the tag's unit */
  write(request: WriteRequest): Promise<ReadingValue>;
  /** Newest first. */
  read(query: {
    readonly limit: number;
    readonly before?: number;
  }): readonly { readonly sequence: number; readonly entry: WriteEntry }[];
}

/** What every route may use. */
export interface Backend {
  readonly plant: Plant;
  readonly store: ReadableStore;
  /** Absent where the store can be opened by others too. */
  readonly storeAccess?: StoreAccess;
  readonly live: LiveReadings;
  readonly stations: () => readonly StationHealth[];
  readonly clock: Clock;
  readonly calendar: PlantCalendar;
  readonly quarantine?: ReadableQuarantine;
  /** Sends a refused thing through ingest again; it may be refused again. */
  readonly replay?: (item: QuarantineItem) => Promise<void>;
  /** Absent where no pictures are taken in this process. */
  readonly images?: CameraImages;
  /** Absent where no alarms are judged in this process. */
  readonly alarms?: AlarmDesk;
  readonly condition?: ConditionDesk;
  /** Absent where no energy figures are made in this process. */
  readonly energy?: EnergyDesk;
  /** Takes readings as ingest does; what was refused goes to the caller. Absent where ingest runs elsewhere. */
  readonly enterReadings?: (readings: readonly Reading[]) => Promise<readonly Refusal[]>;
  /** Absent where the sources run in another process. */
  readonly writes?: Writes;
  /** Links to platforms of authorities; absent where none runs in this process. */
  readonly uplink?: () => readonly UplinkStatus[];
  /** What the plant file says for the screen; without it ids stand for names. */
  readonly layout?: PlantLayout;
  readonly version: string;
}
