import { existsSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { runCommand } from './process.ts';

const cases = join(dirname(dirname(fileURLToPath(import.meta.url))), 'plant', 'cases');

test.each(['unit-mismatch', 'misspelt-key', 'bad-yaml-syntax'])(
  'nothing starts on a wrong file: %s',
  async (name) => {
    const data = join(mkdtempSync(join(tmpdir(), 'plantscope-refused-')), 'data');
    const config = join(cases, name, 'plant.yaml');
    const { code, stdout, stderr } = await runCommand([
      'start',
      '--port',
      '0',
      '--data',
      data,
      '--config',
      config,
    ]);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/plant\.yaml:\d+:\d+: /);
    expect(existsSync(data)).toBe(false);
  },
);

test('plantscope check prints every problem on standard output and exits with 2; a right file exits with 0', async () => {
  for (const name of readdirSync(cases)) {
    const config = join(cases, name, 'plant.yaml');
    const { code, stdout } = await runCommand(['check', config]);
    expect(code, name).toBe(name === 'valid' ? 0 : 2);
    const expected = readFileSync(join(cases, name, 'expected.txt'), 'utf8')
      .trim()
      .replaceAll('plant.yaml:', `${config}:`);
    if (name !== 'valid') expect(stdout.trim()).toBe(expected);
  }
}, 120_000);

test.each([
  [['start', '--port', 'many'], '--port'],
  [['start', '--config', 'no-such.yaml'], 'no-such.yaml'],
  [['nonsense'], 'nonsense'],
  [['token', '--role', 'god'], 'god'],
  [['analyse', 'baseline'], 'required'],
])('a usage error exits with 2 and says what is wrong: %j', async (args, named) => {
  const { code, stdout, stderr } = await runCommand([
    ...args,
    ...(args[0] === 'start' ? ['--data', join(tmpdir(), 'plantscope-none')] : []),
  ]);
  expect(code).toBe(2);
  expect(stdout).toBe('');
  expect(stderr).toContain(named);
});

test('plantscope token prints only the token', async () => {
  const data = mkdtempSync(join(tmpdir(), 'plantscope-token-'));
  const { code, stdout } = await runCommand(['token', '--role', 'viewer', '--data', data]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^[\w-]{43}\n$/);
});

test.each([
  [
    'a file in a folder that is not there',
    ['tags', 'export', '/no-such-folder/tags.xlsx'],
    '/no-such-folder/tags.xlsx',
  ],
  ['a command that is none', ['comission'], 'plantscope --help'],
])('%s: told without a stack trace, with what to do next', async (_, args, told) => {
  const { code, stdout, stderr } = await runCommand(args);
  expect(code).toBe(2);
  expect(stdout).toBe('');
  expect(stderr).toContain(told);
  expect(stderr).toMatch(/\n {2}next: {2}\S/);
  expect(stderr).not.toMatch(/\n\s+at /);
});
