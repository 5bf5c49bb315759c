import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Logger } from 'pino';
import type { AccessTokens } from '../../api/auth/tokens.ts';
import { layoutOf } from '../../api/plant-layout.ts';
import { type ApiServer, startServer } from '../../api/server.ts';
import { WriteDesk } from '../../gateway/write-desk.ts';
import type { Clock } from '../../model/clock.ts';
import type { StationHealth } from '../../model/health.ts';
import type { WriteEntry } from '../../model/write.ts';
import type { LoadedPlant } from '../../plant/load.ts';
import type { SourceFile } from '../../plant/source-schema.ts';
import type { TimeSeriesStore } from '../../store/time-series-store.ts';
import type { DataFolder } from './data-folder.ts';
import { type Delivery, openDelivery } from './delivery.ts';
import { type Foundation, openFoundation } from './foundation.ts';
import { liveForApi } from './live-for-api.ts';
import { createReplay } from './replay.ts';
import { openScenarioStations, type ScenarioStations } from './scenario-stations.ts';
import { startUplink } from './start-uplink.ts';
import { Stops } from './stops.ts';

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
  const stops = new Stops();
  try {
    return await build(options, stops);
  } catch (error) {
    await stops.runBackwards();
    throw error;
  }
}

async function build(options: PlatformOptions, stops: Stops): Promise<Platform> {
  const foundation = await openFoundation(options, stops);
  const scenarios = openScenarioStations(foundation, stops);
  const uplink = startUplink({ ...foundation, dataFolder: foundation.folder.root });
  stops.add(() => uplink?.stop());
  const delivery = await openDelivery(foundation, scenarios, stops);
  const health = () => [...delivery.health(), ...scenarios.health(), ...(uplink?.health() ?? [])];
  const api = await openApi(options, { foundation, scenarios, delivery, uplink, health });
  stops.add(() => api.close());
  leaveUrl(options.folder, api.url, stops);

  scenarios.start();
  if (Object.values(options.loaded.file.sources).some(isSimulated)) {
    const { startSimulator } = await import('./simulator.ts');
    const simulator = await startSimulator({
      ...{ ...foundation, credentials: delivery.credentials, brokerUrl: delivery.broker.localUrl },
    });
    stops.add(() => simulator?.stop());
  }
  await delivery.gateway.start();
  stops.add(() => delivery.gateway.stop());
  return { url: api.url, store: foundation.store, health, stop: () => stops.runBackwards() };
}

/** A real plant does not load the simulated factory. */
const isSimulated = (source: SourceFile): boolean => 'simulated' in source && source.simulated === true;

/** Commands of this computer find the platform by its data folder, whatever its port. */
function leaveUrl({ platformUrl }: DataFolder, url: string, stops: Stops): void {
  writeFileSync(platformUrl, url.replace(/\/\/(0\.0\.0\.0|\[::\])/, '//127.0.0.1'), { mode: 0o600 });
  stops.add(() => rmSync(platformUrl, { force: true }));
}

interface Parts {
  readonly foundation: Foundation;
  readonly scenarios: ScenarioStations;
  readonly delivery: Delivery;
  readonly uplink: ReturnType<typeof startUplink>;
  readonly health: () => readonly StationHealth[];
}

function openApi(
  { host, port, tokens, version, consoleFolder }: PlatformOptions,
  { foundation, scenarios, delivery, uplink, health }: Parts,
): Promise<ApiServer> {
  const { plant, store, clock, calendar, logger, state, loaded } = foundation;
  const { gateway, ingest, messageSources, live } = delivery;
  const { alarms, condition, energy, environment } = scenarios;
  const backend = {
    ...{ plant, store, clock, calendar, alarms, condition, tokens, version, logger, consoleFolder },
    live: liveForApi(live),
    energy: energy.desk,
    images: environment.images,
    writes: new WriteDesk({
      write: (tag, value) => gateway.write(tag, value),
      ...{ trail: state.journal<WriteEntry>('writes'), clock },
    }),
    enterReadings: ingest.readings.bind(ingest),
    stations: health,
    layout: layoutOf(loaded.file),
    storeAccess: store,
    quarantine: state.quarantine,
    uplink: () => uplink?.status() ?? [],
    replay: createReplay({ messageSources, ingest, quarantine: state.quarantine }),
  };
  return startServer(backend, { host, port });
}

/** Folder of the built console beside the compiled command line. */
export const builtConsole = (): string => join(import.meta.dirname, '..', '..', 'console');
