import type { Asset } from '../../../model/plant.ts';
import type { ReadingValue } from '../../../model/reading.ts';
import { qualityOf } from '../../../model/status.ts';
import { minuteMs, quarterHourMs } from '../../../model/window.ts';
import {
  DEFAULT_RUNNING_RULES,
  type MachineSignals,
  type NumberSeries,
  type RunningRules,
} from '../../equipment/state/running-state.ts';
import { reasserted, type TimedState } from '../../equipment/state/state-span.ts';
import type { JobReadings } from '../job.ts';

export const STATE_QUANTITIES = [
  'state',
  'running',
  'current',
  'speed',
  'vibrationVelocity',
  'activePower',
] as const;

/** Reported when they change, and true until the next report as long as the machine is heard of. */
export const HELD_QUANTITIES = ['state', 'running'] as const;

/** A reading says how the machine runs for this long at most; also how far a job looks around its window. */
export const STATE_REACH_MS = quarterHourMs;

/** The signals that running is judged by; a bad reading ends what its series said. */
export function machineSignals(readings: JobReadings): MachineSignals {
  const signsMs = signsOfLife(readings);
  const running = timed(readings, 'running', (value) =>
    typeof value === 'number' ? value !== 0 : value === true,
  );
  return {
    stateWord: reasserted(numbers(readings, 'state'), signsMs),
    running: reasserted(running, signsMs),
    currentA: numbers(readings, 'current'),
    speedRpm: numbers(readings, 'speed'),
    vibrationMmPerS: numbers(readings, 'vibrationVelocity'),
  };
}

/** The first good reading of any quantity of the machine in each minute. */
function signsOfLife(readings: JobReadings): number[] {
  const firstMs = new Map<number, number>();
  for (const quantity of STATE_QUANTITIES)
    for (const { timeMs, status } of readings.of(quantity)) {
      const minute = Math.floor(timeMs / minuteMs);
      if (qualityOf(status) !== 'bad' && timeMs < (firstMs.get(minute) ?? Number.POSITIVE_INFINITY))
        firstMs.set(minute, timeMs);
    }
  return [...firstMs.values()].sort((a, b) => a - b);
}

export function numbers(readings: JobReadings, quantity: string): NumberSeries {
  return timed(readings, quantity, (value) => (typeof value === 'number' ? value : undefined));
}

function timed<T>(
  readings: JobReadings,
  quantity: string,
  of: (value: ReadingValue) => T | undefined,
): TimedState<T>[] {
  return readings.of(quantity).map(({ timeMs, value, status }) => ({
    timeMs,
    state: qualityOf(status) === 'bad' ? undefined : of(value),
  }));
}

/** Falls back when the current drops a tenth below the limit; a twentieth of the rated speed is standstill. */
export function runningRules({ properties }: Asset): RunningRules {
  const { runningCurrentA, ratedSpeedRpm } = properties;
  return {
    ...DEFAULT_RUNNING_RULES,
    maxHoldMs: STATE_REACH_MS,
    ...(typeof runningCurrentA === 'number' && {
      currentA: { rise: runningCurrentA, fall: 0.9 * runningCurrentA },
    }),
    ...(typeof ratedSpeedRpm === 'number' && {
      speedRpm: { rise: 0.05 * ratedSpeedRpm, fall: 0.025 * ratedSpeedRpm },
    }),
  };
}
