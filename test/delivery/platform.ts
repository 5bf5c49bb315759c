import { join } from 'node:path';
import { createGateway, type Gateway } from '../../gateway/gateway.ts';
import { openSpool } from '../../gateway/lmdb-spool.ts';
import type { Spool } from '../../gateway/spool.ts';
import { BrokerCredentials, gatewayRights } from '../../ingest/broker-credentials.ts';
import { type EmbeddedBroker, startEmbeddedBroker } from '../../ingest/embedded-broker.ts';
import type { Ingest } from '../../ingest/ingest.ts';
import { LiveReadings } from '../../ingest/live-readings.ts';
import { createIngest } from '../../ingest/pipeline.ts';
import { encodeStoredReport, storedTopic } from '../../model/batch.ts';
import { systemClock } from '../../model/clock.ts';
import type { Plant } from '../../model/plant.ts';
import { listOf } from '../../model/reading-columns.ts';
import { type LocalState, openLocalState } from '../../store/local-state.ts';
import type { TimeSeriesStore } from '../../store/time-series-store.ts';
import { numberedSource } from './numbers.ts';

export interface DeliveryPath {
  readonly broker: EmbeddedBroker;
  readonly gateway: Gateway;
  readonly ingest: Ingest;
  readonly spool: Spool;
  readonly state: LocalState;
  readonly live: LiveReadings;
  readonly credentials: BrokerCredentials;
  stop(): Promise<void>;
}

/** The delivery path as the one-process platform composes it, with numbered devices in front. */
export async function startDeliveryPath(
  dir: string,
  plant: Plant,
  store: Pick<TimeSeriesStore, 'write'>,
  port = 0,
): Promise<DeliveryPath> {
  const state = openLocalState(dir);
  const live = new LiveReadings();
  const credentials = BrokerCredentials.open(dir);
  const main = credentials.ensure('gateway-main', gatewayRights('main'));
  credentials.ensure('device', { publish: ['devices/#'], subscribe: ['devices/#'] });
  const spool = openSpool({ dir: join(dir, 'spool'), gateway: 'main' });
  let broker: EmbeddedBroker | undefined;
  const ingest = createIngest({
    plant,
    store,
    dirty: state.dirtyWindows,
    quarantine: state.quarantine,
    clock: systemClock,
    onStored: (readings) => live.update(listOf(readings)),
    confirm: (gateway, report) => broker?.publish(storedTopic(gateway), encodeStoredReport(report)),
  });
  let receive: (topic: string, payload: Buffer) => Promise<void> = () =>
    Promise.reject(new Error('not started'));
  broker = await startEmbeddedBroker({
    port,
    credentials,
    isDeviceTopic: (topic) => topic.startsWith('devices/'),
    onDevicePublish: (topic, payload) => receive(topic, payload),
    onBatch: (gateway, payload) => {
      void ingest.batch(gateway, payload).catch(() => undefined); // closing: the gateway sends it again
      return ingest.room();
    },
    quarantine: state.quarantine,
  });
  const gateway = createGateway({
    plant,
    spool,
    sources: [],
    quarantine: state.quarantine,
    clock: systemClock,
    publisher: { url: broker.url, username: 'gateway-main', password: main.password },
  });
  receive = numberedSource(gateway.intake, plant.tags.length);
  await gateway.start();
  const parts = { broker, gateway, ingest, spool, state, live, credentials };
  return { ...parts, stop: () => stopDeliveryPath(parts) };
}

async function stopDeliveryPath({
  broker,
  gateway,
  ingest,
  spool,
  state,
}: Omit<DeliveryPath, 'stop'>): Promise<void> {
  await gateway.stop();
  await broker.close();
  await ingest.close();
  await spool.close();
  await state.close();
}
