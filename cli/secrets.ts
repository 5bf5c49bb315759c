import { pbkdf2Sync, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';

/** Users of the stack's broker; deploy/mosquitto.acl says what each may do. */
const brokerUsers = ['platform', 'devices'] as const;
const others = [
  'influx_admin_password',
  'influx_admin_token',
  'grafana_admin_password',
  'opcua_gateway',
] as const;

/** `plantscope secrets`: fills the folder that docker-compose.yml reads its secrets from. Nothing has a default password. */
export function register(program: Command): void {
  program
    .command('secrets')
    .description('Create the random secrets that docker-compose.yml reads; those that exist are kept')
    .option('--out <folder>', 'folder to create them in', 'secrets')
    .action(({ out }: { out: string }) => {
      mkdirSync(out, { recursive: true, mode: 0o700 });
      for (const name of others) create(join(out, name), newSecret());
      const passwords = join(out, 'broker_passwords');
      if (existsSync(passwords)) return;
      const lines = brokerUsers.map((user) => {
        const password = newSecret();
        create(join(out, `broker_${user}`), password);
        return mosquittoPassword(user, password);
      });
      create(passwords, `${lines.join('\n')}\n`);
    });
}

function create(file: string, secret: string): void {
  if (existsSync(file)) return;
  // Containers read them as another user; the folder is closed to everybody else.
  writeFileSync(file, secret, { mode: 0o644 });
  process.stderr.write(`created ${file}\n`);
}

const newSecret = (): string => randomBytes(32).toString('base64url');

const ITERATIONS = 101;

/** A line of mosquitto's password file: PBKDF2 with SHA-512, as mosquitto_passwd of 2.0 writes it. */
export function mosquittoPassword(user: string, password: string, salt = randomBytes(12)): string {
  const hash = pbkdf2Sync(password, salt, ITERATIONS, 64, 'sha512');
  return `${user}:$7$${ITERATIONS}$${salt.toString('base64')}$${hash.toString('base64')}`;
}
