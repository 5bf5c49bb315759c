import { AccessTokens } from '../../api/auth/tokens.ts';
import { layoutOf } from '../../api/plant-layout.ts';
import { startServer } from '../../api/server.ts';
import { withWaveforms } from '../../ingest/waveform-intake.ts';
import { errorMessage } from '../../model/error.ts';
import { alarmsOfPlant } from '../../scenarios/alarms/from-plant.ts';
import type { AlarmTransition } from '../../scenarios/alarms/journal.ts';
import { AlarmWatch } from '../../scenarios/runner/alarm-watch.ts';
import { Runner } from '../../scenarios/runner/runner.ts';
import { openLocalState } from '../../store/local-state.ts';
import { QuarantineStation } from '../../store/quarantine-station.ts';
import { openCondition } from '../platform/condition.ts';
import { openEnergy } from '../platform/energy-station.ts';
import { openEnvironmentWatch } from '../platform/environment-watch.ts';
import { conditionJobs, type jobsByScenario, jobsWithEdits } from '../platform/jobs.ts';
import { liveForApi } from '../platform/live-for-api.ts';
import { openNotifications } from '../platform/notifications.ts';
import { openStore } from '../platform/open-store.ts';
import { builtConsole } from '../platform/platform.ts';
import { createReplay } from '../platform/replay.ts';
import { StoreStation } from '../platform/store-station.ts';
import { openEntry } from './entered-readings.ts';
import { subscribeToImages } from './image-subscription.ts';
import { PolledLive } from './polled-live.ts';
import type { Service, ServiceParts } from './service.ts';
import { markUnmade, SeenReadings } from './unmarked-readings.ts';

export type Scenario = keyof typeof jobsByScenario;

/**
 * `plantscope serve energy|equipment|environment`: recomputes the scenario's figures from the marks that ingest leaves in
 * the shared data folder, judges its alarms, and serves the API. `plantscope serve api` serves without computing; its
 * operators act on the alarms of all services through the journal they share.
 */
export async function startScenarioService(
  parts: ServiceParts,
  scenario: Scenario | 'api',
): Promise<Service> {
  const { loaded, folder, clock, calendar, logger, version, readSecret } = parts;
  const { plant } = loaded;
  const store = await openStore(loaded, folder.store, readSecret);
  const state = openLocalState(folder.root, { clock });
  const storeStation = await StoreStation.of(store, clock);
  const quarantine = new QuarantineStation(state.quarantine);
  const polled = new PolledLive(store, logger);
  await polled.start();
  const condition = openCondition({
    ...{ loaded, plant, folder, calendar, clock, store, state, isShared: true },
    dirty: state.dirtyWindowsOf('equipment'),
    onTrouble: (message) => logger.warn(message),
  });
  const energy = openEnergy({
    ...{ plant, store, state, clock, dirty: state.dirtyWindowsOf('energy'), layout: layoutOf(loaded.file) },
    onTrouble: (message) => logger.warn(message),
  });
  const meters = scenario === 'energy';
  const learns = scenario === 'equipment';
  const watches = scenario === 'environment';
  const alarms = new AlarmWatch({
    ...{ clock, definitions: alarmsOfPlant(plant) },
    journal: state.journal<AlarmTransition>('alarms'),
    judges: ({ asset }) => plant.assetsById.get(asset)?.nature.scenario === scenario,
  });
  alarms.start();
  // One process tells: the one that stands before the operators.
  const notifier =
    scenario === 'api'
      ? openNotifications({ loaded, readSecret, plant, calendar, clock, state, alarms })
      : undefined;
  notifier?.start();
  const onTrouble = (message: string) => logger.warn(message);
  const entry = openEntry({
    ...{ plant, clock, state, onTrouble },
    store: withWaveforms(store, condition.waveforms, plant),
  });
  const seen = new SeenReadings(state.dirtyWindowsOf('energy'));
  if (meters) await markUnmade(plant, store, state.dirtyWindowsOf('energy'), clock);
  const leaveLive = polled.live.subscribe((readings) => {
    alarms.readings(readings);
    if (meters)
      seen
        .mark(readings)
        .catch((error: unknown) => onTrouble(`readings could not be marked: ${errorMessage(error)}`));
  });
  const environment = openEnvironmentWatch({
    ...{ plant, store, state, folder, calendar, clock, dirty: state.dirtyWindowsOf('environment') },
    onResults: (rows) => alarms.results(rows),
  });
  const leaveBroker = watches ? subscribeToImages(parts, environment.images) : undefined;
  const runner =
    scenario === 'api'
      ? undefined
      : new Runner({
          ...{ plant, store, clock, dirty: state.dirtyWindowsOf(scenario) },
          jobs: [...jobsWithEdits(energy.edits)[scenario], ...(learns ? conditionJobs(condition) : [])],
          ...(meters && { beforeResults: energy.results }),
          onResults: async (rows) => {
            alarms.results(rows);
            condition.results(rows);
            if (watches) environment.results(rows);
            if (meters) await energy.results(rows);
          },
        });
  runner?.start();
  if (learns) condition.keeper.start();
  if (watches) environment.start();
  if (meters) energy.start();
  const health = () => [
    ...(runner ? [runner.health()] : []),
    storeStation.health(),
    quarantine.health(),
    alarms.health(),
    ...(notifier?.health() ?? []),
    ...(watches ? environment.health() : []),
    ...(learns ? condition.health() : []),
    ...(meters ? energy.health() : []),
  ];
  const server = await startServer(
    {
      ...{ plant, store, clock, calendar, version, logger, quarantine: state.quarantine },
      live: liveForApi(polled.live),
      condition,
      energy: energy.desk,
      enterReadings: (readings) => entry.readings(readings),
      // What ingest refused, in the folder that is shared with it: readings and batches.
      replay: createReplay({ messageSources: [], ingest: entry, quarantine: state.quarantine }),
      ...{ alarms, images: environment.images },
      stations: health,
      layout: layoutOf(loaded.file),
      tokens: new AccessTokens(folder.root),
      ...(scenario === 'api' && { consoleFolder: builtConsole() }),
    },
    { host: parts.host, port: parts.port },
  );
  return {
    health,
    url: server.url,
    stop: async () => {
      await server.close();
      await entry.close();
      await runner?.stop();
      await leaveBroker?.();
      await environment.stop();
      leaveLive();
      await notifier?.stop();
      await alarms.stop();
      await condition.keeper.stop();
      await energy.stop();
      polled.stop();
      await state.close();
      await store.close();
    },
  };
}
