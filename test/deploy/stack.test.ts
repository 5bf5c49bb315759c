import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { mosquittoPassword, register } from '../../cli/secrets.ts';
import { loadPlant } from '../../plant/load.ts';
import { stackPlant } from '../../plant/stack-plant.ts';
import { skipReason } from '../datasets.ts';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const text = readFileSync(join(root, 'docker-compose.yml'), 'utf8');

interface Stack {
  readonly services: Readonly<
    Record<
      string,
      {
        readonly environment?: Readonly<Record<string, string>>;
        readonly ports?: readonly string[];
        readonly command?: readonly string[];
      }
    >
  >;
  readonly secrets: Readonly<Record<string, { readonly file: string }>>;
}
const stack = parse(text, { merge: true }) as Stack;

test('the stack has every part of the platform', () => {
  const parts = [
    'broker',
    'influxdb',
    'devices',
    'gateway',
    'ingest',
    'energy',
    'equipment',
    'environment',
    'uplink',
    'api',
    'grafana',
  ];
  for (const part of parts) expect(Object.keys(stack.services)).toContain(part);
});

test('each part of the platform that the stack runs is one that `plantscope serve` knows, from the shared plant file', () => {
  const help = readFileSync(join(root, 'cli', 'serve.ts'), 'utf8');
  const served = Object.entries(stack.services).filter(([, { command }]) => command?.[0] === 'serve');
  expect(served.map(([name]) => name)).toContain('uplink');
  for (const [name, { command }] of served) {
    expect(command?.[1]).toBe(name);
    expect(help).toMatch(new RegExp(`^  ${name}: async`, 'm'));
    expect(command?.join(' ')).toContain('--config /deploy/plant.yaml');
  }
});

test('no password stands in the file: each comes from a secret, and ports are open on this machine only', () => {
  for (const [name, service] of Object.entries(stack.services)) {
    for (const [variable, value] of Object.entries(service.environment ?? {})) {
      if (/PASSWORD|TOKEN/.test(variable)) expect(value, `${name}.${variable}`).toMatch(/^\/run\/secrets\//);
    }
    for (const port of service.ports ?? []) expect(port).toMatch(/^127\.0\.0\.1:/);
  }
});

test("the stack's plant file is the demo plant with the stack's store, broker and addresses", () => {
  const committed = readFileSync(join(root, 'deploy', 'plant.yaml'), 'utf8');
  expect(committed).toBe(stackPlant(readFileSync(join(root, 'plant.yaml'), 'utf8')));
  const { plant, file } = loadPlant(join(root, 'deploy', 'plant.yaml'));
  expect(plant.tags.length).toBe(loadPlant(join(root, 'plant.yaml')).plant.tags.length);
  expect(file.store?.kind).toBe('influxdb');
  expect(file.broker?.kind).toBe('external');
});

test('plantscope secrets creates every secret the stack reads, closed to others, and keeps what is there', () => {
  const out = join(mkdtempSync(join(tmpdir(), 'plantscope-secrets-')), 'secrets');
  const run = () => {
    const program = new Command();
    register(program);
    program.parse(['secrets', '--out', out], { from: 'user' });
  };
  run();
  for (const { file } of Object.values(stack.secrets))
    expect(existsSync(file.replace('./secrets', out)), file).toBe(true);
  expect(statSync(out).mode & 0o077).toBe(0);
  const before = readFileSync(join(out, 'influx_admin_token'), 'utf8');
  run();
  expect(readFileSync(join(out, 'influx_admin_token'), 'utf8')).toBe(before);
});

test('a broker password is hashed as mosquitto hashes it', () => {
  const salt = Buffer.from('HhE0crDZ7zowqoCY', 'base64');
  expect(mosquittoPassword('u', 'p', salt)).toBe(
    'u:$7$101$HhE0crDZ7zowqoCY$ellsGEnSq+PtiHxHx4qTHAsbgVUaFhaUZ5G57RQb2EylAvJfETTHYKN2AIUv42V0wUArCq7YfB27UHH9o2t2oA==',
  );
});

const compose = existsSync('/usr/bin/docker-compose')
  ? '/usr/bin/docker-compose'
  : skipReason('compose', 'docker-compose is not installed');

describe.skipIf(!compose)('docker-compose', () => {
  test('accepts the file', () => {
    const config = execFileSync(compose as string, ['-f', join(root, 'docker-compose.yml'), 'config'], {
      encoding: 'utf8',
      env: { ...process.env, COMPOSE_PROFILES: 'uplink' },
    });
    expect(Object.keys((parse(config) as Stack).services).length).toBe(Object.keys(stack.services).length);
  });
});
