import type { Logger } from 'pino';
import { PlantCalendar } from '../../model/calendar.ts';
import type { Clock } from '../../model/clock.ts';
import type { Plant } from '../../model/plant.ts';
import { minuteMs } from '../../model/window.ts';
import type { LoadedPlant } from '../../plant/load.ts';
import { type LocalState, openLocalState } from '../../store/local-state.ts';
import type { DataFolder } from './data-folder.ts';
import { openStore } from './open-store.ts';
import type { PlatformOptions } from './platform.ts';
import { secretReader } from './secret-file.ts';
import type { Stops } from './stops.ts';
import { StoreStation } from './store-station.ts';

const MAINTENANCE_MS = 5 * minuteMs;

/** What every other station stands on: the plant, the store and the operational state. */
export interface Foundation {
  readonly loaded: LoadedPlant;
  readonly plant: Plant;
  readonly folder: DataFolder;
  readonly calendar: PlantCalendar;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly store: Awaited<ReturnType<typeof openStore>>;
  readonly storeStation: StoreStation;
  readonly state: LocalState;
  readonly readSecret: (path: string) => string;
  readonly onTrouble: (message: string) => void;
}

export async function openFoundation(options: PlatformOptions, stops: Stops): Promise<Foundation> {
  const { loaded, folder, clock, logger } = options;
  const { plant } = loaded;
  const readSecret = secretReader(loaded.path);
  const store = await openStore(loaded, folder.store, readSecret);
  stops.add(() => store.close());
  const state = openLocalState(folder.root, { clock });
  stops.add(() => state.close());
  const storeStation = await StoreStation.of(store, clock);
  const maintenance = setInterval(() => storeStation.maintain(), MAINTENANCE_MS);
  stops.add(() => clearInterval(maintenance));
  return {
    ...{ loaded, plant, folder, clock, logger, store, storeStation, state, readSecret },
    calendar: new PlantCalendar(plant.site.timeZone),
    onTrouble: (message) => logger.warn(message),
  };
}
