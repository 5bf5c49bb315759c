import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { openSpool } from '../../../gateway/lmdb-spool.ts';
import { DeviceIntake } from '../../../gateway/mqtt/device-intake.ts';
import { ExternalMqttSource } from '../../../gateway/mqtt/external-mqtt-source.ts';
import { SparkplugMapping } from '../../../gateway/mqtt/sparkplug-mapping.ts';
import { fileSessionCounter } from '../../../gateway/northbound/session-counter.ts';
import { SparkplugEdge } from '../../../gateway/northbound/sparkplug-edge.ts';
import { systemClock } from '../../../model/clock.ts';
import { statusCodes } from '../../../model/status.ts';
import { hasMosquitto, Mosquitto } from '../../peers/mosquitto.ts';
import { hasPaho, startPython } from '../../peers/paho.ts';
import { startTcpProxy } from '../../peers/tcp-proxy.ts';
import { plantOf } from '../../plant-of.ts';
import { RecordingSink } from '../mqtt/recording-sink.ts';
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

const newSessions = () => join(mkdtempSync(join(tmpdir(), 'plantscope-edge-')), 'session');

const newBacklog = () => mkdtempSync(join(tmpdir(), 'plantscope-backlog-'));

function newEdge(url: string, backlog = newBacklog(), sessionFile = newSessions()) {
  const started = new SparkplugEdge({
    ...{ url, plant, clientId: 'edge', group: 'works', edgeNode: 'gw', clock: systemClock },
    ...{ sessions: fileSessionCounter(sessionFile), onTrouble: () => undefined, reconnectMs: 20 },
    remembered: (tag) => (tag === 'm1.activeEnergyTotal' ? reading(tag, 100) : undefined),
    backlog: openSpool({ dir: backlog, gateway: 'gw' }),
  });
  open.push(started);
  started.start();
  return started;
}

async function edge(url: string, backlog = newBacklog()) {
  const started = newEdge(url, backlog);
  await vi.waitFor(() => expect(started.health().state).toBe('ok'), WAIT);
  return started;
}

test('session numbers go on over restarts, from 0 to 255 and around', () => {
  const file = newSessions();
  const first = fileSessionCounter(file);
  expect([first.next(), first.next()]).toEqual([0, 1]);
  const later = fileSessionCounter(file);
  expect(later.next()).toBe(2);
  for (let n = 3; n < 256; n++) later.next();
  expect(later.next()).toBe(0);
});

interface Heard {
  readonly topic: string;
  readonly seq?: number;
  readonly retain: boolean;
  readonly metrics: readonly {
    readonly name?: string;
    readonly alias?: number;
    readonly value?: unknown;
    readonly timestamp?: number;
    readonly isNull?: number;
    readonly isHistorical?: number;
    readonly properties?: Readonly<Record<string, unknown>>;
  }[];
}

