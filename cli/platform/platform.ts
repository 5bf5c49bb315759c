import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Logger } from 'pino';
import type { AccessTokens } from '../../api/auth/tokens.ts';
import { layoutOf } from '../../api/plant-layout.ts';
import { type ApiServer, startServer } from '../../api/server.ts';
import { createGateway, type Gateway } from '../../gateway/gateway.ts';
import { openSpool } from '../../gateway/lmdb-spool.ts';
import { EmbeddedMqttSource } from '../../gateway/mqtt/embedded-mqtt-source.ts';
import { lmdbGapStore } from '../../gateway/opcua/lmdb-gap-store.ts';
import { WriteDesk, type WriteEntry } from '../../gateway/write-desk.ts';
import { BrokerCredentials, gatewayRights } from '../../ingest/broker-credentials.ts';
import { type EmbeddedBrokerOptions, startEmbeddedBroker } from '../../ingest/embedded-broker.ts';
import { LiveReadings } from '../../ingest/live-readings.ts';
import { createIngest } from '../../ingest/pipeline.ts';
import { isRecording, withWaveforms } from '../../ingest/waveform-intake.ts';
import { encodeStoredReport, storedTopic } from '../../model/batch.ts';
import { PlantCalendar } from '../../model/calendar.ts';
import type { Clock } from '../../model/clock.ts';
import type { StationHealth } from '../../model/health.ts';
import { minuteMs } from '../../model/window.ts';
import type { LoadedPlant } from '../../plant/load.ts';
import { alarmsOfPlant } from '../../scenarios/alarms/from-plant.ts';
import { AlarmWatch } from '../../scenarios/runner/alarm-watch.ts';
import { Runner } from '../../scenarios/runner/runner.ts';
import { openLocalState } from '../../store/local-state.ts';
import { SourceEvents } from '../../store/source-events.ts';
import type { TimeSeriesStore } from '../../store/time-series-store.ts';
import { buildNorthbound } from './build-northbound.ts';
import { buildSources } from './build-sources.ts';
import { openCondition } from './condition.ts';
import type { DataFolder } from './data-folder.ts';
import { openEnergy } from './energy-station.ts';
import { openEnvironmentWatch } from './environment-watch.ts';
import { DEFAULT_BROKER_PORT } from './free-ports.ts';
import { conditionJobs, jobsWithEdits } from './jobs.ts';
import { liveForApi } from './live-for-api.ts';
import { openStore } from './open-store.ts';
import { createReplay } from './replay.ts';
import { secretReader } from './secret-file.ts';
import { startSimulator } from './simulator.ts';
import { spoolLimits } from './spool-limits.ts';
import { startUplink } from './start-uplink.ts';
import { StoreStation } from './store-station.ts';

const MAINTENANCE_MS = 5 * minuteMs;

export interface PlatformOptions {
  readonly loaded: LoadedPlant;
  readonly folder: DataFolder;
  readonly host: string;
  readonly port: number;
  readonly tokens: AccessTokens;
  readonly consoleFolder: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly version: string;
}

/** The whole platform in one process: what `plantscope start` runs. */
export interface Platform {
  readonly url: string;
  readonly store: TimeSeriesStore;
  health(): readonly StationHealth[];
  /** From the devices to the store, so that nothing under way is cut off. */
  stop(): Promise<void>;
}

/** Puts the stations together, from the store back to the devices, so that each finds its successor running. */
export async function startPlatform(options: PlatformOptions): Promise<Platform> {
  const stops: (() => Promise<void> | void)[] = [];
  try {
    return await build(options, stops);
  } catch (error) {
    await runBackwards(stops);
    throw error;
  }
}

