import { layoutOf } from '../../api/plant-layout.ts';
import type { StationHealth } from '../../model/health.ts';
import { alarmsOfPlant } from '../../scenarios/alarms/from-plant.ts';
import { AlarmWatch } from '../../scenarios/runner/alarm-watch.ts';
import { Runner } from '../../scenarios/runner/runner.ts';
import { type Condition, openCondition } from './condition.ts';
import { type EnergyStation, openEnergy } from './energy-station.ts';
import { openEnvironmentWatch } from './environment-watch.ts';
import type { Foundation } from './foundation.ts';
import { conditionJobs, jobsWithEdits } from './jobs.ts';
import { openNotifications } from './notifications.ts';
import type { Stops } from './stops.ts';

/** The three scenarios with their runner, and the alarms that all of them raise. */
export interface ScenarioStations {
  readonly alarms: AlarmWatch;
  readonly condition: Condition;
  readonly energy: EnergyStation;
  readonly environment: ReturnType<typeof openEnvironmentWatch>;
  start(): void;
  health(): readonly StationHealth[];
}

export function openScenarioStations(foundation: Foundation, stops: Stops): ScenarioStations {
  const { plant, clock, state, store } = foundation;
  const dirty = state.dirtyWindows;
  const alarms = new AlarmWatch({
    clock,
    definitions: alarmsOfPlant(plant),
    journal: state.journal('alarms'),
  });
  alarms.start();
  stops.add(() => alarms.stop());
  const notifier = openNotifications({ ...foundation, alarms });
  stops.add(() => notifier?.stop());
  const condition = openCondition({ ...foundation, dirty });
  stops.add(() => condition.keeper.stop());
  const energy = openEnergy({
    ...{ ...foundation, dirty, layout: layoutOf(foundation.loaded.file) },
    onResults: (rows) => alarms.results(rows),
  });
  stops.add(() => energy.stop());
  const environment = openEnvironmentWatch({
    ...foundation,
    dirty,
    onResults: (rows) => alarms.results(rows),
  });
  stops.add(() => environment.stop());
  const runner = new Runner({
    ...{ plant, store, clock, dirty },
    jobs: [...Object.values(jobsWithEdits(energy.edits)).flat(), ...conditionJobs(condition)],
    beforeResults: energy.results,
    onResults: async (rows) => {
      alarms.results(rows);
      condition.results(rows);
      environment.results(rows);
      await energy.results(rows);
    },
  });
  stops.add(() => runner.stop());
  return {
    ...{ alarms, condition, energy, environment },
    start: () => {
      energy.start();
      runner.start();
      condition.keeper.start();
      environment.start();
      notifier?.start();
    },
    health: () => [
      runner.health(),
      ...condition.health(),
      ...energy.health(),
      alarms.health(),
      ...(notifier?.health() ?? []),
      ...environment.health(),
    ],
  };
}
