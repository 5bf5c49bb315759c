import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { embeddedBroker, plantText } from '../plant-of.ts';
import { runCommand } from './process.ts';
import { freePort } from './test-platform.ts';

/** A port that another program has. */
async function takenPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => new Promise<void>((resolve) => void server.close(() => resolve())));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

const plantFile = (brokerPort: number) =>
  plantText(
    '  - { id: fan, nature: rotating-machine, source: shop, base: fan#/, tags: { vibrationVelocity: } }',
    { sections: embeddedBroker(brokerPort) },
  );

test.each(['broker', 'console'])(
  'a port of the %s that another program has: said, nothing left running, exit code 2',
  async (part) => {
    const folder = mkdtempSync(join(tmpdir(), 'plantscope-taken-'));
    const config = join(folder, 'plant.yaml');
    const port = await takenPort();
    writeFileSync(config, plantFile(part === 'broker' ? port : await freePort()));
    const args = ['--config', config, '--data', join(folder, 'data')];
    const { code, stderr } = await runCommand([
      ...['start', ...args],
      ...['--port', part === 'console' ? String(port) : '0'],
    ]);
    expect(stderr).toContain(String(port));
    expect(stderr).toContain('next:');
    expect(code).toBe(2);
  },
  60_000,
);
