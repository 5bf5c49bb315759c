import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectAsync } from 'mqtt';
import sparkplug from 'sparkplug-payload';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { register as registerDevice } from '../../cli/device.ts';
import { openDataFolder } from '../../cli/platform/data-folder.ts';
import { testCertificates } from '../peers/certificates.ts';
import { hasPaho, startPython } from '../peers/paho.ts';
import { printedBy } from '../run-command.ts';
import { device, freePort, startTestPlatform, type TestPlatform } from './test-platform.ts';

vi.setConfig({ testTimeout: 120_000 });
const WAIT = { timeout: 30_000, interval: 50 };

const open: { stop(): Promise<unknown> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.stop();
});

const started = async (
  yaml: string,
  folder = openDataFolder(mkdtempSync(join(tmpdir(), 'plantscope-e2e-'))),
) => {
  const platform = await startTestPlatform(yaml, folder);
  open.push(platform);
  return platform;
};

interface Station {
  readonly station: string;
  readonly state: string;
  readonly summary: string;
  readonly counters: Readonly<Record<string, number>>;
}

const latest = async (platform: TestPlatform, tag: string) =>
  (await platform.get<{ value: unknown; status: number }[]>(`/api/v1/latest?tags=${tag}`))[0];
const station = async (platform: TestPlatform, name: string) =>
  (await platform.get<{ stations: Station[] }>('/api/v1/health')).stations.find(
    (one) => one.station === name,
  );
const refused = (platform: TestPlatform) =>
  platform.get<{ items: { reason: string; from: string; where: string }[] }>('/api/v1/quarantine?limit=100');

async function credentialsFor(
  platform: TestPlatform,
  ...args: string[]
): Promise<{ username: string; password: string }> {
  const { root } = platform.folder;
  const where = ['--config', join(root, 'plant.yaml'), '--data', root];
  return JSON.parse(await printedBy(registerDevice, ['device', ...args, ...where]));
}

test('meters on Modbus TCP that the platform simulates are read into the store', async () => {
  const port = await freePort();
  const platform = await started(`
version: 1
site: { id: modbus, name: Modbus, timeZone: Asia/Shanghai }
broker: { kind: embedded, port: ${await freePort()} }
sources: { line: { kind: modbus, host: 127.0.0.1, port: ${port}, pollInterval: 200ms, staleAfter: 30s, simulated: true } }
areas:
  - id: a
    lines:
      - id: l
        assets:
          - id: m1
            nature: electricity-meter
            source: line
            tags:
              activeEnergyTotal: { address: 'unit=1;holding=100;type=uint32', multiplier: 0.01 }
              activePower: { address: 'unit=1;holding=12;type=float32' }
`);
  await vi.waitFor(
    async () => expect(await latest(platform, 'm1.activePower')).toMatchObject({ status: 0 }),
    WAIT,
  );
  expect(await station(platform, 'source:line')).toMatchObject({ state: 'ok', counters: { fresh: 2 } });
});

