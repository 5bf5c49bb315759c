import { readFileSync } from 'node:fs';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { applicationIdentity, trust } from '../../../gateway/opcua/certificates.ts';
import { qualityOf } from '../../../model/status.ts';
import { temporaryFolder } from '../../peers/opcua-server.ts';
import {
  again,
  bench,
  calm,
  counters,
  faultRows,
  patience,
  serve,
  tags,
  untilComplete,
  untilDown,
  untilLive,
  wire,
} from './fault-bench.ts';
import { countSamples } from './fault-matrix.ts';
import { clientTrusting, counterTag, opcuaTag, RecordingSink, testNamespace, testSource } from './harness.ts';

describe('fault matrix', { timeout: 240_000, retry: 0 }, () => {
  const record = faultRows();

  test('server restart', async () => {
    const first = await serve();
    const { source, sink } = await bench(first);
    await first.kill();
    await untilDown(source);
    await again(first);
    const recoveryS = await untilLive(sink);
    await untilComplete({ source, sink });
    const note = 'new session, items made anew, the gap read from history';
    record({
      fault: 'server restart',
      history: 'yes',
      recoveryS,
      ...countSamples(sink, counters),
      note,
    });
  });

  test('server gone for 10 minutes', async () => {
    let aheadMs = 0;
    const first = await serve();
    const { source, sink } = await bench(first, { clock: { nowMs: () => Date.now() + aheadMs } });
    await first.kill();
    await untilDown(source);
    aheadMs = 600_000;
    await again(first, { skewMs: aheadMs });
    const recoveryS = await untilLive(sink, counters, aheadMs);
    await untilComplete({ source, sink });
    const counted = countSamples(sink, counters);
    expect(counted.expected).toBeGreaterThan(4 * 3_000);
    const note = 'both clocks jump by 10 minutes; history is read page by page beside live values';
    record({ fault: 'server gone for 10 minutes', history: 'yes', recoveryS, ...counted, note });
  });

  test('namespace reorder', async () => {
    const first = await serve({ namespaces: [testNamespace, 'urn:plantscope:other'] });
    const { source, sink } = await bench(first);
    await first.kill();
    await untilDown(source);
    await again(first, { namespaces: ['urn:plantscope:other', testNamespace] });
    const recoveryS = await untilLive(sink);
    await untilComplete({ source, sink });
    const note = 'addresses name the URI and are resolved again in every session';
    record({
      fault: 'namespace reorder',
      history: 'yes',
      recoveryS,
      ...countSamples(sink, counters),
      note,
    });
  });

  test('node removed', async () => {
    const server = await serve();
    const { source, sink } = await bench(server, calm);
    const start = performance.now();
    await server.command('remove', { name: 'Counter3' });
    await vi.waitFor(() => expect(source.conditions().get('plc.counter3')).toBe('quarantined'), patience);
    const recoveryS = (performance.now() - start) / 1000;
    await untilLive(sink, counters.slice(0, 3));
    await untilComplete({ source, sink }, counters.slice(0, 3));
    const note =
      'that tag turns bad and is set aside, tried again ever more slowly; recovery = detection; the rest go on';
    record({
      fault: 'node removed',
      history: 'not needed',
      recoveryS,
      ...countSamples(sink, counters.slice(0, 3)),
      note,
    });
  });

  test('certificate rotated', async () => {
    const first = await serve();
    const { source, sink, pkiFolder } = await bench(first);
    await first.kill();
    const second = await serve({ port: first.port, pkiFolder: temporaryFolder('opcua-server') });
    await vi.waitFor(() => {
      const { lastError } = source.health();
      expect(lastError?.message).toContain('not trusted');
      expect(lastError?.remedy).toContain(`plantscope opcua trust ${first.url}`);
    }, patience);
    // As `plantscope opcua trust` does, from a process of its own, while the gateway runs.
    const identity = await applicationIdentity(pkiFolder);
    await trust(identity.store, readFileSync(second.certificateFile));
    await identity.store.dispose();
    const recoveryS = await untilLive(sink);
    await untilComplete({ source, sink });
    const note = 'refused with the command that trusts it; taken up without a restart once trusted';
    record({
      fault: 'certificate rotated',
      history: 'yes',
      recoveryS,
      ...countSamples(sink, counters),
      note,
    });
  });

  test('half-open TCP', async () => {
    const server = await serve();
    const proxy = await wire(server);
    const { source, sink } = await bench(server, { url: `opc.tcp://127.0.0.1:${proxy.port}/` });
    proxy.freeze();
    await untilDown(source);
    proxy.mend();
    const recoveryS = await untilLive(sink);
    await untilComplete({ source, sink });
    const note = 'found by two heartbeats without answer; everything is built anew';
    record({
      fault: 'half-open TCP',
      history: 'yes',
      recoveryS,
      ...countSamples(sink, counters),
      note,
    });
  });

  test('cable cut for a second, no history', async () => {
    const server = await serve({ history: false });
    const proxy = await wire(server);
    const { source, sink } = await bench(server, { url: `opc.tcp://127.0.0.1:${proxy.port}/` });
    const cutAt = performance.now();
    proxy.cut();
    await vi.waitFor(() => expect(performance.now() - cutAt).toBeGreaterThan(1_000), patience);
    proxy.mend();
    // Queued values come over the new channel before the session's survival is settled: wait for that, not for them.
    await vi.waitFor(() => {
      const { repairs = 0, reconnects = 0 } = source.health().counters;
      expect(repairs + reconnects).toBeGreaterThan(0);
    }, patience);
    await untilLive(sink);
    const recoveryS = (performance.now() - cutAt) / 1000 - 1;
    const note =
      'the session is kept: the server had queued the values, and what was lost with the channel is asked for again (Republish); where it is built anew, what changed meanwhile is lost';
    record({
      fault: 'cable cut for a second',
      history: 'no',
      recoveryS,
      ...countSamples(sink, counters),
      note,
    });
  });

  test('failed subscription transfer', async () => {
    const server = await serve();
    const proxy = await wire(server);
    const { source, sink } = await bench(server, { url: `opc.tcp://127.0.0.1:${proxy.port}/` });
    proxy.cut();
    await server.command('dropSessions');
    const start = performance.now();
    proxy.mend();
    await vi.waitFor(() => expect(source.health().counters.reconnects).toBeGreaterThan(0), patience);
    await untilLive(sink);
    const recoveryS = (performance.now() - start) / 1000;
    await untilComplete({ source, sink });
    const note = 'the server forgot session and subscriptions: everything is built anew';
    record({
      fault: 'failed subscription transfer',
      history: 'yes',
      recoveryS,
      ...countSamples(sink, counters),
      note,
    });
  });

  test('subscription went silent', async () => {
    const server = await serve();
    const { source, sink } = await bench(server);
    const start = performance.now();
    await server.command('mute');
    await vi.waitFor(
      () => expect(source.health().lastError?.message ?? '').toContain('delivers nothing'),
      patience,
    );
    await untilLive(sink);
    const recoveryS = (performance.now() - start) / 1000;
    await untilComplete({ source, sink });
    const note = 'connected, keep-alives come, values do not: the watchdog reads, compares and rebuilds';
    record({
      fault: 'subscription went silent',
      history: 'yes',
      recoveryS,
      ...countSamples(sink, counters),
      note,
    });
  });

  test('item limit hit', async () => {
    const eight = Array.from({ length: 8 }, (_, index) => `counter${index}`);
    const server = await serve({ counters: 8, capabilities: { maxMonitoredItems: 5 } });
    const { source, sink } = await bench(
      server,
      { ...calm, tags: eight.map((_, index) => counterTag(index)) },
      eight.slice(0, 5),
    );
    const recoveryS = await untilLive(sink, eight);
    await untilComplete({ source, sink }, eight);
    expect(source.health().counters.polled).toBe(3);
    const note =
      '8 tags, 5 items allowed: the rest are read in turn, and what changed between is read from history';
    record({ fault: 'item limit hit', history: 'yes', recoveryS, ...countSamples(sink, eight), note });
  });

  test('status-only change', async () => {
    const server = await serve({ history: false });
    const setpoint = opcuaTag('setpoint', `nsu=${testNamespace};s=Setpoint`);
    const { sink } = await bench(server, { ...calm, tags: [...tags, setpoint] });
    await vi.waitFor(() => expect(sink.of('setpoint').length).toBe(1), patience);
    const statuses = ['BadSensorFailure', 'Good', 'UncertainLastUsableValue', 'BadDeviceFailure', 'Good'];
    const before = sink.of('setpoint').length;
    const start = performance.now();
    for (const status of statuses) await server.command('write', { name: 'Setpoint', status });
    await vi.waitFor(() => expect(sink.of('setpoint').length - before).toBe(statuses.length), patience);
    const recoveryS = (performance.now() - start) / 1000;
    const received = sink.of('setpoint').slice(before);
    expect(received.map(({ status }) => qualityOf(status))).toEqual([
      'bad',
      'good',
      'uncertain',
      'bad',
      'good',
    ]);
    expect(new Set(received.map(({ timeMs, timeNs }) => `${timeMs} ${timeNs}`)).size).toBe(statuses.length);
    const note =
      'value and status are watched: each change of status is a reading; recovery = time to the last';
    const counted = { expected: statuses.length, missing: statuses.length - received.length, duplicated: 0 };
    record({ fault: 'status-only change', history: 'not needed', recoveryS, ...counted, note });
  });

  test('frozen value', async () => {
    const server = await serve({ history: false });
    const steady = opcuaTag('steady', `nsu=${testNamespace};s=Setpoint`);
    const { source, sink } = await bench(server, { ...calm, tags: [...tags, steady] });
    await vi.waitFor(() => expect(source.conditions().get('plc.steady')).toBe('unchanged'), patience);
    await source.stop();

    const watching = testSource({
      ...calm,
      url: server.url,
      tags,
      pkiFolder: await clientTrusting(server),
      config: { staleAfter: '1s' },
    });
    const second = new RecordingSink();
    onTestFinished(() => watching.stop());
    await watching.start(second);
    await vi.waitFor(() => expect(watching.conditions().get('plc.counter0')).toBe('fresh'), patience);
    const start = performance.now();
    await server.command('freeze', { isFrozen: true });
    await vi.waitFor(() => expect(watching.conditions().get('plc.counter0')).toBe('stale'), patience);
    const recoveryS = (performance.now() - start) / 1000;
    expect(watching.health().state).toBe('degraded');
    await server.command('freeze', { isFrozen: false });
    await untilLive(second);
    await untilComplete({ source: watching, sink: second });
    expect(sink.of('counter0').length).toBeGreaterThan(10);
    const note =
      'a good value with an old source time turns `stale` after `staleAfter` (1 s here); a confirmed one is `unchanged`';
    record({
      fault: 'frozen value',
      history: 'not needed',
      recoveryS,
      ...countSamples(second, counters),
      note,
    });
  });
});
