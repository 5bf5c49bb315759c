import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { OpcuaSource } from '../../../gateway/opcua/opcua-source.ts';
import { asyncuaNamespace, hasAsyncua, type PeerServer, startAsyncua } from '../../peers/asyncua.ts';
import { removeTemporaryFolders } from '../../peers/opcua-server.ts';
import { countSamples } from './fault-matrix.ts';
import { clientTrusting, opcuaTag, RecordingSink, testSource } from './harness.ts';

const patience = { timeout: 25_000, interval: 50 };
const tags = [
  ...[0, 1, 2].map((n) => opcuaTag(`counter${n}`, `nsu=${asyncuaNamespace};s=Counter${n}`)),
  opcuaTag('temperature', `/Objects/nsu=${asyncuaNamespace};Hall 1/Pump 7/Bearing Temperature`, {
    sourceUnit: '°C',
    unit: 'K',
  }),
  opcuaTag('running', `/Objects/nsu=${asyncuaNamespace};Hall 1/Pump 7/Running`, { kind: 'boolean' }),
  opcuaTag('phase', `/Objects/nsu=${asyncuaNamespace};Hall 1/Pump 7/Phases#/2`),
  opcuaTag('level', `/Objects/nsu=${asyncuaNamespace};Hall 1/Pump 7/Sample#/Level`),
  opcuaTag('alarms', `/Objects/nsu=${asyncuaNamespace};Hall 1/Pump 7/Sample#/Alarms`),
  opcuaTag('high', `/Objects/nsu=${asyncuaNamespace};Hall 1/Pump 7/Sample#/Limits/High`),
  opcuaTag('mode', `/Objects/nsu=${asyncuaNamespace};Hall 1/Pump 7/Mode`, { kind: 'text' }),
  opcuaTag('nowhere', `/Objects/nsu=${asyncuaNamespace};Hall 1/Nothing`),
];
const counters = ['counter0', 'counter1', 'counter2'];

describe.runIf(hasAsyncua())('asyncua, encrypted', { timeout: 60_000 }, () => {
  let server: PeerServer;
  let source: OpcuaSource;
  const sink = new RecordingSink();

  beforeAll(async () => {
    server = await startAsyncua();
    source = testSource({
      url: server.url,
      tags,
      pkiFolder: await clientTrusting(server),
      config: { backfill: '1h' },
    });
    await source.start(sink);
    await vi.waitFor(() => expect(sink.of('counter0').length).toBeGreaterThan(10), patience);
  });
  afterAll(async () => {
    await source.stop();
    await server.kill();
    removeTemporaryFolders();
  });

  test('values, by node id, browse path and element', () => {
    expect(sink.last('temperature')?.value).toBeCloseTo(61.5 + 273.15, 9);
    expect(sink.last('running')?.value).toBe(true);
    expect(sink.last('phase')?.value).toBe(3.5);
    expect(sink.last('mode')?.value).toBe('Auto');
    expect(source.conditions().get('plc.nowhere')).toBe('quarantined');
  });

  test('fields of a structure that only this server knows', async () => {
    await vi.waitFor(() => expect(sink.last('high')?.value).toBe(95), patience);
    expect(sink.last('level')?.value).toBe(41.5);
    expect(sink.last('alarms')?.value).toBe(3);
  });

  test('events of its devices', async () => {
    await vi.waitFor(() => expect(sink.events.length).toBeGreaterThan(1), patience);
    expect(sink.events[0]?.message).toMatch(/^filter clogged \d+$/);
    expect(sink.events[0]?.type).toBe('BaseEventType');
    expect(sink.events[0]?.source).toBe('plc1');
  });

  test('its history closes a gap: each sample once, though nobody was connected', async () => {
    await source.stop();
    const seen = Number(sink.last('counter0')?.value);
    const again = testSource({ url: server.url, tags, pkiFolder: await clientTrusting(server) });
    await vi.waitFor(
      () => expect(Date.now()).toBeGreaterThan((sink.last('counter0')?.timeMs ?? 0) + 2_000),
      patience,
    );
    await again.start(sink);
    await vi.waitFor(() => expect(Number(sink.last('counter0')?.value)).toBeGreaterThan(seen + 12), patience);
    await vi.waitFor(() => expect(countSamples(sink, counters).missing).toBe(0), patience);
    expect(countSamples(sink, counters).duplicated).toBe(0);
    expect(sink.readings.some(({ origin }) => origin === 'history')).toBe(true);
    source = again;
  });
});
