import { connectAsync, type IClientOptions } from 'mqtt';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { DeviceIntake } from '../../../gateway/mqtt/device-intake.ts';
import { type ExternalMqttOptions, ExternalMqttSource } from '../../../gateway/mqtt/external-mqtt-source.ts';
import { JsonMapping } from '../../../gateway/mqtt/json-mapping.ts';
import { systemClock } from '../../../model/clock.ts';
import type { MqttSourceFile } from '../../../plant/source-schema.ts';
import { testCertificates } from '../../peers/certificates.ts';
import { hasMosquitto, Mosquitto } from '../../peers/mosquitto.ts';
import { plantOf } from '../../plant-of.ts';
import { RecordingSink } from './recording-sink.ts';

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
          - { id: m1, nature: electricity-meter, source: shop, base: 'meters/m1#/', tags: { activePower: , activeEnergyTotal: } }
`);

const open: { stop(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.stop();
});

async function broker(lines?: string): Promise<Mosquitto> {
  const started = await Mosquitto.start(lines);
  open.push(started);
  return started;
}

async function source(
  options: Partial<ExternalMqttOptions> & { readonly url: string },
  sink: RecordingSink,
  waitMs = 10_000,
) {
  const mapping = new JsonMapping('shop', file.sources.shop as MqttSourceFile, plant.tags);
  const started = new ExternalMqttSource({
    ...{ id: 'shop', clientId: 'demo-shop', filters: mapping.filters, clock: systemClock },
    intake: new DeviceIntake('shop', mapping, systemClock),
    ...options,
  });
  open.push(started);
  await started.start(sink);
  await vi.waitFor(() => expect(started.health().state).toBe('ok'), waitMs);
  return started;
}

async function device(url: string, options: IClientOptions = {}) {
  const client = await connectAsync(url, options);
  open.push({ stop: () => client.endAsync(true) });
  return {
    client,
    send: (n: number) =>
      client.publishAsync('meters/m1', `{"ts":${1_700_000_000_000 + n},"activePower":${n}}`, { qos: 1 }),
  };
}

const valuesOf = (sink: RecordingSink) => sink.readings.map(({ value }) => value);

describe.skipIf(!hasMosquitto())('mosquitto', () => {
  test.each(['3.1.1', '5'] as const)('MQTT %s: readings come in, in order', async (protocol) => {
    const { url } = await broker();
    const sink = new RecordingSink();
    const { health } = await source({ url, protocol }, sink).then((s) => ({ health: () => s.health() }));
    const { send } = await device(url);
    await Promise.all(Array.from({ length: 500 }, (_, n) => send(n)));
    await vi.waitFor(() => expect(sink.readings).toHaveLength(500), 10_000);
    expect(valuesOf(sink)).toEqual(Array.from({ length: 500 }, (_, n) => n));
    expect(health().counters).toMatchObject({ messages: 500, readings: 500, refused: 0, connects: 1 });
  });

  test.each(['3.1.1', '5'] as const)(
    'MQTT %s: what is not on disk is not acknowledged and comes again',
    async (protocol) => {
      const { url } = await broker();
      const sink = new RecordingSink();
      let isFull = true;
      sink.disk = async () => {
        if (isFull) throw new Error('disk full');
      };
      const gateway = await source({ url, protocol }, sink);
      const { send } = await device(url);
      await Promise.all([send(1), send(2), send(3)]);
      await vi.waitFor(() => expect(gateway.health().counters.disconnects).toBeGreaterThan(0), 10_000);
      expect(gateway.health().lastError?.message).toContain('disk full');
      expect(sink.readings).toEqual([]);
      isFull = false;
      await vi.waitFor(() => expect(new Set(valuesOf(sink))).toEqual(new Set([1, 2, 3])), 10_000);
    },
  );

  test('a broker that goes and comes back, its sessions lost, is subscribed to again', async () => {
    const mosquitto = await broker();
    const sink = new RecordingSink();
    const gateway = await source({ url: mosquitto.url }, sink);
    await mosquitto.kill();
    await vi.waitFor(() => expect(gateway.health().state).toBe('down'), 10_000);
    await mosquitto.resume();
    await vi.waitFor(() => expect(gateway.health().state).toBe('ok'), 10_000);
    const { send } = await device(mosquitto.url);
    await vi.waitFor(async () => {
      await send(7);
      expect(valuesOf(sink)).toContain(7);
    }, 10_000);
  });

  test('what comes while the gateway is away waits in its session', async () => {
    const { url } = await broker();
    const first = await source({ url }, new RecordingSink());
    await first.stop();
    const { send } = await device(url);
    await send(9);
    const sink = new RecordingSink();
    await source({ url }, sink);
    await vi.waitFor(() => expect(valuesOf(sink)).toEqual([9]), 10_000);
  });

  test('its status is retained, and its last will says offline', async () => {
    const { url } = await broker();
    const { client } = await device(url);
    const heard: string[] = [];
    client.on('message', (_topic, payload) => heard.push(payload.toString()));
    await client.subscribeAsync('gateways/demo', { qos: 1 });
    const gateway = await source({ url, statusTopic: 'gateways/demo' }, new RecordingSink());
    await vi.waitFor(() => expect(heard).toEqual(['online']));
    // The broker ends a client whose name another takes: not a clean disconnect, so the will is due.
    const thief = await device(url, { clientId: 'demo-shop', clean: true, reconnectPeriod: 0 });
    await vi.waitFor(() => expect(heard[1]).toBe('offline'), 10_000);
    await gateway.stop();
    await thief.client.endAsync(true);
  });

  test('TLS with client certificates; without one the broker says no and the source keeps trying', async () => {
    const keys = testCertificates();
    const mosquitto = await broker(
      `allow_anonymous true\ncafile ${keys.folder}/ca.pem\ncertfile ${keys.folder}/server.pem\nkeyfile ${keys.folder}/server.key\nrequire_certificate true`,
    );
    const url = `mqtts://127.0.0.1:${mosquitto.port}`;
    const tls = { ca: keys.read('ca.pem'), cert: keys.read('client.pem'), key: keys.read('client.key') };
    const sink = new RecordingSink();
    await source({ url, tls, protocol: '5' }, sink);
    const { send } = await device(url, tls);
    await send(4);
    await vi.waitFor(() => expect(valuesOf(sink)).toEqual([4]), 10_000);
    const bare = source({ url, tls: { ca: tls.ca }, clientId: 'bare' }, new RecordingSink(), 1500);
    await expect(bare).rejects.toThrow();
    expect(open.at(-1)).toBeInstanceOf(ExternalMqttSource);
    expect((open.at(-1) as ExternalMqttSource).health()).toMatchObject({ state: 'down' });
  });

  test('a foreign certificate is not trusted', async () => {
    const [keys, others] = [testCertificates(), testCertificates()];
    const mosquitto = await broker(
      `allow_anonymous true\ncertfile ${keys.folder}/server.pem\nkeyfile ${keys.folder}/server.key`,
    );
    const url = `mqtts://127.0.0.1:${mosquitto.port}`;
    await expect(
      source({ url, tls: { ca: others.read('ca.pem') } }, new RecordingSink(), 1500),
    ).rejects.toThrow();
    expect((open.at(-1) as ExternalMqttSource).health().lastError?.message).toMatch(/certificate/i);
  });
});
