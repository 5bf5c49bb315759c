import { afterEach, describe, expect, test, vi } from 'vitest';
import { DeviceIntake } from '../../../gateway/mqtt/device-intake.ts';
import { ExternalMqttSource } from '../../../gateway/mqtt/external-mqtt-source.ts';
import { JsonMapping } from '../../../gateway/mqtt/json-mapping.ts';
import { systemClock } from '../../../model/clock.ts';
import type { MqttSourceFile } from '../../../plant/source-schema.ts';
import { testCertificates } from '../../peers/certificates.ts';
import { hasMosquitto, Mosquitto } from '../../peers/mosquitto.ts';
import { hasPaho, type PythonPeer, startPython } from '../../peers/paho.ts';
import { plantOf } from '../../plant-of.ts';
import { RecordingSink } from './recording-sink.ts';

vi.setConfig({ testTimeout: 120_000 });
const WAIT = { timeout: 20_000, interval: 20 };
const NOW = 1_700_000_000_000;

const { plant, file } = plantOf(`
version: 1
site: { id: demo, name: Demo, timeZone: Asia/Shanghai }
sources:
  shop: { kind: mqtt, broker: 'mqtt://127.0.0.1:1883', time: { pointer: /ts } }
areas:
  - id: a
    lines:
      - id: l
        assets:
          - { id: fan, nature: rotating-machine, source: shop, base: 'fan#/', tags: { vibrationVelocity: , running: } }
`);

const open: { stop(): Promise<unknown> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.stop();
});

async function broker(lines?: string): Promise<Mosquitto> {
  const started = await Mosquitto.start(lines);
  open.push(started);
  return started;
}

async function gateway(options: { url: string; protocol?: '3.1.1' | '5'; tls?: ExternalTls }) {
  const mapping = new JsonMapping('shop', file.sources.shop as MqttSourceFile, plant.tags);
  const source = new ExternalMqttSource({
    ...{ id: 'shop', clientId: 'gateway', filters: mapping.filters, clock: systemClock },
    intake: new DeviceIntake('shop', mapping, systemClock),
    ...options,
  });
  const sink = new RecordingSink();
  open.push(source);
  await source.start(sink);
  await vi.waitFor(() => expect(source.health().state).toBe('ok'), WAIT);
  return { source, sink };
}
type ExternalTls = { ca: string; cert: string; key: string };

async function device(options: Record<string, unknown>): Promise<PythonPeer> {
  const peer = startPython('paho_device.py', [JSON.stringify(options)]);
  open.push(peer);
  await vi.waitFor(() => expect(peer.lines, peer.errors()).toContainEqual({ connected: true }), WAIT);
  return peer;
}

const message = (value: number, qos = 1) =>
  JSON.stringify({
    topic: 'fan',
    qos,
    payload: JSON.stringify({ ts: NOW + value, vibrationVelocity: value }),
  });

describe.skipIf(!hasMosquitto() || !hasPaho())('paho-mqtt devices on mosquitto', () => {
  test.each(['3.1.1', '5'] as const)('MQTT %s: QoS 0, 1 and 2 arrive once each', async (version) => {
    const { url, port } = await broker();
    const { sink } = await gateway({ url, protocol: version });
    const peer = await device({ port, version });
    for (const qos of [0, 1, 2]) peer.tell(message(qos + 1, qos));
    await vi.waitFor(() => expect(sink.readings).toHaveLength(3), WAIT);
    expect(sink.readings.map(({ value, timeMs }) => [value, timeMs - NOW])).toEqual([
      [1, 1],
      [2, 2],
      [3, 3],
    ]);
    await vi.waitFor(
      () => expect(peer.lines).toContainEqual({ done: 'fan', qos: 2, acknowledged: true }),
      WAIT,
    );
  });

  test('a client certificate on both sides', async () => {
    const keys = testCertificates();
    const { port } = await broker(
      `allow_anonymous true\ncafile ${keys.path('ca.pem')}\ncertfile ${keys.path('server.pem')}\nkeyfile ${keys.path('server.key')}\nrequire_certificate true`,
    );
    const tls = { ca: keys.read('ca.pem'), cert: keys.read('client.pem'), key: keys.read('client.key') };
    const { sink } = await gateway({ url: `mqtts://127.0.0.1:${port}`, tls });
    const files = { ca: keys.path('ca.pem'), cert: keys.path('client.pem'), key: keys.path('client.key') };
    const peer = await device({ port, ...files });
    peer.tell(message(7));
    await vi.waitFor(() => expect(sink.readings.map(({ value }) => value)).toEqual([7]), WAIT);
  });

  test('a device that is killed: its last will, written as its message, is the reading of its end', async () => {
    const { url, port } = await broker();
    const { sink } = await gateway({ url });
    const will = { topic: 'fan', qos: 1, payload: JSON.stringify({ ts: NOW + 99, running: false }) };
    const peer = await device({ port, will });
    peer.tell(JSON.stringify({ topic: 'fan', qos: 1, payload: JSON.stringify({ ts: NOW, running: true }) }));
    await vi.waitFor(() => expect(sink.readings).toHaveLength(1), WAIT);
    await peer.stop();
    await vi.waitFor(() => expect(sink.readings).toHaveLength(2), WAIT);
    expect(sink.readings[1]).toMatchObject({ tag: 'fan.running', value: false, timeMs: NOW + 99 });
  });

  test('whatever is no reading goes to the quarantine with its reason; the next good one is taken', async () => {
    const { url, port } = await broker();
    const { sink, source } = await gateway({ url });
    const peer = await device({ port });
    const bad: [string, Record<string, string>][] = [
      ['json-malformed', { payload: '{"ts": 17000' }],
      ['json-malformed', { payload: '' }],
      ['json-malformed', { hex: 'ff00fe80' }],
      ['time-malformed', { payload: '5' }],
      ['time-malformed', { payload: '{"vibrationVelocity": 1}' }],
      ['wrong-type', { payload: `{"ts": ${NOW}, "vibrationVelocity": "fast"}` }],
      ['value-missing', { payload: `{"ts": ${NOW}, "vibrationVelocity": null}` }],
      ['no-known-field', { payload: `{"ts": ${NOW}, "speed": 1}` }],
      ['too-large', { payload: `{"ts": ${NOW}, "x": "${'x'.repeat(1_100_000)}"}` }],
    ];
    for (const [, content] of bad) peer.tell(JSON.stringify({ topic: 'fan', qos: 1, ...content }));
    peer.tell(message(1));
    await vi.waitFor(() => expect(sink.readings).toHaveLength(1), WAIT);
    expect(sink.refusals.map(({ reason }) => reason)).toEqual(bad.map(([reason]) => reason));
    expect(
      sink.refusals.every(
        ({ from, where, message: told }) => from === 'shop' && where === 'fan' && told !== '',
      ),
    ).toBe(true);
    expect(source.health().counters).toMatchObject({ messages: 10, refused: 9, readings: 1 });
  });
});
