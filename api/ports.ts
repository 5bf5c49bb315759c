import type { PlantCalendar } from '../model/calendar.ts';
import type { Clock } from '../model/clock.ts';
import type { StationHealth } from '../model/health.ts';
import type { UplinkStatus } from '../model/outlet-figures.ts';
import type { Plant } from '../model/plant.ts';
import type { Reading } from '../model/reading.ts';
import type { AlarmWatch } from '../scenarios/runner/alarm-watch.ts';
import type { Quarantine, QuarantineItem } from '../store/quarantine.ts';
import type { TimeSeriesStore } from '../store/time-series-store.ts';
import type { PlantLayout } from './plant-layout.ts';

/** What the API asks of the store: reading only. */
export type ReadableStore = Pick<
  TimeSeriesStore,
  'describe' | 'latest' | 'readings' | 'aggregates' | 'results'
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

/** The alarms, to see and to act on. */
export type AlarmDesk = Pick<AlarmWatch, 'definitions' | 'status' | 'read' | 'act'>;

/** What every route may use. */
export interface Backend {
  readonly plant: Plant;
  readonly store: ReadableStore;
  readonly live: LiveReadings;
  readonly stations: () => readonly StationHealth[];
  readonly clock: Clock;
  readonly calendar: PlantCalendar;
  readonly quarantine?: ReadableQuarantine;
  /** Sends a refused thing through ingest again; it may be refused again. */
  readonly replay?: (item: QuarantineItem) => Promise<void>;
  /** Absent where no alarms are judged in this process. */
  readonly alarms?: AlarmDesk;
  /** Links to platforms of authorities; absent where none runs in this process. */
  readonly uplink?: () => readonly UplinkStatus[];
  /** What the plant file says for the screen; without it ids stand for names. */
  readonly layout?: PlantLayout;
  readonly version: string;
}
