import type { Command } from 'commander';

/** Commands of the energy scenario under `plantscope analyse`. */
export function register(_analyse: Command): void {}
