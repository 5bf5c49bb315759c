import { createGateway } from '../../gateway/gateway.ts';
import { openSpool } from '../../gateway/lmdb-spool.ts';
import { lmdbGapStore } from '../../gateway/opcua/lmdb-gap-store.ts';
import { openLocalState } from '../../store/local-state.ts';
import { buildNorthbound } from '../platform/build-northbound.ts';
import { buildSources } from '../platform/build-sources.ts';
import { spoolLimits } from '../platform/spool-limits.ts';
import { externalBroker, type Service, type ServiceParts } from './service.ts';

/** `plantscope serve gateway`: the sources, the spool and the publisher; meets ingest at an external broker. */
export async function startGatewayService(parts: ServiceParts): Promise<Service> {
  const { loaded, folder, clock, logger } = parts;
  const onTrouble = (message: string) => logger.warn(message);
  const id = loaded.file.gateway?.id ?? loaded.plant.site.id;
  const broker = externalBroker(parts);
  const state = openLocalState(folder.root, { clock });
  const gaps = lmdbGapStore(folder.gaps);
  const spool = openSpool({ dir: folder.spool, gateway: id, clock, onTrouble, ...spoolLimits(loaded) });
  const northbound = buildNorthbound({ ...parts, spool, dataFolder: folder.root });
  const gateway = createGateway({
    ...{ plant: loaded.plant, spool, clock, northbound, quarantine: state.quarantine },
    sources: await buildSources({
      ...parts,
      clientPki: folder.clientPki,
      gaps,
      publish: (topic) => logger.warn(`no embedded broker to publish ${topic} on`),
    }),
    publisher: { ...broker, onTrouble },
  });
  await gateway.start();
  return {
    health: () => gateway.health(),
    stop: async () => {
      await gateway.stop();
      await spool.close();
      await gaps.close();
      await state.close();
    },
  };
}
