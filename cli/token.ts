import type { Command } from 'commander';
import { isRole, roles } from '../api/auth/roles.ts';
import { AccessTokens } from '../api/auth/tokens.ts';
import { PlantscopeError } from '../model/error.ts';
import { parseDurationMs } from '../model/window.ts';

interface TokenOptions {
  readonly role: string;
  readonly label: string;
  readonly data: string;
  readonly expires?: string;
}

export function register(program: Command): void {
  program
    .command('token')
    .description('Print a new access token for the API and the console; it is shown this once.')
    .option('--role <role>', roles.join(', '), 'viewer')
    .option('--label <text>', 'who or what will use it', 'command line')
    .option('--expires <duration>', 'for example 12h or 30d (default: never)')
    .option('--data <folder>', 'data folder of the platform', 'data')
    .action((options: TokenOptions) => {
      process.stdout.write(`${issue(options)}\n`);
    });
}

function issue({ role, label, data, expires }: TokenOptions): string {
  if (!isRole(role)) {
    throw new PlantscopeError('usage', `There is no role "${role}"`, { hint: `Roles: ${roles.join(', ')}` });
  }
  const lifeMs = expires === undefined ? undefined : parseDurationMs(expires);
  if (expires !== undefined && lifeMs === undefined) {
    throw new PlantscopeError('usage', `--expires is "${expires}"`, {
      hint: 'Expected for example 12h or 30d.',
    });
  }
  return new AccessTokens(data).issue({
    role,
    label,
    ...(lifeMs !== undefined && { expiresMs: Date.now() + lifeMs }),
  });
}
