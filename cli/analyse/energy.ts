import type { Command } from 'commander';
import { registerBaseline } from './energy-baseline.ts';

/** Commands of the energy scenario under `plantscope analyse`. */
export function register(analyse: Command): void {
  registerBaseline(analyse);
}
