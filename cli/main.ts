#!/usr/bin/env node
import { Command } from 'commander';
import { errorMessage, PlantscopeError } from '../model/error.ts';
import { registerCommands } from './commands.ts';
import { outliveFailedCommits } from './failed-commits.ts';
import { version } from './version.ts';

/** Exit code of a usage, file or configuration error. Input that was read to its end exits 0. */
const EXIT_REFUSED = 2;

async function main(argv: readonly string[]): Promise<void> {
  const program = new Command('plantscope')
    .description("A factory's readings from devices to a screen: energy, equipment, environment.")
    .version(version())
    .exitOverride((error) => {
      const hint = 'See `plantscope --help`, or `plantscope <command> --help`.';
      throw error.exitCode === 0 ? error : new PlantscopeError('usage', error.message, { hint });
    })
    .configureOutput({ outputError: () => undefined });
  await registerCommands(program, argv[2] === 'help' ? argv[3] : argv[2]);
  try {
    await program.parseAsync([...argv]);
  } catch (thrown) {
    process.exitCode = report(asPlantscopeError(thrown));
  }
}

/** A file that is not there or may not be touched is the caller's to mend: a stack trace would not help. */
function asPlantscopeError(thrown: unknown): unknown {
  const { code, syscall, path } = thrown as Partial<NodeJS.ErrnoException>;
  if (!(thrown instanceof Error) || syscall === undefined || path === undefined) return thrown;
  return new PlantscopeError('file', thrown.message, {
    cause: thrown,
    where: path,
    hint: `Check the folder, the name, its rights and the free space (${code}).`,
  });
}

/** Tells a person what happened, where, and what to do next. */
function report(thrown: unknown): number {
  if (isHelp(thrown)) return 0;
  process.stderr.write(`error: ${errorMessage(thrown).replace(/^error: /, '')}\n`);
  if (!(thrown instanceof PlantscopeError)) {
    if (thrown instanceof Error && thrown.stack) process.stderr.write(`${thrown.stack}\n`);
    return 1;
  }
  if (thrown.where) process.stderr.write(`  where: ${thrown.where}\n`);
  if (thrown.hint) process.stderr.write(`  next:  ${thrown.hint}\n`);
  return EXIT_REFUSED;
}

function isHelp(thrown: unknown): boolean {
  return thrown instanceof Error && 'exitCode' in thrown && thrown.exitCode === 0;
}

// A reader that has seen enough (`... | head`) closes the pipe: that is no mistake.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});
outliveFailedCommits();
await main(process.argv);
