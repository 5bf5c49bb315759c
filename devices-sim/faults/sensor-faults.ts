import { statusCodes } from '../../model/status.ts';
import type { Sample, Signal } from '../signal.ts';
import type { FaultEffects } from './effect.ts';
import { severityAt } from './fault.ts';

/** The signal as its sensor and its line bring it: possibly frozen, drifting or gone. */
export function withSensorFaults(signal: Signal, effects: FaultEffects): Signal {
  return { ...signal, sample: (timeMs) => faultySample(signal, effects, timeMs) };
}

function faultySample(signal: Signal, effects: FaultEffects, timeMs: number): Sample {
  const { asset, quantity } = signal;
  if (effects.active('lost-device', asset, quantity, timeMs)) {
    return { value: null, status: statusCodes.badNoCommunication };
  }
  const stuck = effects.active('stuck-sensor', asset, quantity, timeMs);
  const sample = signal.sample(stuck ? stuck.startMs : timeMs);
  const drift = effects.active('sensor-drift', asset, quantity, timeMs);
  if (!drift || typeof sample.value !== 'number' || !signal.range) return sample;
  const span = signal.range[1] - signal.range[0];
  return {
    ...sample,
    value: Math.round((sample.value + 0.25 * span * severityAt(drift, timeMs)) * 100) / 100,
  };
}
