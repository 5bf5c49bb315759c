import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { Aedes } from 'aedes';
import { connectAsync, type MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { deviceHistory, mqttDevices, recordOf } from '../../devices-sim/device-records.ts';
import { createFactory } from '../../devices-sim/factory.ts';
import { type MqttDevices, startMqttDevices } from '../../devices-sim/mqtt-devices.ts';
import { hourMs, minuteMs } from '../../model/window.ts';

const monday = Date.UTC(2026, 9, 18, 16);
const lost = { id: 'f', kind: 'lost-device', asset: 'noise-north', severity: 1 } as const;
const startMs = monday + 9 * hourMs;
const factory = createFactory({
  seed: 1,
  timeZone: 'Asia/Shanghai',
  faults: [{ ...lost, startMs: startMs - 30 * minuteMs, endMs: startMs + 2 * hourMs }],
});
/** The plant's time runs on from a chosen start at the pace of the machine's. */
const origin = performance.now();
const clock = { nowMs: () => startMs + performance.now() - origin };
const received = new Map<string, string[]>();
const problems: unknown[] = [];
const users: (string | undefined)[] = [];
let broker: Aedes;
let server: Server;
let listener: MqttClient;
let devices: MqttDevices;

beforeAll(async () => {
  broker = await Aedes.createBroker();
  broker.authenticate = (_client, username, password, done) => {
    users.push(username);
    done(null, password?.toString() === 'secret');
  };
  server = createServer(broker.handle).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `mqtt://127.0.0.1:${(server.address() as AddressInfo).port}`;
  listener = await connectAsync(url, { username: 'listener', password: 'secret' });
  listener.on('message', (topic, payload) => {
    received.set(topic, [...(received.get(topic) ?? []), payload.toString('utf8')]);
  });
  await listener.subscribeAsync('sim/#', { qos: 1 });
  const onProblem = (error: unknown) => problems.push(error);
  devices = await startMqttDevices({
    factory,
    clock,
    url,
    username: 'simulator',
    password: 'secret',
    onProblem,
  });
});

afterAll(async () => {
  await devices?.stop();
  await listener?.endAsync(true);
  await new Promise<void>((resolve) => broker.close(() => resolve()));
  server.close();
});

const messages = (topic: string) => (received.get(topic) ?? []).map((text) => JSON.parse(text));

describe('MQTT devices', () => {
  it('publish what the functions say at the time they name, as the user given', async () => {
    await vi.waitFor(() => expect(messages('sim/noise-east').length).toBeGreaterThanOrEqual(2), 8000);
    const noise = mqttDevices.find(({ id }) => id === 'noise-east');
    if (!noise) throw new Error('no such device');
    for (const message of messages('sim/noise-east')) {
      expect(message).toEqual(recordOf(factory, noise, Date.parse(message.ts)));
    }
    expect(users).toContain('simulator');
  });

  it('stay silent while lost', async () => {
    await vi.waitFor(() => expect(messages('sim/noise-east').length).toBeGreaterThanOrEqual(2), 8000);
    expect(messages('sim/noise-north')).toEqual([]);
  });

  it('send their stored minutes newest first when asked', async () => {
    const from = new Date(startMs - 20 * hourMs).toISOString();
    const to = new Date(startMs).toISOString();
    await listener.publishAsync('sim/weather-1/history/get', JSON.stringify({ from, to }), { qos: 1 });
    await vi.waitFor(() => expect(messages('sim/weather-1/history').at(-1)?.last).toBe(true), 8000);
    const batches = messages('sim/weather-1/history');
    expect(batches.map(({ last }) => last)).toEqual([false, false, true]);
    const weather = mqttDevices.find(({ id }) => id === 'weather-1');
    if (!weather) throw new Error('no such device');
    const records = batches.flatMap((batch) => batch.records);
    expect(records).toEqual(deviceHistory(factory, weather, Date.parse(from), Date.parse(to)));
    const times = records.map(({ ts }: { ts: string }) => Date.parse(ts));
    expect(times).toEqual(Array.from({ length: 1200 }, (_, i) => startMs - (i + 1) * minuteMs));
  });

  it('have no record of the time they were lost', () => {
    const north = mqttDevices.find(({ id }) => id === 'noise-north');
    if (!north) throw new Error('no such device');
    const records = deviceHistory(factory, north, startMs - hourMs, startMs);
    expect(records.map(({ ts }) => Date.parse(ts)).at(0)).toBe(startMs - 31 * minuteMs);
    expect(records).toHaveLength(30);
  });

  it('report a request they cannot read, and go on', async () => {
    await listener.publishAsync('sim/weather-1/history/get', '{"from": "yesterday"}', { qos: 1 });
    await vi.waitFor(() =>
      expect(problems).toContainEqual(expect.objectContaining({ code: 'simulator-history-request' })),
    );
    const before = messages('sim/weather-1').length;
    await vi.waitFor(() => expect(messages('sim/weather-1').length).toBeGreaterThan(before), 8000);
  });
});
