import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectAsync, connect as connectMqtt, type IClientOptions, type MqttClient } from 'mqtt';
import { afterEach, expect, test, vi } from 'vitest';
import { BrokerCredentials, gatewayRights } from '../../ingest/broker-credentials.ts';
import { type EmbeddedBroker, startEmbeddedBroker } from '../../ingest/embedded-broker.ts';
import type { EmbeddedBrokerOptions } from '../../ingest/embedded-broker-options.ts';
import type { Refusal } from '../../model/refusal.ts';

const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

async function start(more: Partial<EmbeddedBrokerOptions> = {}) {
  const credentials = BrokerCredentials.open(mkdtempSync(join(tmpdir(), 'plantscope-broker-')));
  credentials.ensure('device', {
    publish: ['devices/a/#'],
    subscribe: ['devices/a/#', '$share/g/devices/#'],
  });
  credentials.ensure('gateway', gatewayRights('main'));
  const received: string[] = [];
  const refusals: Refusal[] = [];
  const told: string[] = [];
  const broker = await startEmbeddedBroker({
    ...{ port: 0, credentials },
    isDeviceTopic: (topic) => topic.startsWith('devices/'),
    onDevicePublish: async (topic, payload) => void received.push(`${topic} ${payload}`),
    onBatch: async (gateway, payload) => void received.push(`batch ${gateway} ${payload}`),
    quarantine: { put: async (refused) => void refusals.push(...refused) },
    onTrouble: (message) => void told.push(message),
    ...more,
  });
  stops.push(() => broker.close());
  const client = async (username = 'device', options: IClientOptions = {}): Promise<MqttClient> => {
    const password = credentials.get(username)?.password ?? '';
    const connected = await connectAsync(broker.url, { username, password, reconnectPeriod: 0, ...options });
    connected.on('error', () => undefined); // being cut off is what some tests are about
    stops.push(() => connected.endAsync(true));
    return connected;
  };
  return { broker, credentials, received, refusals, told, client };
}

/** The broker closes the connection of a client that does what it may not. */
async function isCutOff(client: MqttClient, topic: string): Promise<void> {
  const closed = new Promise<void>((resolve) => client.once('close', () => resolve()));
  client.publish(topic, 'x', { qos: 1 });
  await closed;
}

const denied = (broker: EmbeddedBroker): number | undefined => broker.health().counters.denied;

test('a device publishes what its credentials say, and is acknowledged only after it was taken over', async () => {
  let takeOver = (): void => undefined;
  const taken = new Promise<void>((resolve) => {
    takeOver = resolve;
  });
  const arrived = vi.fn();
  const { client } = await start({
    onDevicePublish: () => {
      arrived();
      return taken;
    },
  });
  let isAcknowledged = false;
  const sent = (await client()).publishAsync('devices/a/1', 'x', { qos: 1 }).then(() => {
    isAcknowledged = true;
  });
  await vi.waitFor(() => expect(arrived).toHaveBeenCalled());
  expect(isAcknowledged).toBe(false);
  takeOver();
  await sent;
});

test.each(['devices/b/1', 'plantscope/batch/main', 'plantscope/stored/main', '$SYS/x'])(
  'a device may not publish to %s',
  async (topic) => {
    const { client, broker, received } = await start();
    await isCutOff(await client(), topic);
    expect([denied(broker), received]).toEqual([1, []]);
  },
);

test('a gateway sends batches in its own name only', async () => {
  const { client, received } = await start();
  const gateway = await client('gateway');
  await gateway.publishAsync('plantscope/batch/main', 'b', { qos: 1 });
  expect(received).toEqual(['batch main b']);
  await isCutOff(gateway, 'plantscope/batch/other');
});