describe.skipIf(!hasMosquitto() || !hasPaho())('a host of other make (paho-mqtt)', () => {
  async function host(port: number) {
    const peer = startPython('sparkplug_host.py', [String(port), 'spBv1.0/#']);
    open.push(peer);
    await vi.waitFor(() => expect(peer.lines, peer.errors()).toContainEqual({ ready: true }), WAIT);
    const heard = () => peer.lines.slice(1) as unknown as Heard[];
    const of = (type: string) => heard().filter(({ topic }) => topic.split('/')[2] === type);
    return { heard, of, rebirth: () => peer.tell('rebirth works gw') };
  }

  test('births with names, aliases, units and quality, then data by alias in one sequence', async () => {
    const { url, port } = await broker();
    const { of, heard } = await host(port);
    const told = await edge(url);
    await vi.waitFor(() => expect(of('DBIRTH')).toHaveLength(2), WAIT);
    expect(of('NBIRTH')[0]).toMatchObject({
      ...{ topic: 'spBv1.0/works/NBIRTH/gw', seq: 0, retain: false },
      metrics: [
        { name: 'bdSeq', value: 0 },
        { name: 'Node Control/Rebirth', value: 0 },
      ],
    });
    expect(of('DBIRTH').map(({ topic, seq }) => [topic, seq])).toEqual([
      ['spBv1.0/works/DBIRTH/gw/m1', 1],
      ['spBv1.0/works/DBIRTH/gw/fan', 2],
    ]);
    expect(of('DBIRTH')[0]?.metrics).toMatchObject([
      { name: 'activePower', alias: 1, isNull: 1, properties: { Quality: 0, engUnit: 'kW' } },
      {
        ...{ name: 'activeEnergyTotal', alias: 2, value: 100, timestamp: START_MS },
        properties: { Quality: 192, engUnit: 'kWh' },
      },
    ]);
    told.taken([
      reading('m1.activePower', -2.5),
      reading('m1.activePower', null, { status: statusCodes.badNotConnected, timeMs: START_MS + 1 }),
      reading('fan.running', true),
      reading('m1.activeEnergyTotal', 99, { origin: 'history', timeMs: START_MS - 1 }),
    ]);
    await vi.waitFor(() => expect(of('DDATA')).toHaveLength(3), WAIT);
    expect(of('DDATA').map(({ seq, metrics }) => [seq, ...metrics])).toMatchObject([
      [3, { alias: 1, value: -2.5, timestamp: START_MS }],
      [
        4,
        { alias: 1, isNull: 1, timestamp: START_MS + 1, properties: { Quality: 0 } },
        { alias: 2, value: 99, isHistorical: 1 },
      ],
      [5, { alias: 4, value: 1 }],
    ]);
    expect(heard().every(({ retain }) => !retain)).toBe(true);
  });

  test('a command brings all births again, from sequence 0, with the newest values', async () => {
    const { url, port } = await broker();
    const { of, rebirth } = await host(port);
    const told = await edge(url);
    told.taken([reading('m1.activePower', 7)]);
    await vi.waitFor(() => expect(of('DDATA')).toHaveLength(1), WAIT);
    rebirth();
    await vi.waitFor(() => expect(of('DBIRTH')).toHaveLength(4), WAIT);
    expect(of('NBIRTH').map(({ seq, metrics }) => [seq, metrics[0]?.value])).toEqual([
      [0, 0],
      [0, 0],
    ]);
    expect(of('DBIRTH')[2]).toMatchObject({ seq: 1, metrics: [{ name: 'activePower', value: 7 }, {}] });
    expect(told.health().counters).toMatchObject({ births: 2, rebirthRequests: 1 });
  });

  test('cut off it dies by its will; the next session has the next number; in order it says so itself', async () => {
    const mosquitto = await broker();
    const { of } = await host(mosquitto.port);
    const wire = await startTcpProxy(mosquitto.port);
    open.push({ stop: () => wire.close() });
    const told = await edge(`mqtt://127.0.0.1:${wire.port}`);
    wire.cut();
    await vi.waitFor(() => expect(of('NDEATH')).toHaveLength(1), WAIT);
    wire.mend();
    await vi.waitFor(() => expect(of('NBIRTH')).toHaveLength(2), WAIT);
    await told.stop();
    await vi.waitFor(() => expect(of('NDEATH')).toHaveLength(2), WAIT);
    const deaths = of('NDEATH');
    const births = of('NBIRTH').map(({ metrics }) => metrics[0]?.value);
    expect(deaths.map(({ metrics }) => metrics[0]?.value)).toEqual(births);
    expect(new Set(births).size).toBe(2);
    expect(deaths.every(({ seq }) => seq === undefined)).toBe(true);
  });
});

