import type { Command } from 'commander';

/** Commands of the environment scenario under `plantscope analyse`. */
export function register(_analyse: Command): void {}
