import { fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { openSpool } from '../../../gateway/lmdb-spool.ts';
import { applicationIdentity, trust } from '../../../gateway/opcua/certificates.ts';
import type { OpcuaSource } from '../../../gateway/opcua/opcua-source.ts';
import { lanes } from '../../../gateway/spool.ts';
import { decodeBatch } from '../../../model/batch.ts';
import { qualityOf } from '../../../model/status.ts';
import {
  removeTemporaryFolders,
  startTestServer,
  type TestServer,
  type TestServerOptions,
  temporaryFolder,
} from '../../peers/opcua-server.ts';
import { startTcpProxy, type TcpProxy } from '../../peers/tcp-proxy.ts';
import { countSamples, type FaultRow, writeFaultMatrix } from './fault-matrix.ts';
import {
  clientTrusting,
  counterTag,
  opcuaTag,
  quickTiming,
  RecordingSink,
  type TestSourceOptions,
  testNamespace,
  testSource,
} from './harness.ts';

const counters = ['counter0', 'counter1', 'counter2', 'counter3'];
const tags = counters.map((_, index) => counterTag(index));
const patience = { timeout: 25_000, interval: 20 };
const rows: FaultRow[] = [];

interface Bench {
  readonly server: TestServer;
  readonly source: OpcuaSource;
  readonly sink: RecordingSink;
  readonly pkiFolder: string;
}

/** A server, and a source that has read a dozen values of each counter from it. */
async function bench(
  server: TestServer,
  more: Partial<TestSourceOptions> = {},
  quantities: readonly string[] = counters,
): Promise<Bench> {
  const sink = new RecordingSink();
  const pkiFolder = await clientTrusting(server);
  const source = testSource({ url: server.url, tags, pkiFolder, ...more });
  onTestFinished(() => source.stop());
  await source.start(sink);
  await vi.waitFor(() => {
    for (const quantity of quantities) expect(sink.of(quantity).length).toBeGreaterThan(10);
  }, patience);
  return { server, source, sink, pkiFolder };
}

/** Keys of one server serve all tests: to make them takes seconds. */
const serverPki = temporaryFolder('opcua-server');

/** A server that ends with its test, however that goes. */
async function serve(options: TestServerOptions = {}): Promise<TestServer> {
  const server = await startTestServer({ pkiFolder: serverPki, ...options });
  onTestFinished(() => server.kill());
  return server;
}

async function wire(server: TestServer): Promise<TcpProxy> {
  const proxy = await startTcpProxy(server.port);
  onTestFinished(() => proxy.close());
  return proxy;
}

/** Restarts a server on its port with its certificate, as after a power cut. */
const again = ({ port, pkiFolder }: TestServer, options: TestServerOptions = {}): Promise<TestServer> =>
  serve({ port, pkiFolder, ...options });

/** Seconds until each counter has a live value that is newer than now. */
async function untilLive(
  sink: RecordingSink,
  quantities: readonly string[] = counters,
  skewMs = 0,
): Promise<number> {
  const start = performance.now();
  const tick = Math.floor((Date.now() + skewMs) / 200);
  await vi.waitFor(() => {
    for (const quantity of quantities) {
      expect(sink.of(quantity).some(({ origin, value }) => origin === 'live' && Number(value) > tick)).toBe(
        true,
      );
    }
  }, patience);
  return (performance.now() - start) / 1000;
}

/** Nothing is missing any more, or nothing more is coming. */
async function untilComplete(
  { source, sink }: Pick<Bench, 'source' | 'sink'>,
  quantities: readonly string[] = counters,
) {
  await vi.waitFor(() => {
    expect(source.health().counters.openGaps).toBe(0);
    expect(countSamples(sink, quantities).missing).toBe(0);
  }, patience);
}

const untilDown = (source: OpcuaSource): Promise<void> =>
  vi.waitFor(() => expect(source.health().state).toBe('down'), patience);

/** Where the server keeps no history, what was lost while nobody listened is measured and stated, not forbidden. */
function record(row: FaultRow): void {
  const earlier = rows.findIndex(({ fault }) => fault === row.fault);
  if (earlier >= 0) rows.splice(earlier, 1);
  rows.push(row);
  expect(row.duplicated).toBe(0);
  if (row.history !== 'no') expect(row.missing).toBe(0);
}

// The test servers are processes beside this one: on a busy machine a row may be disturbed by what it does not test.
describe('fault matrix', { timeout: 60_000, retry: 4 }, () => {
  afterAll(() => {
    writeFaultMatrix(rows);
    removeTemporaryFolders();
  });

  test('server restart', async () => {
    const first = await serve();
    const { source, sink } = await bench(first);
    await first.kill();
    await untilDown(source);
    await again(first);
    const recoveryS = await untilLive(sink);
    await untilComplete({ source, sink });
    const note = 'new session, items made anew, the gap read from history';
    record({ fault: 'server restart', history: 'yes', recoveryS, ...countSamples(sink, counters), note });
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
    record({ fault: 'namespace reorder', history: 'yes', recoveryS, ...countSamples(sink, counters), note });
  });

  test('node removed', async () => {
    const server = await serve();
    const { source, sink } = await bench(server);
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
    record({ fault: 'half-open TCP', history: 'yes', recoveryS, ...countSamples(sink, counters), note });
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
      'mostly the session is kept and the server had queued the values; where it is built anew, what changed meanwhile is lost';
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
      { tags: eight.map((_, index) => counterTag(index)) },
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
    const { sink } = await bench(server, { tags: [...tags, setpoint] });
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
    const { source, sink } = await bench(server, { tags: [...tags, steady] });
    await vi.waitFor(() => expect(source.conditions().get('plc.steady')).toBe('unchanged'), patience);
    await source.stop();

    const watching = testSource({
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

  test('disk full', async () => {
    const server = await serve();
    const { source, sink } = await bench(server);
    sink.failure = Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
    await vi.waitFor(() => expect(source.health().queue).toBeGreaterThan(40), patience);
    sink.failure = undefined;
    const recoveryS = await untilLive(sink);
    await untilComplete({ source, sink });
    const note =
      'nothing is taken off the queue until the spool holds it; a full queue stops the server from publishing';
    record({ fault: 'disk full', history: 'yes', recoveryS, ...countSamples(sink, counters), note });
  });

  test('clock stepped', async () => {
    let stepMs = 0;
    const server = await serve();
    const { source, sink } = await bench(server, { clock: { nowMs: () => Date.now() + stepMs } });
    for (const step of [3_600_000, -3_600_000]) {
      stepMs = step;
      await vi.waitFor(
        () => expect(Math.abs((source.health().clockSkewMs ?? 0) + step)).toBeLessThan(500),
        patience,
      );
    }
    const recoveryS = await untilLive(sink);
    await untilComplete({ source, sink });
    expect(source.health().counters.reconnects).toBe(0);
    const note =
      "the gateway's clock steps by +1 h and -1 h: source times rule, ages count by a monotonic clock, the skew is shown";
    record({
      fault: 'clock stepped',
      history: 'not needed',
      recoveryS,
      ...countSamples(sink, counters),
      note,
    });
  });

  test('SIGKILL of the gateway', async () => {
    const server = await serve();
    const folder = temporaryFolder('gateway');
    const pkiFolder = await clientTrusting(server);
    const first = startGateway(server.url, folder, pkiFolder);
    await first.untilReadings(60);
    await first.kill();
    const killedAt = performance.now();
    await vi.waitFor(() => expect(performance.now() - killedAt).toBeGreaterThan(1_500), patience);
    const second = startGateway(server.url, folder, pkiFolder);
    const before = await second.untilReadings(1);
    const recoveryS = (performance.now() - killedAt) / 1000 - 1.5;
    await second.untilReadings(before + 60);
    await second.untilNoGaps();
    await second.kill();
    const sink = spooled(folder);
    const note =
      'killed with values in memory: their interval is read again; recovery includes the start of the process';
    record({
      fault: 'SIGKILL of the gateway',
      history: 'yes',
      recoveryS,
      ...countSamples(sink, counters),
      note,
    });
  });
});

interface GatewayProcess {
  untilReadings(count: number): Promise<number>;
  untilNoGaps(): Promise<void>;
  kill(): Promise<void>;
}

function startGateway(url: string, folder: string, pkiFolder: string): GatewayProcess {
  const parameters = {
    folder,
    pkiFolder,
    tags,
    timing: quickTiming,
    config: { kind: 'opcua', endpoint: url, publishingInterval: '100ms' },
  };
  const runner = fileURLToPath(new URL('../../peers/run-ts.mjs', import.meta.url));
  const child = fork(runner, ['/test/peers/opcua-gateway.ts', JSON.stringify(parameters)]);
  let state = { readings: 0, openGaps: 0 };
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  child.on('message', (message) => {
    state = message as typeof state;
  });
  return {
    untilReadings: async (count) => {
      await vi.waitFor(() => expect(state.readings).toBeGreaterThanOrEqual(count), patience);
      return state.readings;
    },
    untilNoGaps: () => vi.waitFor(() => expect(state.openGaps).toBe(0), patience),
    kill: () =>
      new Promise((resolve) => {
        child.once('exit', () => resolve());
        child.kill('SIGKILL');
      }),
  };
}

/** What a killed gateway left on disk. */
function spooled(folder: string): RecordingSink {
  const spool = openSpool({ dir: `${folder}/spool`, gateway: 'test' });
  const sink = new RecordingSink();
  for (const lane of lanes) {
    for (const { payload } of spool.read(lane, 0, 1_000_000))
      sink.readings.push(...decodeBatch(payload.toString()).readings);
  }
  return sink;
}