test.each([
  ['#', /credentials/],
  ['devices/+/1', /credentials/],
  ['$SYS/#', /credentials/],
  ['$share/g/devices/a/#', /no shared subscriptions/],
])('a subscription to %s is refused, and the reason told', async (filter, reason) => {
  const { client, told } = await start();
  await expect((await client()).subscribeAsync(filter, { qos: 1 })).rejects.toThrow();
  expect(told.join()).toMatch(reason);
});

test('its own topics it may subscribe to', async () => {
  const { client, broker } = await start();
  const device = await client();
  expect(await device.subscribeAsync('devices/a/#', { qos: 1 })).toMatchObject([{ qos: 1 }]);
  const heard = new Promise((resolve) => device.once('message', (topic) => resolve(topic)));
  broker.publish('devices/a/get', '1');
  expect(await heard).toBe('devices/a/get');
});

test.each([
  ['no password', { password: '' }],
  ['a wrong one', { password: 'guess' }],
  ['an unknown user', { username: 'nobody', password: 'x' }],
])('%s: not let in', async (_name, options) => {
  const { client, broker } = await start();
  await expect(client('device', options)).rejects.toThrow();
  expect(broker.health().counters.authenticationFailures).toBe(1);
});

test('a will on a topic it may not publish to: not let in', async () => {
  const { client } = await start();
  const will = { topic: 'plantscope/batch/main', payload: Buffer.from('x'), qos: 1 as const, retain: false };
  await expect(client('device', { will })).rejects.toThrow();
});

test('a client of MQTT 5 is told so in its own protocol, and the health page says what to do', async () => {
  const { broker, client, told } = await start();
  await expect(client('device', { protocolVersion: 5 })).rejects.toMatchObject({
    code: 0x84,
    message: expect.stringMatching(/unsupported protocol version/i),
  });
  await vi.waitFor(() =>
    expect(broker.health().lastError?.message).toMatch(/speaks MQTT 5.*set the client to 3\.1\.1/),
  );
  expect(broker.health().counters).toMatchObject({ newerProtocol: 1, authenticationFailures: 0 });
  expect(told).toHaveLength(1);
});

test('too large a payload goes to the quarantine, cut, and is acknowledged', async () => {
  const { client, refusals, received } = await start({ maxPayloadBytes: 1000 });
  await (await client()).publishAsync('devices/a/1', 'x'.repeat(9000), { qos: 1 });
  expect(refusals).toMatchObject([{ reason: 'too-large', where: 'devices/a/1' }]);
  expect(refusals[0]?.payload).toHaveLength(4096);
  expect(received).toEqual([]);
});

test('more clients than allowed are turned away, and told of', async () => {
  const { broker, client, told } = await start({ maxClients: 1 });
  await client();
  const socket = connect(broker.port, '127.0.0.1');
  await new Promise((resolve) => socket.once('close', resolve));
  expect(told.join()).toMatch(/1 clients already/);
});

/** Bytes of a packet's fixed header: its kind, and a length of four digits. */
const header = (kind: number, length: number): Buffer =>
  Buffer.from([kind, ...[0, 7, 14, 21].map((shift) => ((length >> shift) & 0x7f) | (shift < 21 ? 0x80 : 0))]);

test('a stranger can not fill the memory: a packet is cut off at the length it announces, or by what came', async () => {
  const { broker, told } = await start();
  const stranger = async (bytes: Buffer): Promise<void> => {
    const socket = connect(broker.port, '127.0.0.1', () => socket.write(bytes));
    socket.on('error', () => undefined); // being cut off is what the test is about
    await new Promise((resolve) => socket.once('close', resolve));
  };
  await stranger(header(0x10, 0x0fff_ffff));
  await stranger(Buffer.concat([header(0x10, 300_000), Buffer.alloc(270_000)]));
  expect(broker.health().counters.cutOff).toBe(2);
  expect(told.join()).toContain('a packet of 268435455 bytes');
});

