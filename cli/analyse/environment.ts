import type { Command } from 'commander';
import * as aqi from './environment-aqi.ts';
import * as cems from './environment-cems.ts';
import * as pems from './environment-pems.ts';
import * as smoke from './environment-smoke.ts';

/** Commands of the environment scenario under `plantscope analyse`. */
export function register(analyse: Command): void {
  aqi.register(analyse);
  cems.register(analyse);
  smoke.register(analyse);
  pems.register(analyse);
}
