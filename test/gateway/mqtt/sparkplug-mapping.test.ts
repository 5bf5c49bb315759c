import mqtt from 'mqtt';
import sparkplug from 'sparkplug-payload';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { DeviceIntake } from '../../../gateway/mqtt/device-intake.ts';
import { ExternalMqttSource } from '../../../gateway/mqtt/external-mqtt-source.ts';
import { SparkplugMapping } from '../../../gateway/mqtt/sparkplug-mapping.ts';
import { systemClock } from '../../../model/clock.ts';
import { statusCodes } from '../../../model/status.ts';
import { hasMosquitto, Mosquitto } from '../../peers/mosquitto.ts';
import { plantOf } from '../../plant-of.ts';
import { RecordingSink } from './recording-sink.ts';

const { plant } = plantOf(`
version: 1
site: { id: demo, name: Demo, timeZone: Asia/Shanghai }
sources:
  edge: { kind: mqtt, format: sparkplug, broker: 'mqtt://127.0.0.1:1883' }
areas:
  - id: a
    lines:
      - id: l
        assets:
          - id: m1
            nature: electricity-meter
            source: edge
            base: plant/gw1/meter#
            tags:
              activeEnergyTotal: { address: Energy/Total }
              activePower: { address: Power }
          - id: fan
            nature: rotating-machine
            source: edge
            base: plant/gw1#
            tags: { vibrationVelocity: { address: Vibration }, running: { address: On } }
`);

const codec = sparkplug.get('spBv1.0');
type Payload = Parameters<NonNullable<typeof codec>['encodePayload']>[0];
const encode = (payload: Payload) => Buffer.from(codec?.encodePayload(payload) ?? []);
const NOW = 1_700_000_000_000;
const topic = (type: string) => `spBv1.0/plant/${type}/gw1${type.startsWith('D') ? '/meter' : ''}`;

let mapping: SparkplugMapping;
beforeEach(() => {
  mapping = new SparkplugMapping('edge', plant.tags);
});
const send = (type: string, payload: Payload, atMs = NOW) => mapping.map(topic(type), encode(payload), atMs);

const nodeBirth: Payload = {
  ...{ timestamp: NOW, seq: 0 },
  metrics: [
    { name: 'bdSeq', type: 'Int64', value: 3 },
    { name: 'Vibration', alias: 1, type: 'Float', value: 1.5 },
    { name: 'Not mapped', alias: 2, type: 'String', value: 'x' },
  ],
};
const deviceBirth: Payload = {
  ...{ timestamp: NOW, seq: 1 },
  metrics: [
    { name: 'Energy/Total', alias: 10, type: 'UInt64', value: 1000 },
    { name: 'Power', alias: 11, type: 'Int16', value: -20 },
  ],
};
const born = () => [send('NBIRTH', nodeBirth), send('DBIRTH', deviceBirth)];

test('births carry values, and negative integers keep their sign', () => {
  const readings = born().flatMap((mapped) => mapped.readings);
  expect(readings.map(({ tag, value }) => [tag, value])).toEqual([
    ['fan.vibrationVelocity', 1.5],
    ['m1.activeEnergyTotal', 1000],
    ['m1.activePower', -20],
  ]);
});

test('data by alias, with the time of the metric before that of the message', () => {
  born();
  const metrics = [
    { alias: 10, type: 'UInt64', value: 1001, timestamp: NOW + 5 },
    { alias: 11, type: 'Int16', value: -7 },
  ] as const;
  const { readings, refusals } = send('DDATA', { seq: 2, timestamp: NOW + 9, metrics: [...metrics] });
  expect(refusals).toEqual([]);
  expect(readings.map(({ tag, value, timeMs }) => [tag, value, timeMs])).toEqual([
    ['m1.activeEnergyTotal', 1001, NOW + 5],
    ['m1.activePower', -7, NOW + 9],
  ]);
});

test('historical values are history', () => {
  born();
  const metrics = [{ alias: 11, type: 'Int16', value: 1, isHistorical: true }] as const;
  expect(send('DDATA', { seq: 2, timestamp: NOW, metrics: [...metrics] }).readings[0]?.origin).toBe(
    'history',
  );
});

test("a device's death makes its tags bad, a node's death all of them", () => {
  born();
  const dead = { value: null, status: statusCodes.badNoCommunication, timeMs: NOW + 1 };
  const device = send('DDEATH', { seq: 2, timestamp: NOW }, NOW + 1);
  expect(device.readings).toEqual([
    expect.objectContaining({ tag: 'm1.activeEnergyTotal', ...dead }),
    expect.objectContaining({ tag: 'm1.activePower', ...dead }),
  ]);
  const will = { timestamp: NOW - 99_999, metrics: [{ name: 'bdSeq', type: 'Int64', value: 3 }] } as Payload;
  expect(send('NDEATH', will, NOW + 1).readings).toHaveLength(4);
});

test('the late will of an earlier session changes nothing', () => {
  born();
  const will = { timestamp: NOW, metrics: [{ name: 'bdSeq', type: 'Int64', value: 2 }] } as Payload;
  expect(send('NDEATH', will)).toEqual({ readings: [], refusals: [] });
});

