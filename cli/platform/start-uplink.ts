import { join } from 'node:path';
import type { Logger } from 'pino';
import { lmdbUplinkState } from '../../gateway/hj212/uplink/lmdb-uplink-state.ts';
import { createUplink, type Uplink } from '../../gateway/hj212/uplink/uplink.ts';
import type { Clock } from '../../model/clock.ts';
import type { LoadedPlant } from '../../plant/load.ts';
import { OutletFigureReader } from '../../scenarios/runner/outlet-figures.ts';
import type { TimeSeriesStore } from '../../store/time-series-store.ts';

export interface UplinkParts {
  readonly loaded: LoadedPlant;
  readonly store: TimeSeriesStore;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly readSecret: (path: string) => string;
  /** Folder of the platform's data; the cursors lie in it. */
  readonly dataFolder: string;
}

export type RunningUplink = Pick<Uplink, 'health' | 'status' | 'stop'>;

/** Begins to report to the platforms of `northbound.hj212`; undefined where the plant file names none. */
export function startUplink(parts: UplinkParts): RunningUplink | undefined {
  const { loaded, store, clock, logger, readSecret, dataFolder } = parts;
  const file = loaded.file.northbound?.hj212;
  if (file === undefined) return undefined;
  const state = lmdbUplinkState(join(dataFolder, 'uplink'));
  const uplink = createUplink({
    ...{ plant: loaded.plant, file, state, clock, readSecret },
    figures: new OutletFigureReader(store, loaded.plant),
    onTrouble: (message) => logger.warn(message),
  });
  uplink.start();
  return {
    health: () => uplink.health(),
    status: () => uplink.status(),
    stop: async () => {
      await uplink.stop();
      await state.close();
    },
  };
}
