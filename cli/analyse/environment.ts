import type { Command } from 'commander';
import * as aqi from './environment-aqi.ts';

/** Commands of the environment scenario under `plantscope analyse`. */
export function register(analyse: Command): void {
  aqi.register(analyse);
}
