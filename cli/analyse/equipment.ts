import type { Command } from 'commander';

/** Commands of the equipment scenario under `plantscope analyse`. */
export function register(_analyse: Command): void {}