describe.skipIf(!hasMosquitto() || !hasPaho())('a broker that is away', () => {
  test('costs the host nothing: what happened meanwhile comes after the births, historical, in order, over a restart', async () => {
    const mosquitto = await broker();
    const peer = startPython('sparkplug_host.py', [String(mosquitto.port), 'spBv1.0/#']);
    open.push(peer);
    await vi.waitFor(() => expect(peer.lines, peer.errors()).toContainEqual({ ready: true }), WAIT);
    const wire = await startTcpProxy(mosquitto.port);
    open.push({ stop: () => wire.close() });
    const url = `mqtt://127.0.0.1:${wire.port}`;
    const backlog = newBacklog();
    const told = await edge(url, backlog);
    wire.cut();
    await vi.waitFor(() => expect(told.health().state).toBe('down'), WAIT);
    const counts = Array.from({ length: 1200 }, (_, n) => n);
    told.taken(counts.slice(0, 700).map((n) => reading('m1.activePower', n, { timeMs: START_MS + n })));
    told.taken([reading('fan.running', true, { status: statusCodes.badNotConnected })]);
    await told.stop();
    const again = newEdge(url, backlog);
    again.taken(counts.slice(700).map((n) => reading('m1.activePower', n, { timeMs: START_MS + n })));
    expect(again.health()).toMatchObject({ state: 'down', queue: 1201 });
    wire.mend();
    const heard = () => (peer.lines as unknown as Heard[]).filter(({ topic }) => topic?.includes('/gw'));
    const late = () =>
      heard().flatMap(({ topic, metrics }) =>
        topic.endsWith('DDATA/gw/m1') ? metrics.filter(({ isHistorical }) => isHistorical === 1) : [],
      );
    await vi.waitFor(() => expect(late()).toHaveLength(counts.length), WAIT);
    expect(late().map(({ alias, value, timestamp }) => [alias, value, timestamp])).toEqual(
      counts.map((n) => [1, n, START_MS + n]),
    );
    await vi.waitFor(() => expect(again.health()).toMatchObject({ state: 'ok', queue: 0 }), WAIT);
    const session = heard().slice(heard().findLastIndex(({ topic }) => topic.endsWith('NBIRTH/gw')));
    expect(session.map(({ seq }) => seq)).toEqual(session.map((_, n) => n % 256));
    expect(session[1]?.metrics[0]).toMatchObject({ name: 'activePower', value: 1199 });
    expect(again.health().counters).toMatchObject({ kept: 500, toldLate: 1201 });
  });
});

describe.skipIf(!hasMosquitto())('our own host on the other side', () => {
  const { plant: host } = plantOf(`
version: 1
site: { id: other, name: Other, timeZone: UTC }
sources: { edge: { kind: mqtt, format: sparkplug, broker: 'mqtt://127.0.0.1:1883' } }
areas:
  - id: a
    lines:
      - id: l
        assets:
          - { id: power, nature: electricity-meter, source: edge, base: 'works/gw/m1#', tags: { activePower: , activeEnergyTotal: } }
          - { id: machine, nature: rotating-machine, source: edge, base: 'works/gw/fan#', tags: { vibrationVelocity: , running: } }
`);

  async function hostSource(url: string) {
    const mapping = new SparkplugMapping('edge', host.tags);
    const sink = new RecordingSink();
    const source = new ExternalMqttSource({
      ...{ id: 'edge', url, clientId: 'host', filters: mapping.filters, clock: systemClock },
      intake: new DeviceIntake('edge', mapping, systemClock),
    });
    open.push(source);
    await source.start(sink);
    await vi.waitFor(() => expect(source.health().state).toBe('ok'), WAIT);
    const newest = (tag: string) => sink.readings.findLast((one) => one.tag === tag);
    return { sink, source, newest };
  }

  test('it comes later, asks for the births, reads the data, and sees the death', async () => {
    const { url } = await broker();
    const told = await edge(url);
    const { newest, sink, source } = await hostSource(url);
    await vi.waitFor(() => expect(newest('power.activeEnergyTotal')?.value).toBe(100), WAIT);
    told.taken([
      reading('m1.activePower', 12.5, { timeMs: START_MS + 5 }),
      reading('fan.running', true),
      reading('m1.activeEnergyTotal', 99, { origin: 'history', timeMs: START_MS - 1 }),
    ]);
    await vi.waitFor(() => expect(newest('machine.running')?.value).toBe(true), WAIT);
    expect(newest('power.activePower')).toMatchObject({ value: 12.5, timeMs: START_MS + 5, status: 0 });
    await vi.waitFor(
      () => expect(sink.readings).toContainEqual(expect.objectContaining({ value: 99, origin: 'history' })),
      WAIT,
    );
    await told.stop();
    await vi.waitFor(
      () => expect(newest('machine.running')?.status).toBe(statusCodes.badNoCommunication),
      WAIT,
    );
    expect(sink.refusals).toEqual([]);
    expect(source.health().counters.refused).toBe(0);
  });
});