test('JSON, line protocol and Sparkplug B devices on the embedded broker, each to the store', async () => {
  const port = await freePort();
  const platform = await started(`
version: 1
site: { id: works, name: Works, timeZone: Asia/Shanghai }
broker: { kind: embedded, port: ${port} }
sources:
  shop: { kind: mqtt, time: { pointer: /ts } }
  lines: { kind: mqtt, format: influx-line }
  edge: { kind: mqtt, format: sparkplug }
areas:
  - id: hall
    lines:
      - id: cell
        assets:
          - { id: fan, nature: rotating-machine, source: shop, base: 'fan#/', tags: { vibrationVelocity: } }
          - { id: mill, nature: rotating-machine, source: lines, tags: { vibrationVelocity: { address: 'telegraf#vibration,machine=mill velocity' } } }
          - { id: pump, nature: rotating-machine, source: edge, base: 'line/gw#', tags: { vibrationVelocity: { address: Vibration } } }
`);
  const { username, password } = await credentialsFor(platform, 'devices');
  const client = await connectAsync(`mqtt://127.0.0.1:${port}`, { username, password });
  open.push({ stop: () => client.endAsync(true) });
  const asked: string[] = [];
  client.on('message', (topic) => asked.push(topic));
  await client.subscribeAsync('spBv1.0/line/NCMD/gw', { qos: 0 });
  const nowMs = Date.now();
  const codec = sparkplug.get('spBv1.0');
  const payload = (seq: number, metrics: object[]) =>
    Buffer.from(codec?.encodePayload({ timestamp: nowMs, seq, metrics } as never) ?? []);
  await client.publishAsync('fan', JSON.stringify({ ts: nowMs, vibrationVelocity: 1.5 }), { qos: 1 });
  await client.publishAsync('telegraf', `vibration,host=a,machine=mill velocity=2.5 ${nowMs}000000`, {
    qos: 1,
  });
  // Data before any birth: the node is asked for one.
  await client.publishAsync('spBv1.0/line/NDATA/gw', payload(7, [{ alias: 1, type: 'Float', value: 9 }]), {
    qos: 0,
  });
  await vi.waitFor(() => expect(asked).toContain('spBv1.0/line/NCMD/gw'), WAIT);
  const birth = [
    { name: 'bdSeq', type: 'Int64', value: 0 },
    { name: 'Vibration', alias: 1, type: 'Float', value: 3.5 },
  ];
  await client.publishAsync('spBv1.0/line/NBIRTH/gw', payload(0, birth), { qos: 0 });
  const valueIn = async (asset: string) => (await latest(platform, `${asset}.vibrationVelocity`))?.value;
  await vi.waitFor(
    async () => expect(await Promise.all(['fan', 'mill', 'pump'].map(valueIn))).toEqual([1.5, 2.5, 3.5]),
    WAIT,
  );
  const death = [{ name: 'bdSeq', type: 'Int64', value: 0 }];
  await client.publishAsync('spBv1.0/line/NDEATH/gw', payload(0, death), { qos: 1 });
  await vi.waitFor(
    async () =>
      expect(await station(platform, 'source:edge')).toMatchObject({
        state: 'degraded',
        counters: { stale: 1 },
      }),
    WAIT,
  );
  await vi.waitFor(async () => expect(await valueIn('pump')).toBe(null), WAIT);
});

