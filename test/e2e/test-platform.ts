import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pino from 'pino';
import { AccessTokens } from '../../api/auth/tokens.ts';
import { type DataFolder, openDataFolder } from '../../cli/platform/data-folder.ts';
import { type Platform, startPlatform } from '../../cli/platform/platform.ts';
import { BrokerCredentials } from '../../ingest/broker-credentials.ts';
import { systemClock } from '../../model/clock.ts';
import { loadPlant } from '../../plant/load.ts';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Credentials every test platform has for a device on its broker. */
export const device = { username: 'test-device', publish: ['#'], subscribe: [] };

export interface TestPlatform extends Platform {
  readonly folder: DataFolder;
  readonly token: string;
  readonly devicePassword: string;
  get<T>(path: string): Promise<T>;
}

export const newDataFolder = (): DataFolder => openDataFolder(mkdtempSync(join(tmpdir(), 'plantscope-e2e-')));

/** The real platform, in this process, on free ports, with a plant file of the test's own. */
export async function startTestPlatform(yaml: string, folder = newDataFolder()): Promise<TestPlatform> {
  const path = join(folder.root, 'plant.yaml');
  writeFileSync(path, yaml);
  const tokens = new AccessTokens(folder.root);
  const { password } = BrokerCredentials.open(folder.root).ensure(device.username, device);
  const platform = await startPlatform({
    ...{ folder, tokens, loaded: loadPlant(path), clock: systemClock, version: 'test' },
    ...{ host: '127.0.0.1', port: 0 },
    consoleFolder: join(root, 'dist', 'console'),
    logger: pino({ level: 'silent' }),
  });
  const token = tokens.issue({ role: 'admin', label: 'test' });
  return {
    ...platform,
    ...{ folder, token, devicePassword: password },
    get: async (address) => {
      const response = await fetch(platform.url + address, { headers: { authorization: `Bearer ${token}` } });
      if (!response.ok) throw new Error(`${address}: ${response.status} ${await response.text()}`);
      return (await response.json()) as never;
    },
  };
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address ? address.port : 0;
}
