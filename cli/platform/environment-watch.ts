import { join } from 'node:path';
import type { PlantCalendar } from '../../model/calendar.ts';
import type { Clock } from '../../model/clock.ts';
import type { StationHealth } from '../../model/health.ts';
import type { Plant } from '../../model/plant.ts';
import { DriftWatch } from '../../scenarios/runner/drift-watch.ts';
import { PermitWatch } from '../../scenarios/runner/permit-watch.ts';
import { type CameraImage, ImageArchive } from '../../scenarios/runner/smoke/image-archive.ts';
import { createSmokeReader } from '../../scenarios/runner/smoke/smoke-reader.ts';
import { MAX_IMAGE_BYTES, SmokeWatch } from '../../scenarios/runner/smoke/smoke-watch.ts';
import type { DirtyWindows } from '../../store/dirty-windows.ts';
import type { LocalState } from '../../store/local-state.ts';
import type { ResultRow, TimeSeriesStore } from '../../store/time-series-store.ts';
import type { DataFolder } from './data-folder.ts';

/** What the environment scenario does beside recomputing windows: permits over time, drift checks, the pictures of cameras. */
export interface EnvironmentWatch {
  readonly images: SmokeWatch;
  readonly maxPayloadBytesOf: (topic: string) => number | undefined;
  /** Told of every row that the runner writes. */
  results(rows: readonly ResultRow[]): void;
  start(): void;
  stop(): Promise<void>;
  health(): readonly StationHealth[];
}

export interface EnvironmentWatchOptions {
  readonly plant: Plant;
  readonly store: TimeSeriesStore;
  readonly state: Pick<LocalState, 'documents'>;
  readonly dirty: DirtyWindows;
  readonly folder: DataFolder;
  readonly calendar: PlantCalendar;
  readonly clock: Clock;
  readonly onResults: (rows: readonly ResultRow[]) => void;
}

export function openEnvironmentWatch(options: EnvironmentWatchOptions): EnvironmentWatch {
  const { plant, store, state, dirty, folder, calendar, clock, onResults } = options;
  const documents = state.documents<CameraImage>('camera-images');
  const archive = new ImageArchive({ folder: join(folder.root, 'images'), documents });
  const images = new SmokeWatch({
    ...{ plant, store, archive, clock, onResults },
    reader: createSmokeReader(),
  });
  const drifts = new DriftWatch({ plant, store, dirty, clock });
  const permits = new PermitWatch({ plant, store, calendar, clock, onResults });
  const hasCameras = plant.assets.some(({ nature }) => nature.name === 'smoke-camera');
  return {
    images,
    maxPayloadBytesOf: (topic) => (images.accepts(topic) ? MAX_IMAGE_BYTES : undefined),
    results: (rows) => drifts.results(rows),
    start: () => {
      permits.start();
      drifts.start();
    },
    stop: async () => {
      await permits.stop();
      await drifts.stop();
      await images.stop();
    },
    health: () => [permits.health(), drifts.health(), ...(hasCameras ? [images.health()] : [])],
  };
}
