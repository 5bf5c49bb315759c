import type { Job } from '../../scenarios/runner/job.ts';
import { energyIntervalJob } from '../../scenarios/runner/jobs/energy-interval.ts';
import { machineStateJob } from '../../scenarios/runner/jobs/machine-state.ts';
import { stackHourlyJob } from '../../scenarios/runner/jobs/stack-hourly.ts';
import { vibrationSeverityJob } from '../../scenarios/runner/jobs/vibration-severity.ts';

/** Every kind of derived figure, by the scenario it belongs to. */
export const jobsByScenario: Readonly<Record<'energy' | 'equipment' | 'environment', readonly Job[]>> = {
  energy: [energyIntervalJob],
  equipment: [machineStateJob, vibrationSeverityJob],
  environment: [stackHourlyJob],
};
