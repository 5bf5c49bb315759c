import { join } from 'node:path';
import { connectAsync } from 'mqtt';
import { expect, test, vi } from 'vitest';
import { embeddedBroker, plantText } from '../plant-of.ts';
import { runCommand } from './process.ts';
import { freePort, startTestPlatform } from './test-platform.ts';

test('a device gets its user while the platform runs, and may publish what the plant file reads, nothing else', async () => {
  const port = await freePort();
  const platform = await startTestPlatform(
    plantText(
      '  - { id: fan, nature: rotating-machine, source: shop, base: fan#/, tags: { vibrationVelocity: } }',
      { sections: embeddedBroker(port) },
    ),
  );
  const { root } = platform.folder;
  const { code, stdout } = await runCommand([
    'device',
    'fan-sensor',
    '--config',
    join(root, 'plant.yaml'),
    '--data',
    root,
  ]);
  expect(code).toBe(0);
  const { username, password } = JSON.parse(stdout) as { username: string; password: string };
  const client = await connectAsync(`mqtt://127.0.0.1:${port}`, { username, password, reconnectPeriod: 0 });
  await client.publishAsync('fan', JSON.stringify({ ts: Date.now(), vibrationVelocity: 1.5 }), { qos: 1 });
  await vi.waitFor(
    async () => {
      expect(
        await platform.get<{ value: number }[]>('/api/v1/latest?tags=fan.vibrationVelocity'),
      ).toMatchObject([{ value: 1.5 }]);
    },
    { timeout: 10_000, interval: 50 },
  );
  const closed = new Promise<void>((resolve) => client.once('close', () => resolve()));
  client.publish('plantscope/batch/dev', 'forged', { qos: 1 });
  await closed;
  await expect(connectAsync(`mqtt://127.0.0.1:${port}`, { username, password: 'wrong' })).rejects.toThrow();
  await platform.stop();
}, 60_000);
