import { quarterHourMs, type TimeWindow } from '../../../model/window.ts';
import { PACKML_EDITION } from '../../equipment/state/packml.ts';
import { type MethodState, runningState } from '../../equipment/state/running-state.ts';
import { clipped, type Span } from '../../equipment/state/state-span.ts';
import { stateSummary } from '../../equipment/state/state-summary.ts';
import type { Job, JobReadings, JobSubject } from '../job.ts';
import {
  HELD_QUANTITIES,
  machineSignals,
  runningRules,
  STATE_QUANTITIES,
  STATE_REACH_MS,
} from './machine-signals.ts';

/** How each machine ran in each quarter of an hour. */
export const machineStateJob: Job = {
  measurement: 'machine_state',
  windowMs: quarterHourMs,
  reachMs: STATE_REACH_MS,
  holds: HELD_QUANTITIES,
  subjects: (plant) =>
    plant.assets
      .filter((asset) => asset.nature.scenario === 'equipment')
      .map((asset) => ({
        asset,
        tags: asset.tags.filter(({ quantity }) => STATE_QUANTITIES.some((name) => name === quantity)),
      })),
  compute: (subject, window, readings) => {
    const summary = stateSummary(statesSoFar(subject, readings), window);
    if (!summary) return [];
    return [
      {
        series: { asset: subject.asset.id },
        fields: {
          ...summary,
          edition: summary.method.includes('state-word') ? PACKML_EDITION : 'none',
        },
      },
    ];
  },
};

/** States as far as the present: nothing holds into the future. */
export function statesSoFar({ asset }: JobSubject, readings: JobReadings): Span<MethodState>[] {
  const past: TimeWindow = { startMs: Number.NEGATIVE_INFINITY, endMs: readings.nowMs };
  return clipped(runningState(machineSignals(readings), runningRules(asset)), past);
}
