import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { expect, test } from 'vitest';
import { registerCommands } from '../../cli/commands.ts';

const folder = join(dirname(dirname(dirname(fileURLToPath(import.meta.url)))), 'cli');

test('every module of a command can be called by its name', async () => {
  const modules = readdirSync(folder).filter(
    (file) =>
      file.endsWith('.ts') && /^export function register\(/m.test(readFileSync(join(folder, file), 'utf8')),
  );
  const program = new Command();
  await registerCommands(program, undefined);
  const names = program.commands.map((command) => `${command.name()}.ts`);
  expect(modules.length).toBeGreaterThan(10);
  expect(names).toEqual(expect.arrayContaining(modules));
});
