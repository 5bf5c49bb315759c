import { hostname } from 'node:os';
import { BrokerConsumer } from '../../ingest/broker-consumer.ts';
import { createIngest } from '../../ingest/pipeline.ts';
import { withWaveforms } from '../../ingest/waveform-intake.ts';
import { countOf } from '../../model/reading-columns.ts';
import { openLocalState } from '../../store/local-state.ts';
import { SourceEvents } from '../../store/source-events.ts';
import { openWaveforms } from '../platform/condition.ts';
import { openStore } from '../platform/open-store.ts';
import { StoreStation } from '../platform/store-station.ts';
import { marksOfAll } from './entered-readings.ts';
import { externalBroker, type Service, type ServiceParts } from './service.ts';

/**
 * `plantscope serve ingest`: takes batches from the broker into the store. Its data folder holds the dirty marks, one set
 * for each scenario's service; those services share the folder with it.
 */
export async function startIngestService(parts: ServiceParts): Promise<Service> {
  const { loaded, folder, clock, calendar, logger, readSecret, member } = parts;
  const onTrouble = (message: string) => logger.warn(message);
  const store = await openStore(loaded, folder.store, readSecret);
  const state = openLocalState(folder.root, { clock });
  const storeStation = await StoreStation.of(store, clock);
  const consumer = new BrokerConsumer({
    ...externalBroker(parts),
    member: member ?? hostname(),
    clock,
    onTrouble,
  });
  const ingest = createIngest({
    ...{ plant: loaded.plant, clock, onTrouble, quarantine: state.quarantine },
    store: withWaveforms(store, openWaveforms(loaded, folder, calendar), loaded.plant),
    events: new SourceEvents(store),
    dirty: marksOfAll(state),
    onStored: (readings) => storeStation.stored(countOf(readings)),
    confirm: (gateway, report) => consumer.confirm(gateway, report),
  });
  const maintenance = setInterval(() => storeStation.maintain(), 5 * 60_000);
  await consumer.start(ingest);
  return {
    health: () => [consumer.health(), ingest.health(), storeStation.health()],
    stop: async () => {
      clearInterval(maintenance);
      await consumer.stop();
      await ingest.close();
      await state.close();
      await store.close();
    },
  };
}
