import type { Command } from 'commander';
import * as energy from './analyse/energy.ts';
import * as environment from './analyse/environment.ts';
import * as equipment from './analyse/equipment.ts';

/** `plantscope analyse ...`: the scenarios' own mathematics on a recorded file, results on standard output. */
export function register(program: Command): void {
  const analyse = program.command('analyse').description('Run the scenario mathematics on a recorded file');
  energy.register(analyse);
  equipment.register(analyse);
  environment.register(analyse);
}
