import { connectAsync } from 'mqtt';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { UnifiedNamespace } from '../../../gateway/northbound/unified-namespace.ts';
import { systemClock } from '../../../model/clock.ts';
import type { Reading } from '../../../model/reading.ts';
import { statusCodes } from '../../../model/status.ts';
import { hasMosquitto, Mosquitto } from '../../peers/mosquitto.ts';
import { plant, reading, START_MS } from './northbound-plant.ts';

vi.setConfig({ testTimeout: 120_000 });
const WAIT = { timeout: 20_000, interval: 20 };

const open: { stop(): Promise<unknown> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.stop();
});

async function broker(): Promise<Mosquitto> {
  const mosquitto = await Mosquitto.start();
  open.push(mosquitto);
  return mosquitto;
}

async function namespace(url: string, remembered: (tag: string) => Reading | undefined = () => undefined) {
  const started = new UnifiedNamespace({
    ...{ url, plant, remembered, clientId: 'namespace', enterprise: 'acme', statusTopic: 'acme/gateway' },
    ...{ clock: systemClock, onTrouble: () => undefined, reconnectMs: 20 },
  });
  open.push(started);
  started.start();
  await vi.waitFor(() => expect(started.health().state).toBe('ok'), WAIT);
  return started;
}

/** What the broker holds, as a system that comes later sees it. */
async function retainedAt(url: string, expected: number): Promise<Record<string, unknown>> {
  const client = await connectAsync(url);
  const held: Record<string, unknown> = {};
  client.on('message', (topic, payload, { retain }) => {
    if (retain) held[topic] = topic === 'acme/gateway' ? payload.toString() : JSON.parse(payload.toString());
  });
  try {
    await client.subscribeAsync('#', { qos: 1 });
    await vi.waitFor(() => expect(Object.keys(held)).toHaveLength(expected), WAIT);
    return held;
  } finally {
    await client.endAsync(true);
  }
}

describe.skipIf(!hasMosquitto())('the unified namespace on mosquitto', () => {
  test('the newest value of each tag is retained at its place, with unit, time and quality', async () => {
    const { url } = await broker();
    const told = await namespace(url);
    told.taken([
      reading('m1.activePower', 12.5),
      reading('fan.running', true),
      reading('fan.vibrationVelocity', null, { status: statusCodes.badNotConnected }),
      reading('m1.activePower', 13.5, { timeMs: START_MS + 1000, timeNs: 500_000 }),
    ]);
    // Read back after a gap: it is not the newest, and not what the namespace is for.
    told.taken([reading('m1.activePower', 1, { timeMs: START_MS - 60_000, origin: 'history' })]);
    await vi.waitFor(() => expect(told.health().counters.published).toBeGreaterThanOrEqual(3), WAIT);
    expect(await retainedAt(url, 4)).toEqual({
      'acme/gateway': 'online',
      'acme/works/hall/cell-1/m1/activePower': {
        ...{ value: 13.5, unit: 'kW', quality: 'good', status: 'Good' },
        time: '2023-11-14T22:13:21.0005Z',
      },
      'acme/works/hall/cell-1/fan/running': {
        ...{ value: true, quality: 'good', status: 'Good', time: '2023-11-14T22:13:20.000Z' },
      },
      'acme/works/hall/cell-1/fan/vibrationVelocity': {
        ...{ value: null, unit: 'mm/s', quality: 'bad', status: 'BadNotConnected' },
        time: '2023-11-14T22:13:20.000Z',
      },
    });
  });

  test('a broker that lost all it retained is told again, with what changed meanwhile', async () => {
    const mosquitto = await broker();
    const told = await namespace(mosquitto.url);
    told.taken([reading('m1.activePower', 1), reading('fan.running', true)]);
    await mosquitto.kill();
    await vi.waitFor(() => expect(told.health().state).toBe('down'), WAIT);
    told.taken([reading('m1.activePower', 2, { timeMs: START_MS + 1 })]);
    await mosquitto.resume();
    await vi.waitFor(() => expect(told.health().state).toBe('ok'), WAIT);
    expect(await retainedAt(mosquitto.url, 3)).toMatchObject({
      'acme/works/hall/cell-1/m1/activePower': { value: 2 },
      'acme/works/hall/cell-1/fan/running': { value: true },
    });
  });

  test('after a restart it begins with what the gateway remembers; stopped, it says so', async () => {
    const { url } = await broker();
    const told = await namespace(url, (tag) =>
      tag === 'm1.activeEnergyTotal' ? reading(tag, 4711) : undefined,
    );
    expect(await retainedAt(url, 2)).toMatchObject({
      'acme/works/hall/cell-1/m1/activeEnergyTotal': { value: 4711, unit: 'kWh' },
    });
    await told.stop();
    expect(await retainedAt(url, 2)).toMatchObject({ 'acme/gateway': 'offline' });
  });

  test('values that come faster than the broker takes them are told once, with the newest', async () => {
    const { url } = await broker();
    const told = await namespace(url);
    for (let n = 0; n < 5000; n++)
      told.taken([
        reading('m1.activePower', n, { timeMs: START_MS + n }),
        reading('fan.running', n % 2 === 0),
      ]);
    await vi.waitFor(() => expect(told.health().queue).toBe(0), WAIT);
    await vi.waitFor(
      async () =>
        expect(await retainedAt(url, 3)).toMatchObject({
          'acme/works/hall/cell-1/m1/activePower': { value: 4999 },
        }),
      WAIT,
    );
    const { published = 0, superseded = 0 } = told.health().counters;
    expect(published).toBeLessThan(10_000);
    expect(superseded).toBeGreaterThan(0);
  });
});
