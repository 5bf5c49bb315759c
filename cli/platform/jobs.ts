import type { EnergyEdits } from '../../scenarios/runner/energy/energy-edits.ts';
import type { Job } from '../../scenarios/runner/job.ts';
import { ambientAqiJob } from '../../scenarios/runner/jobs/ambient-aqi.ts';
import { energyIntervalJob, energyIntervalJobWith } from '../../scenarios/runner/jobs/energy-interval.ts';
import { instrumentCheckJob } from '../../scenarios/runner/jobs/instrument-check.ts';
import { machineConditionJob } from '../../scenarios/runner/jobs/machine-condition.ts';
import { machineDiagnosisJob } from '../../scenarios/runner/jobs/machine-diagnosis.ts';
import { machineHealthJob } from '../../scenarios/runner/jobs/machine-health.ts';
import { machineStateJob } from '../../scenarios/runner/jobs/machine-state.ts';
import { noiseHourlyJob } from '../../scenarios/runner/jobs/noise-hourly.ts';
import { stackHourlyJob } from '../../scenarios/runner/jobs/stack-hourly.ts';
import { stationHourlyJob } from '../../scenarios/runner/jobs/station-hourly.ts';
import { treatmentStateJob } from '../../scenarios/runner/jobs/treatment-state.ts';
import { vibrationSeverityJob } from '../../scenarios/runner/jobs/vibration-severity.ts';
import { waterHourlyJob } from '../../scenarios/runner/jobs/water-hourly.ts';
import { waveformFeaturesJob } from '../../scenarios/runner/jobs/waveform-features.ts';
import type { Condition } from './condition.ts';

/** Every kind of derived figure, by the scenario it belongs to. */
export const jobsByScenario: Readonly<Record<'energy' | 'equipment' | 'environment', readonly Job[]>> = {
  energy: [energyIntervalJob],
  equipment: [machineStateJob, vibrationSeverityJob],
  environment: [
    stackHourlyJob,
    waterHourlyJob,
    instrumentCheckJob,
    treatmentStateJob,
    stationHourlyJob,
    ambientAqiJob,
    noiseHourlyJob,
  ],
};

/** The same, with what persons put in place of intervals. */
export const jobsWithEdits = (edits: EnergyEdits): typeof jobsByScenario => ({
  ...jobsByScenario,
  energy: [energyIntervalJobWith(edits)],
});

/** Figures of equipment that rest on recordings, models and rules. */
export const conditionJobs = ({ analyses, models, faults }: Condition): readonly Job[] => [
  machineConditionJob,
  waveformFeaturesJob(analyses),
  machineDiagnosisJob({ analyses, models, faults }),
  machineHealthJob(models),
];