async function build(options: PlatformOptions, stops: (() => Promise<void> | void)[]): Promise<Platform> {
  const { loaded, folder, clock, logger } = options;
  const { plant, file } = loaded;
  const readSecret = secretReader(loaded.path);
  const calendar = new PlantCalendar(plant.site.timeZone);
  const onTrouble = (message: string) => logger.warn(message);

  const store = await openStore(loaded, folder.store, readSecret);
  stops.push(() => store.close());
  const state = openLocalState(folder.root, { clock });
  stops.push(() => state.close());
  const storeStation = await StoreStation.of(store, clock);
  const maintenance = setInterval(() => storeStation.maintain(), MAINTENANCE_MS);
  stops.push(() => clearInterval(maintenance));

  const alarms = new AlarmWatch({
    ...{ clock, definitions: alarmsOfPlant(plant) },
    journal: state.journal('alarms'),
  });
  alarms.start();
  stops.push(() => alarms.stop());
  const condition = openCondition({
    ...{ loaded, plant, folder, calendar, clock, store, state, onTrouble },
    dirty: state.dirtyWindows,
  });
  stops.push(() => condition.keeper.stop());
  const energy = openEnergy({
    ...{ plant, store, state, clock, onTrouble, dirty: state.dirtyWindows },
    onResults: (rows) => alarms.results(rows),
  });
  const runner = new Runner({
    ...{ plant, store, clock, dirty: state.dirtyWindows },
    jobs: [...Object.values(jobsWithEdits(energy.edits)).flat(), ...conditionJobs(condition)],
    onResults: (rows) => {
      alarms.results(rows);
      energy.results(rows);
      condition.results(rows);
    },
  });
  const environment = openEnvironmentWatch({
    ...{ plant, store, state, folder, calendar, clock },
    onResults: (rows) => alarms.results(rows),
  });
  stops.push(() => environment.stop());
  const uplink = startUplink({ ...{ loaded, store, clock, logger, readSecret }, dataFolder: folder.root });
  stops.push(() => uplink?.stop());
  const live = new LiveReadings();
  live.update(await store.latest());
  stops.push(live.subscribe((readings) => alarms.readings(readings)));

  const gatewayId = file.gateway?.id ?? plant.site.id;
  const ingest = createIngest({
    ...{ plant, clock, onTrouble, dirty: state.dirtyWindows, quarantine: state.quarantine },
    store: withWaveforms(store, condition.waveforms, plant),
    events: new SourceEvents(store),
    onStored: (readings) => {
      storeStation.stored(readings.length);
      live.update(readings.filter((reading) => !isRecording(reading)));
    },
    confirm: (gateway, report) => broker.publish(storedTopic(gateway), encodeStoredReport(report)),
  });
  stops.push(() => ingest.close());

  const gaps = lmdbGapStore(folder.gaps);
  stops.push(() => gaps.close());
  const sources = buildSources({
    ...{ loaded, clock, calendar, logger, readSecret, gaps },
    clientPki: folder.clientPki,
    publish: (topic, payload) => broker.publish(topic, payload),
  });
  const deviceSources = sources.filter((source) => source instanceof EmbeddedMqttSource);
  const credentials = BrokerCredentials.open(folder.root);
  const { password } = credentials.ensure('gateway', gatewayRights(gatewayId));
  const broker = await startEmbeddedBroker({
    ...brokerAddress(loaded, readSecret),
    ...{ credentials, onTrouble, quarantine: state.quarantine },
    maxPayloadBytesOf: environment.maxPayloadBytesOf,
    isDeviceTopic: (topic) =>
      environment.images.accepts(topic) || deviceSources.some((source) => source.accepts(topic)),
    onDevicePublish: async (topic, payload) => {
      if (environment.images.accepts(topic)) return environment.images.receive(topic, payload);
      await Promise.all(
        deviceSources
          .filter((source) => source.accepts(topic))
          .map((source) => source.receive(topic, payload)),
      );
    },
    onBatch: async (gateway, payload) => {
      void ingest
        .batch(gateway, payload)
        .catch((error: unknown) => logger.debug({ error }, 'batch left unstored'));
      await ingest.room();
    },
  });
  stops.push(() => broker.close());
  writeFileSync(folder.brokerUrl, broker.localUrl, { mode: 0o600 });
  stops.push(() => rmSync(folder.brokerUrl, { force: true }));

  const spool = openSpool({
    ...{ dir: folder.spool, gateway: gatewayId, clock, onTrouble },
    ...spoolLimits(loaded),
  });
  stops.push(() => spool.close());
  const northbound = buildNorthbound({
    ...{ loaded, clock, logger, readSecret, spool, dataFolder: folder.root },
    embedded: (username, rights) => ({
      ...{ url: broker.localUrl, username },
      password: credentials.ensure(username, rights).password,
    }),
  });
  const gateway: Gateway = createGateway({
    ...{ plant, spool, sources, clock, northbound, quarantine: state.quarantine },
    publisher: { url: broker.localUrl, username: 'gateway', password, onTrouble },
  });

  const health = (): readonly StationHealth[] => [
    ...gateway.health(),
    broker.health(),
    ingest.health(),
    storeStation.health(),
    runner.health(),
    ...condition.health(),
    ...energy.health(),
    alarms.health(),
    ...environment.health(),
    ...(uplink?.health() ?? []),
  ];
  const api: ApiServer = await startServer(
    {
      ...{ plant, store, clock, calendar, alarms, tokens: options.tokens, version: options.version },
      live: liveForApi(live),
      condition,
      energy: energy.desk,
      images: environment.images,
      writes: new WriteDesk({
        write: (tag, value) => gateway.write(tag, value),
        ...{ trail: state.journal<WriteEntry>('writes'), clock },
      }),
      enterReadings: (readings) => ingest.readings(readings),
      stations: health,
      layout: layoutOf(file),
      storeAccess: store,
      quarantine: state.quarantine,
      uplink: () => uplink?.status() ?? [],
      replay: createReplay({ deviceSources, ingest, quarantine: state.quarantine }),
      logger,
      consoleFolder: options.consoleFolder,
    },
    { host: options.host, port: options.port },
  );
  stops.push(() => api.close());

  energy.start();
  stops.push(() => energy.stop());
  runner.start();
  condition.keeper.start();
  environment.start();
  stops.push(() => runner.stop());
  const simulator = await startSimulator({
    ...{ loaded, folder, credentials, clock, readSecret, onTrouble },
    brokerUrl: broker.localUrl,
  });
  if (simulator) stops.push(() => simulator.stop());
  await gateway.start();
  stops.push(() => gateway.stop());
  return { url: api.url, store, health, stop: () => runBackwards(stops) };
}

function brokerAddress(
  { file }: LoadedPlant,
  readSecret: (path: string) => string,
): Pick<EmbeddedBrokerOptions, 'host' | 'port' | 'tls'> {
  const broker = file.broker ?? { kind: 'embedded' };
  if (broker.kind !== 'embedded') return { port: 0 };
  const { host, port, tls } = broker;
  return {
    port: port ?? DEFAULT_BROKER_PORT,
    ...(host !== undefined && { host }),
    ...(tls && {
      tls: {
        cert: readSecret(tls.certificateFile),
        key: readSecret(tls.privateKeyFile),
        ...(tls.clientCaFile !== undefined && { ca: readSecret(tls.clientCaFile) }),
      },
    }),
  };
}

async function runBackwards(stops: (() => Promise<void> | void)[]): Promise<void> {
  for (const stop of stops.splice(0).reverse()) await stop();
}

/** Folder of the built console beside the compiled command line. */
export const builtConsole = (): string => join(import.meta.dirname, '..', '..', 'console');