describe.skipIf(!hasPaho())('paho-mqtt devices on the embedded broker', () => {
  const plant = (port: number, broker = '') => `
version: 1
site: { id: works, name: Works, timeZone: Asia/Shanghai }
broker: { kind: embedded, port: ${port}${broker} }
northbound: { unifiedNamespace: { broker: embedded, enterprise: acme }, sparkplug: { broker: embedded } }
sources:
  shop: { kind: mqtt, time: { pointer: /ts } }
  edge: { kind: mqtt, format: sparkplug }
areas:
  - id: hall
    lines:
      - id: cell
        assets:
          - { id: fan, nature: rotating-machine, source: shop, base: 'fan#/', tags: { vibrationVelocity: } }
          - { id: pump, nature: rotating-machine, source: edge, base: 'line/gw#', tags: { vibrationVelocity: } }
`;

  async function paho(options: Record<string, unknown>) {
    const peer = startPython('paho_device.py', [JSON.stringify(options)]);
    open.push(peer);
    await vi.waitFor(() => expect(peer.lines.length, peer.errors()).toBeGreaterThan(0), WAIT);
    return peer;
  }

  const login = (platform: TestPlatform) => ({ user: device.username, password: platform.devicePassword });
  const send = (value: number, qos: number) =>
    JSON.stringify({
      topic: 'fan',
      qos,
      payload: JSON.stringify({ ts: Date.now(), vibrationVelocity: value }),
    });

  test('QoS 0, 1 and 2 with MQTT 3.1.1; MQTT 5 and a wrong password are told why not', async () => {
    const port = await freePort();
    const platform = await started(plant(port));
    const peer = await paho({ port, ...login(platform) });
    for (const qos of [0, 1, 2]) {
      peer.tell(send(qos + 1, qos));
      await vi.waitFor(
        async () => expect(await latest(platform, 'fan.vibrationVelocity')).toMatchObject({ value: qos + 1 }),
        WAIT,
      );
    }
    const newer = await paho({ port, version: '5', id: 'newer', ...login(platform) });
    expect(newer.lines[0]).toMatchObject({ refused: expect.stringMatching(/protocol version/i) });
    const wrong = await paho({ port, id: 'wrong', user: device.username, password: 'guess' });
    expect(wrong.lines[0]).toMatchObject({ refused: expect.stringMatching(/user name or password/i) });
  });

  test('TLS with client certificates, as the plant file says; without one the broker says no', async () => {
    const port = await freePort();
    const folder = openDataFolder(mkdtempSync(join(tmpdir(), 'plantscope-e2e-')));
    const keys = testCertificates();
    const [certificate, key, ca] = ['server.pem', 'server.key', 'ca.pem'].map((name) => keys.path(name));
    const tls = `, tls: { certificateFile: ${certificate}, privateKeyFile: ${key}, clientCaFile: ${ca} }`;
    const platform = await started(plant(port, tls), folder);
    const own = { cert: keys.path('client.pem'), key: keys.path('client.key') };
    const peer = await paho({ port, ...login(platform), ca, ...own });
    expect(peer.lines[0]).toEqual({ connected: true });
    peer.tell(send(4, 1));
    await vi.waitFor(
      async () => expect(await latest(platform, 'fan.vibrationVelocity')).toMatchObject({ value: 4 }),
      WAIT,
    );
    const before = (await station(platform, 'broker'))?.counters.clients;
    const bare = await paho({ port, id: 'bare', ...login(platform), ca });
    expect(bare.lines[0]).toMatchObject({ disconnected: expect.any(String) });
    expect((await station(platform, 'broker'))?.counters.clients).toBe(before);
  });

  test('a malformed Sparkplug payload is in the quarantine and on the health page, and stops nothing', async () => {
    const port = await freePort();
    const platform = await started(plant(port));
    const { username, password } = await credentialsFor(platform, 'edge-node');
    const peer = await paho({ port, id: 'edge-node', user: username, password });
    const topic = 'spBv1.0/line/NBIRTH/gw';
    for (const hex of ['ffffffff', '', '0801']) peer.tell(JSON.stringify({ topic, qos: 1, hex }));
    peer.tell(JSON.stringify({ topic: 'spBv1.0/line/NDATA/gw', qos: 1, hex: '1203100a' }));
    await vi.waitFor(
      async () => expect((await refused(platform)).items.length).toBeGreaterThanOrEqual(4),
      WAIT,
    );
    const { items } = await refused(platform);
    expect(new Set(items.map(({ reason, from }) => `${from} ${reason}`))).toEqual(
      new Set(['edge sparkplug-malformed']),
    );
    expect(await station(platform, 'source:edge')).toMatchObject({
      counters: { refused: items.length, readings: 0 },
    });
    peer.tell(send(5, 1));
    await vi.waitFor(() => expect(peer.lines.length).toBeGreaterThan(4), WAIT);
  });

  test('the unified namespace and the edge node are told on the embedded broker too', async () => {
    const port = await freePort();
    const platform = await started(plant(port));
    const { username, password } = await credentialsFor(
      platform,
      'mes',
      '--subscribe',
      'acme/#',
      'spBv1.0/works/#',
    );
    const peer = await paho({ port, ...login(platform) });
    peer.tell(send(6, 1));
    await vi.waitFor(
      async () =>
        expect(await station(platform, 'northbound:unified-namespace')).toMatchObject({
          state: 'ok',
          counters: { published: 1 },
        }),
      WAIT,
    );
    const mes = await connectAsync(`mqtt://127.0.0.1:${port}`, { username, password });
    open.push({ stop: () => mes.endAsync(true) });
    const heard: string[] = [];
    mes.on('message', (topic, payload, { retain }) => heard.push(`${topic} ${retain} ${payload.toString()}`));
    const granted = await mes.subscribeAsync(['acme/#', 'spBv1.0/works/#'], { qos: 1 });
    expect(granted.map(({ qos }) => qos)).toEqual([1, 1]);
    await vi.waitFor(
      () => expect(heard[0]).toMatch(/^acme\/works\/hall\/cell\/fan\/vibrationVelocity true \{"value":6,/),
      WAIT,
    );
    peer.tell(send(7, 1));
    await vi.waitFor(
      () => expect(heard.some((line) => line.startsWith('spBv1.0/works/DDATA/works/fan '))).toBe(true),
      WAIT,
    );
    expect(await station(platform, 'northbound:sparkplug')).toMatchObject({
      state: 'ok',
      counters: { births: 1 },
    });
    expect((await refused(platform)).items).toEqual([]);
  });
});
