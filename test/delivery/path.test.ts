import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectAsync, type MqttClient } from 'mqtt';
import { afterEach, expect, test, vi } from 'vitest';
import { MemoryStore } from '../store/memory-store.ts';
import { numberedPayload, numberPlant } from './numbers.ts';
import { type DeliveryPath, startDeliveryPath } from './platform.ts';

const open: { stop(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.stop();
});

async function start(store: MemoryStore): Promise<DeliveryPath> {
  const path = await startDeliveryPath(mkdtempSync(join(tmpdir(), 'plantscope-path-')), numberPlant(), store);
  open.push(path);
  return path;
}

async function device({ broker, credentials }: DeliveryPath): Promise<MqttClient> {
  const password = credentials.get('device')?.password ?? '';
  const client = await connectAsync(broker.url, { username: 'device', password, clientId: 'device-1' });
  open.push({ stop: () => client.endAsync(true) });
  return client;
}

test('what a device was acknowledged for is stored, confirmed and out of the spool', async () => {
  const store = new MemoryStore();
  const path = await start(store);
  const client = await device(path);
  const sent = Array.from({ length: 2000 }, (_, n) =>
    client.publishAsync('devices/numbers', numberedPayload(n), { qos: 1 }),
  );
  await Promise.all(sent);
  await vi.waitFor(() => expect(path.spool.size()).toBe(0), 5000);
  expect(store.readings.size).toBe(2000);
  expect(path.live.all()).toHaveLength(10);
  expect(path.state.dirtyWindows.size()).toBe(10);
});
