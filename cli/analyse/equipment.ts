import type { Command } from 'commander';
import { registerAnomaly } from './equipment-anomaly.ts';
import { registerBearing } from './equipment-bearing.ts';
import { registerMachining } from './equipment-machining.ts';
import { registerStream } from './equipment-stream.ts';
import { registerVibration } from './equipment-vibration.ts';

/** Commands of the equipment scenario under `plantscope analyse`. */
export function register(analyse: Command): void {
  registerBearing(analyse);
  registerAnomaly(analyse);
  registerStream(analyse);
  registerVibration(analyse);
  registerMachining(analyse);
}
