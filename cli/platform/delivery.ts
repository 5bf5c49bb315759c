import { rmSync, writeFileSync } from 'node:fs';
import { createGateway, type Gateway } from '../../gateway/gateway.ts';
import { openSpool } from '../../gateway/lmdb-spool.ts';
import { EmbeddedMqttSource } from '../../gateway/mqtt/embedded-mqtt-source.ts';
import { ExternalMqttSource } from '../../gateway/mqtt/external-mqtt-source.ts';
import { lmdbGapStore } from '../../gateway/opcua/lmdb-gap-store.ts';
import { BrokerCredentials, gatewayRights } from '../../ingest/broker-credentials.ts';
import { type EmbeddedBroker, startEmbeddedBroker } from '../../ingest/embedded-broker.ts';
import type { Ingest } from '../../ingest/ingest.ts';
import { LiveReadings } from '../../ingest/live-readings.ts';
import { createIngest } from '../../ingest/pipeline.ts';
import { withWaveforms } from '../../ingest/waveform-intake.ts';
import { encodeStoredReport, storedTopic } from '../../model/batch.ts';
import type { StationHealth } from '../../model/health.ts';
import { countOf, listOf } from '../../model/reading-columns.ts';
import { isRecording } from '../../model/waveform.ts';
import { QuarantineStation } from '../../store/quarantine-station.ts';
import { SourceEvents } from '../../store/source-events.ts';
import { brokerAddress } from './broker-address.ts';
import { buildNorthbound } from './build-northbound.ts';
import { buildSources } from './build-sources.ts';
import type { Foundation } from './foundation.ts';
import type { MessageSource } from './replay.ts';
import type { ScenarioStations } from './scenario-stations.ts';
import { spoolLimits } from './spool-limits.ts';
import type { Stops } from './stops.ts';

/** The way of a reading: sources, spool and publisher of the gateway, the embedded broker, ingest. */
export interface Delivery {
  readonly gateway: Gateway;
  readonly broker: EmbeddedBroker;
  readonly credentials: BrokerCredentials;
  readonly ingest: Ingest;
  /** Where a refused message can be sent again. */
  readonly messageSources: readonly MessageSource[];
  readonly live: LiveReadings;
  health(): readonly StationHealth[];
}

export async function openDelivery(
  foundation: Foundation,
  scenarios: ScenarioStations,
  stops: Stops,
): Promise<Delivery> {
  const { loaded, plant, folder, clock, logger, state, readSecret, onTrouble } = foundation;
  const gatewayId = loaded.file.gateway?.id ?? plant.site.id;
  const live = await openLive(foundation, scenarios, stops);
  const ingest = openIngest(foundation, scenarios, live, (gateway, report) =>
    broker.publish(storedTopic(gateway), encodeStoredReport(report)),
  );
  stops.add(() => ingest.close());

  const gaps = lmdbGapStore(folder.gaps);
  stops.add(() => gaps.close());
  const sources = await buildSources({
    ...{ ...foundation, gaps, clientPki: folder.clientPki },
    publish: (topic, payload) => broker.publish(topic, payload),
  });
  const deviceSources = sources.filter((source) => source instanceof EmbeddedMqttSource);
  const messageSources = sources.filter(
    (source) => source instanceof EmbeddedMqttSource || source instanceof ExternalMqttSource,
  );
  const credentials = BrokerCredentials.open(folder.root);
  const { password } = credentials.ensure('gateway', gatewayRights(gatewayId));
  const broker = await openBroker(foundation, scenarios, { credentials, deviceSources, ingest });
  stops.add(() => broker.close());
  writeFileSync(folder.brokerUrl, broker.localUrl, { mode: 0o600 });
  stops.add(() => rmSync(folder.brokerUrl, { force: true }));

  const spool = openSpool({
    ...{ dir: folder.spool, gateway: gatewayId, clock, onTrouble },
    ...spoolLimits(loaded),
  });
  stops.add(() => spool.close());
  const quarantine = new QuarantineStation(state.quarantine);
  const northbound = buildNorthbound({
    ...{ loaded, clock, logger, readSecret, spool, dataFolder: folder.root },
    embedded: (username, rights) => ({
      ...{ url: broker.localUrl, username },
      password: credentials.ensure(username, rights).password,
    }),
  });
  const gateway = createGateway({
    ...{ plant, spool, sources, clock, northbound, quarantine: state.quarantine },
    publisher: { url: broker.localUrl, username: 'gateway', password, onTrouble },
  });
  return {
    ...{ gateway, broker, credentials, ingest, messageSources, live },
    health: () => [
      ...gateway.health(),
      ...[broker, ingest, foundation.storeStation, quarantine].map((station) => station.health()),
    ],
  };
}

/** The newest reading of each tag; alarms are judged on each as it arrives. */
async function openLive(
  { store }: Foundation,
  { alarms }: ScenarioStations,
  stops: Stops,
): Promise<LiveReadings> {
  const live = new LiveReadings();
  live.update(await store.latest());
  stops.add(live.subscribe((readings) => alarms.readings(readings)));
  return live;
}

function openIngest(
  { plant, clock, store, state, storeStation, onTrouble }: Foundation,
  { condition }: ScenarioStations,
  live: LiveReadings,
  confirm: NonNullable<Parameters<typeof createIngest>[0]['confirm']>,
): Ingest {
  return createIngest({
    ...{ plant, clock, onTrouble, dirty: state.dirtyWindows, quarantine: state.quarantine, confirm },
    store: withWaveforms(store, condition.waveforms, plant),
    events: new SourceEvents(store),
    onStored: (readings) => {
      storeStation.stored(countOf(readings));
      live.update(listOf(readings).filter((reading) => !isRecording(reading)));
    },
  });
}

function openBroker(
  { loaded, state, logger, readSecret, onTrouble }: Foundation,
  { environment: { images, maxPayloadBytesOf } }: ScenarioStations,
  {
    credentials,
    deviceSources,
    ingest,
  }: {
    readonly credentials: BrokerCredentials;
    readonly deviceSources: readonly EmbeddedMqttSource[];
    readonly ingest: Ingest;
  },
): Promise<EmbeddedBroker> {
  return startEmbeddedBroker({
    ...brokerAddress(loaded, readSecret),
    ...{ credentials, onTrouble, quarantine: state.quarantine, maxPayloadBytesOf },
    isDeviceTopic: (topic) => images.accepts(topic) || deviceSources.some((source) => source.accepts(topic)),
    onDevicePublish: async (topic, payload) => {
      if (images.accepts(topic)) return images.receive(topic, payload);
      const own = deviceSources.filter((source) => source.accepts(topic));
      await Promise.all(own.map((source) => source.receive(topic, payload)));
    },
    onBatch: async (gateway, payload) => {
      void ingest
        .batch(gateway, payload)
        .catch((error: unknown) => logger.debug({ error }, 'batch left unstored'));
      await ingest.room();
    },
  });
}