test('a gap asks for a rebirth, once in ten seconds, and the values after it are kept', () => {
  born();
  const data = (seq: number, atMs: number) =>
    send('DDATA', { seq, timestamp: atMs, metrics: [{ alias: 11, type: 'Int16', value: seq }] }, atMs);
  expect(data(2, NOW).requests).toBeUndefined();
  const gap = data(4, NOW);
  expect(gap.readings).toHaveLength(1);
  expect(gap.requests?.map((request) => request.topic)).toEqual(['spBv1.0/plant/NCMD/gw1']);
  const command = codec?.decodePayload(gap.requests?.[0]?.payload ?? Buffer.alloc(0));
  expect(command?.metrics).toEqual([
    expect.objectContaining({ name: 'Node Control/Rebirth', type: 'Boolean', value: true }),
  ]);
  expect(data(5, NOW + 9_999).requests).toBeUndefined();
  expect(data(6, NOW + 10_000).requests).toHaveLength(1);
  born();
  expect(data(2, NOW + 30_000).requests).toBeUndefined();
});

test('the sequence goes on at 0 after 255', () => {
  send('NBIRTH', { ...nodeBirth, seq: 254 });
  expect(send('NDATA', { seq: 255, timestamp: NOW, metrics: [] }).requests).toBeUndefined();
  expect(send('NDATA', { seq: 0, timestamp: NOW, metrics: [] }).requests).toBeUndefined();
});

test('data of a node whose birth was not heard: refused where only the alias tells, and a rebirth asked for', () => {
  const metrics = [{ alias: 11, type: 'Int16', value: 1 }] as const;
  const { readings, refusals, requests } = send('DDATA', { seq: 7, timestamp: NOW, metrics: [...metrics] });
  expect(readings).toEqual([]);
  expect(refusals).toEqual([expect.objectContaining({ reason: 'alias-unknown' })]);
  expect(requests).toHaveLength(1);
});

test.each([
  ['bytes that are no protobuf', Buffer.from('hello')],
  ['JSON', Buffer.from('{"value":1}')],
  ['nothing', Buffer.alloc(0)],
  ['a payload cut short', encode(deviceBirth).subarray(0, -3)],
])('malformed, refused whole: %s', (_what, bytes) => {
  const { readings, refusals } = mapping.map(topic('DDATA'), bytes, NOW);
  expect(readings).toEqual([]);
  expect(refusals).toEqual([
    expect.objectContaining({ reason: 'sparkplug-malformed', payload: bytes.toString('base64') }),
  ]);
});

test('a metric of a kind that no tag can hold is refused, the others are kept', () => {
  born();
  const metrics = [
    { alias: 10, type: 'Bytes', value: new Uint8Array([1]) },
    { alias: 11, type: 'Int16', value: 5 },
  ] as const;
  const { readings, refusals } = send('DDATA', { seq: 2, timestamp: NOW, metrics: [...metrics] });
  expect(readings.map(({ tag }) => tag)).toEqual(['m1.activePower']);
  expect(refusals).toEqual([expect.objectContaining({ reason: 'wrong-type', tag: 'm1.activeEnergyTotal' })]);
});

test('a metric without a value is bad, not zero', () => {
  born();
  const metrics = [{ alias: 11, type: 'Int16', value: null }] as const;
  const { readings } = send('DDATA', { seq: 2, timestamp: NOW, metrics: [...metrics] });
  expect(readings[0]).toMatchObject({ value: null, status: statusCodes.bad });
});

describe.skipIf(!hasMosquitto())('mosquitto', () => {
  const open: { stop(): Promise<unknown> }[] = [];
  afterEach(async () => {
    for (const one of open.splice(0).reverse()) await one.stop();
  });

  test('an edge node is asked for its births, then dies by its will', async () => {
    const broker = await Mosquitto.start();
    open.push(broker);
    const will = { metrics: [{ name: 'bdSeq', type: 'Int64', value: 3 }] } as Payload;
    const edge = await mqtt.connectAsync(broker.url, {
      reconnectPeriod: 0,
      will: { topic: topic('NDEATH'), payload: encode(will), qos: 1, retain: false },
    });
    edge.on('message', () => {
      edge.publish(topic('NBIRTH'), encode(nodeBirth));
      edge.publish(topic('DBIRTH'), encode(deviceBirth));
    });
    await edge.subscribeAsync('spBv1.0/plant/NCMD/gw1');
    const intake = new DeviceIntake('edge', mapping, systemClock);
    const source = new ExternalMqttSource({
      ...{ id: 'edge', url: broker.url, clientId: 'demo-edge', filters: mapping.filters, intake },
      clock: systemClock,
    });
    open.push(source);
    const sink = new RecordingSink();
    await source.start(sink);
    await vi.waitFor(() => expect(sink.readings).toHaveLength(3), 10_000);
    edge.stream.destroy();
    await vi.waitFor(() => expect(sink.readings).toHaveLength(7), 10_000);
    expect(new Set(sink.readings.slice(3).map(({ status }) => status))).toEqual(
      new Set([statusCodes.badNoCommunication]),
    );
  });
});
