import type { Command } from 'commander';
import { registerAnomaly } from './equipment-anomaly.ts';
import { registerBearing } from './equipment-bearing.ts';
import { registerStream } from './equipment-stream.ts';

/** Commands of the equipment scenario under `plantscope analyse`. */
export function register(analyse: Command): void {
  registerBearing(analyse);
  registerAnomaly(analyse);
  registerStream(analyse);
}
