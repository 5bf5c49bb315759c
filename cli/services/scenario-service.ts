import { AccessTokens } from '../../api/auth/tokens.ts';
import { layoutOf } from '../../api/plant-layout.ts';
import { startServer } from '../../api/server.ts';
import { Runner } from '../../scenarios/runner/runner.ts';
import { openLocalState } from '../../store/local-state.ts';
import { openCondition } from '../platform/condition.ts';
import { openEnergy } from '../platform/energy-station.ts';
import { conditionJobs, type jobsByScenario, jobsWithEdits } from '../platform/jobs.ts';
import { liveForApi } from '../platform/live-for-api.ts';
import { openStore } from '../platform/open-store.ts';
import { builtConsole } from '../platform/platform.ts';
import { StoreStation } from '../platform/store-station.ts';
import { PolledLive } from './polled-live.ts';
import type { Service, ServiceParts } from './service.ts';

export type Scenario = keyof typeof jobsByScenario;

/**
 * `plantscope serve energy|equipment|environment`: recomputes the scenario's figures from the marks that ingest leaves in
 * the shared data folder, and serves the API. `plantscope serve api` serves without computing.
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
  const polled = new PolledLive(store, logger);
  await polled.start();
  const condition = openCondition({
    ...{ loaded, plant, folder, calendar, clock, store, state, isShared: true },
    dirty: state.dirtyWindowsOf('equipment'),
    onTrouble: (message) => logger.warn(message),
  });
  const energy = openEnergy({
    ...{ plant, store, state, clock, dirty: state.dirtyWindowsOf('energy') },
    onTrouble: (message) => logger.warn(message),
  });
  const meters = scenario === 'energy';
  const learns = scenario === 'equipment';
  const runner =
    scenario === 'api'
      ? undefined
      : new Runner({
          ...{ plant, store, clock, dirty: state.dirtyWindowsOf(scenario) },
          jobs: [...jobsWithEdits(energy.edits)[scenario], ...(learns ? conditionJobs(condition) : [])],
          onResults: (rows) => {
            condition.results(rows);
            if (meters) energy.results(rows);
          },
        });
  runner?.start();
  if (learns) condition.keeper.start();
  if (meters) energy.start();
  const health = () => [
    ...(runner ? [runner.health()] : []),
    storeStation.health(),
    ...(learns ? condition.health() : []),
    ...(meters ? energy.health() : []),
  ];
  const server = await startServer(
    {
      ...{ plant, store, clock, calendar, version, logger, quarantine: state.quarantine },
      live: liveForApi(polled.live),
      condition,
      energy: energy.desk,
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
      await runner?.stop();
      await condition.keeper.stop();
      await energy.stop();
      polled.stop();
      await state.close();
      await store.close();
    },
  };
}
