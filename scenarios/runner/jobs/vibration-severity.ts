import type { Asset } from '../../../model/plant.ts';
import { minuteMs, quarterHourMs, type TimeWindow } from '../../../model/window.ts';
import type { MethodState, NumberSeries } from '../../equipment/state/running-state.ts';
import type { Span } from '../../equipment/state/state-span.ts';
import {
  SEVERITY_EDITION,
  severityZone,
  ZONE_LIMITS,
  type ZoneLimits,
} from '../../equipment/vibration/severity-zones.ts';
import type { Job } from '../job.ts';
import { HELD_QUANTITIES, numbers, STATE_QUANTITIES, STATE_REACH_MS } from './machine-signals.ts';
import { statesSoFar } from './machine-state.ts';

const MINUTES = quarterHourMs / minuteMs;

/**
 * Vibration severity of each machine in each quarter of an hour: the greatest one-minute mean of the velocity RMS while
 * it runs (a single shock is no severity), and its zone. A value on a limit belongs to the higher zone. A machine whose group
 * or support is not known gets the value and no zone.
 * @see ISO 20816-3:2022
 */
export const vibrationSeverityJob: Job = {
  measurement: 'vibration_severity',
  windowMs: quarterHourMs,
  reachMs: STATE_REACH_MS,
  holds: HELD_QUANTITIES,
  subjects: (plant) =>
    plant.assets
      .filter((asset) => asset.tags.some(({ quantity }) => quantity === 'vibrationVelocity'))
      .map((asset) => ({
        asset,
        tags: asset.tags.filter(({ quantity }) => STATE_QUANTITIES.some((name) => name === quantity)),
      })),
  compute: (subject, window, readings) => {
    const velocity = numbers(readings, 'vibrationVelocity');
    const means = runningMinuteMeans(velocity, statesSoFar(subject, readings), window);
    if (means.length === 0) return [];
    const value = Math.max(...means);
    const limits = limitsOf(subject.asset);
    return [
      {
        series: { asset: subject.asset.id },
        fields: {
          value,
          unit: 'mm/s',
          ...(limits && {
            zone: severityZone(value, limits),
            limitAB: limits.ab,
            limitBC: limits.bc,
            limitCD: limits.cd,
          }),
          completeness: means.length / MINUTES,
          method: limits ? 'greatest-running-minute' : 'no-zone: machine group or support unknown',
          edition: SEVERITY_EDITION,
        },
      },
    ];
  },
};

function limitsOf({ properties }: Asset): ZoneLimits | undefined {
  const group = properties.machineGroup === '1' ? 1 : properties.machineGroup === '2' ? 2 : undefined;
  const { support } = properties;
  if (group === undefined || (support !== 'rigid' && support !== 'flexible')) return undefined;
  return ZONE_LIMITS[group][support];
}

/** Mean of each minute in which the machine ran while it was measured. */
function runningMinuteMeans(
  velocity: NumberSeries,
  states: readonly Span<MethodState>[],
  window: TimeWindow,
): number[] {
  const running = states.filter((span) => span.state.state === 'running');
  const sums = new Map<number, { sum: number; count: number }>();
  for (const { timeMs, state } of velocity) {
    if (state === undefined || timeMs < window.startMs || timeMs >= window.endMs) continue;
    if (!running.some((span) => timeMs >= span.startMs && timeMs < span.endMs)) continue;
    const minute = Math.floor(timeMs / minuteMs);
    const entry = sums.get(minute) ?? { sum: 0, count: 0 };
    sums.set(minute, { sum: entry.sum + state, count: entry.count + 1 });
  }
  return [...sums.values()].map(({ sum, count }) => sum / count);
}
