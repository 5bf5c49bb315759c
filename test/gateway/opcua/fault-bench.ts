import { afterAll, expect, onTestFinished, vi } from 'vitest';
import type { OpcuaSource } from '../../../gateway/opcua/opcua-source.ts';
import {
  removeTemporaryFolders,
  startTestServer,
  type TestServer,
  type TestServerOptions,
  temporaryFolder,
} from '../../peers/opcua-server.ts';
import { startTcpProxy, type TcpProxy } from '../../peers/tcp-proxy.ts';
import { countSamples, type FaultRow, writeFaultMatrix } from './fault-matrix.ts';
import { clientTrusting, counterTag, RecordingSink, type TestSourceOptions, testSource } from './harness.ts';

export const counters = ['counter0', 'counter1', 'counter2', 'counter3'];
export const tags = counters.map((_, index) => counterTag(index));
/** Long enough for a machine that does much else; nothing waits for it to pass. */
export const patience = { timeout: 60_000, interval: 20 };

/** For faults that are none of the connection: a machine that stalls for a second must not look like a dead server. */
export const calm = { timing: { heartbeatMs: 2_000, heartbeatTimeoutMs: 20_000, requestTimeoutMs: 60_000 } };

export interface Bench {
  readonly server: TestServer;
  readonly source: OpcuaSource;
  readonly sink: RecordingSink;
  readonly pkiFolder: string;
}

/** A server, and a source that has read a dozen values of each counter from it. */
export async function bench(
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
export async function serve(options: TestServerOptions = {}): Promise<TestServer> {
  const server = await startTestServer({ pkiFolder: serverPki, ...options });
  onTestFinished(() => server.kill());
  return server;
}

export async function wire(server: TestServer): Promise<TcpProxy> {
  const proxy = await startTcpProxy(server.port);
  onTestFinished(() => proxy.close());
  return proxy;
}

/** Restarts a server on its port with its certificate, as after a power cut. */
export const again = (
  { port, pkiFolder }: TestServer,
  options: TestServerOptions = {},
): Promise<TestServer> => serve({ port, pkiFolder, ...options });

/** Seconds until each counter has a live value that is newer than now. */
export async function untilLive(
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
export async function untilComplete(
  { source, sink }: Pick<Bench, 'source' | 'sink'>,
  quantities: readonly string[] = counters,
) {
  await vi.waitFor(() => {
    expect(source.health().counters.openGaps).toBe(0);
    expect(countSamples(sink, quantities).missing).toBe(0);
  }, patience);
}

export const untilDown = (source: OpcuaSource): Promise<void> =>
  vi.waitFor(() => expect(source.health().state).toBe('down'), patience);

/** Gathers the rows of one file of tests, and puts them into the page after its last one; call it within `describe`. */
export function faultRows(): (row: FaultRow) => void {
  const rows: FaultRow[] = [];
  afterAll(() => {
    writeFaultMatrix(rows);
    removeTemporaryFolders();
  });
  return (row) => {
    rows.push(row);
    expect(row.duplicated).toBe(0);
    // Where the server keeps no history, what was lost while nobody listened is measured and stated, not forbidden.
    if (row.history !== 'no') expect(row.missing).toBe(0);
  };
}
