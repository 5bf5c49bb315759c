import { AccessTokens } from '../../api/auth/tokens.ts';
import { layoutOf } from '../../api/plant-layout.ts';
import { startServer } from '../../api/server.ts';
import { PlantscopeError } from '../../model/error.ts';
import { openLocalState } from '../../store/local-state.ts';
import { liveForApi } from '../platform/live-for-api.ts';
import { openStore } from '../platform/open-store.ts';
import { startUplink } from '../platform/start-uplink.ts';
import { StoreStation } from '../platform/store-station.ts';
import { PolledLive } from './polled-live.ts';
import type { Service, ServiceParts } from './service.ts';

/**
 * `plantscope serve uplink`: reports to the platforms of `northbound.hj212` from the shared store, and serves the API with
 * its state. @throws PlantscopeError `uplink-missing` where the plant file names no platform
 */
export async function startUplinkService(parts: ServiceParts): Promise<Service> {
  const { loaded, folder, clock, calendar, logger, version, readSecret } = parts;
  const { plant } = loaded;
  const store = await openStore(loaded, folder.store, readSecret);
  const uplink = startUplink({ ...{ loaded, store, clock, logger, readSecret }, dataFolder: folder.root });
  if (uplink === undefined) {
    await store.close();
    throw new PlantscopeError('uplink-missing', 'The plant file names no platform to report to', {
      where: loaded.path,
      hint: 'Add northbound.hj212 with stations and platforms; docs/hj212.md shows one.',
    });
  }
  const state = openLocalState(folder.root, { clock });
  const storeStation = await StoreStation.of(store, clock);
  const polled = new PolledLive(store, logger);
  await polled.start();
  const health = () => [...uplink.health(), storeStation.health()];
  const server = await startServer(
    {
      ...{ plant, store, clock, calendar, version, logger, quarantine: state.quarantine },
      ...{ live: liveForApi(polled.live), stations: health, uplink: () => uplink.status() },
      layout: layoutOf(loaded.file),
      tokens: new AccessTokens(folder.root),
    },
    { host: parts.host, port: parts.port },
  );
  return {
    health,
    url: server.url,
    stop: async () => {
      await server.close();
      await uplink.stop();
      polled.stop();
      await state.close();
      await store.close();
    },
  };
}