test('a device that sends a packet of 20 MB is cut off, one of 10 MB has it in the quarantine', async () => {
  const { client, broker, refusals } = await start();
  await (await client()).publishAsync('devices/a/1', Buffer.alloc(10 * 2 ** 20), { qos: 1 });
  expect(refusals).toMatchObject([{ reason: 'too-large', where: 'devices/a/1' }]);
  const device = await client();
  const closed = new Promise<void>((resolve) => device.once('close', () => resolve()));
  device.publish('devices/a/1', Buffer.alloc(20 * 2 ** 20), { qos: 1 });
  await closed;
  expect(broker.health().counters.cutOff).toBe(1);
});

test('a retained message that is cleared makes room for another', async () => {
  const { client } = await start({ maxRetained: 1 });
  const device = await client();
  for (const [topic, payload] of [
    ['devices/a/1', 'x'],
    ['devices/a/1', ''],
    ['devices/a/2', 'y'],
    ['devices/a/3', 'beyond the bound'],
  ] as const)
    await device.publishAsync(topic, payload, { qos: 1, retain: true });
  const late = await client();
  const heard: string[] = [];
  late.on('message', (topic) => heard.push(topic));
  await late.subscribeAsync('devices/a/#');
  await late.publishAsync('devices/a/end', 'z', { qos: 1 });
  await vi.waitFor(() => expect(heard).toContain('devices/a/end'));
  expect(heard).toEqual(['devices/a/2', 'devices/a/end']);
});

/** Self-signed, for 127.0.0.1: certificate and authority in one. */
function newCertificate(): { readonly key: string; readonly cert: string } {
  const dir = mkdtempSync(join(tmpdir(), 'plantscope-tls-'));
  const [keyFile, certFile] = [join(dir, 'key.pem'), join(dir, 'cert.pem')];
  const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'];
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'];
  execFileSync(
    'openssl',
    ['req', '-x509', ...curve, '-nodes', '-days', '2', ...subject, '-keyout', keyFile, '-out', certFile],
    { stdio: 'ignore' },
  );
  return { key: readFileSync(keyFile, 'utf8'), cert: readFileSync(certFile, 'utf8') };
}

test('over TLS, with its certificate checked', async () => {
  const { key, cert } = newCertificate();
  const { client, broker, received } = await start({ tls: { key, cert } });
  expect(broker.url).toMatch(/^mqtts:/);
  await (await client('device', { ca: cert })).publishAsync('devices/a/1', 'x', { qos: 1 });
  expect(received).toEqual(['devices/a/1 x']);
  await expect(client()).rejects.toThrow(/self-signed/);
});

/** Whether the broker accepts a connection; one without error may also just be closed. */
async function isLetIn(url: string, options: IClientOptions): Promise<boolean> {
  const client = connectMqtt(url, { ...options, reconnectPeriod: 0 });
  client.on('error', () => undefined); // said by the answer
  const isIn = await new Promise<boolean>((resolve) => {
    client.once('connect', () => resolve(true));
    client.once('close', () => resolve(false));
  });
  await client.endAsync(true);
  return isIn;
}

test('with an authority named, a client needs a certificate of it, and still its name and password', async () => {
  const [server, stranger] = [newCertificate(), newCertificate()];
  const { client, received, broker, credentials } = await start({ tls: { ...server, ca: server.cert } });
  const known = await client('device', { ca: server.cert, ...server });
  await known.publishAsync('devices/a/1', 'x', { qos: 1 });
  expect(received).toEqual(['devices/a/1 x']);
  const device = {
    ...{ ca: server.cert, username: 'device' },
    password: credentials.get('device')?.password ?? '',
  };
  expect(await isLetIn(broker.url, { ...device, ...server, password: 'guessed' })).toBe(false);
  expect(await isLetIn(broker.url, device)).toBe(false);
  expect(await isLetIn(broker.url, { ...device, ...stranger })).toBe(false);
});

test('a port that is taken is told with what to do', async () => {
  const { broker } = await start();
  await expect(start({ port: broker.port })).rejects.toMatchObject({ code: 'broker-not-started' });
});
