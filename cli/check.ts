import type { Command } from 'commander';
import { PlantscopeError } from '../model/error.ts';
import { checkPlant, count } from '../plant/load.ts';
import { printProblem } from '../plant/problem.ts';

/** `plantscope check [file]`: every problem of a plant file on standard output, one a line, exit code 2 where there is any. */
export function register(program: Command): void {
  program
    .command('check')
    .description('Check a plant file and list every problem with line, column and a hint')
    .argument('[file]', 'plant file', 'plant.yaml')
    .action((file: string) => {
      const checked = checkPlant(file);
      if ('loaded' in checked) {
        const { assets, tags } = checked.loaded.plant;
        process.stdout.write(`${file}: no problems. ${assets.length} assets, ${tags.length} tags.\n`);
        return;
      }
      for (const problem of checked.problems) process.stdout.write(`${printProblem(file, problem)}\n`);
      throw new PlantscopeError('plant-invalid', `${file} has ${count(checked.problems.length)}.`);
    });
}
