import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { type TestServer, temporaryFolder } from '../../peers/opcua-server.ts';
import { type SmallDisk, smallDisk } from '../../peers/small-disk.ts';
import {
  bench,
  calm,
  counters,
  faultRows,
  patience,
  serve,
  tags,
  untilComplete,
  untilLive,
} from './fault-bench.ts';
import { countSamples } from './fault-matrix.ts';
import { spooled, startGateway } from './gateway-process.ts';
import { clientTrusting, type RecordingSink, testSource } from './harness.ts';
import { startWholeWay } from './whole-way.ts';

describe('fault matrix of the gateway', { timeout: 240_000, retry: 0 }, () => {
  const record = faultRows();

  test('disk full', async () => {
    const server = await serve();
    const disk = smallDisk(16);
    const pkiFolder = await clientTrusting(server);
    const full = disk ? await realDiskFull(server.url, pkiFolder, disk) : await refusedWrites(server);
    const note = `${full.how}: nothing is taken off the queue until the spool holds it; a full queue stops the server from publishing`;
    const { recoveryS, sink } = full;
    record({ fault: 'disk full', history: 'yes', recoveryS, ...countSamples(sink, counters), note });
  });

  test('broker gone', async () => {
    const server = await serve();
    const source = testSource({ ...calm, url: server.url, tags, pkiFolder: await clientTrusting(server) });
    const { spool, stored, stopBroker, startBroker } = await startWholeWay(source, tags);
    const untilStored = (more: number): Promise<void> =>
      vi.waitFor(() => expect(stored.readings.length).toBeGreaterThan(more), patience);
    await untilStored(40);
    await stopBroker();
    const seen = stored.readings.length;
    await vi.waitFor(() => expect(spool.size()).toBeGreaterThan(100), patience);
    expect(stored.readings.length).toBe(seen);
    await startBroker();
    const recoveryS = await untilLive(stored);
    await vi.waitFor(() => expect(spool.size()).toBeLessThan(60), patience);
    await vi.waitFor(() => expect(countSamples(stored, counters).missing).toBe(0), patience);
    const note =
      'the spool keeps everything until ingest reports it stored; then it is sent in order, a window at a time';
    const counted = countSamples(stored, counters);
    record({ fault: 'broker gone', history: 'not needed', recoveryS, ...counted, note });
  });

  test('clock stepped', async () => {
    let stepMs = 0;
    const server = await serve();
    const { source, sink } = await bench(server, {
      ...calm,
      clock: { nowMs: () => Date.now() + stepMs },
    });
    for (const step of [3_600_000, -3_600_000]) {
      stepMs = step;
      await vi.waitFor(
        () => expect(Math.abs((source.health().clockSkewMs ?? 0) + step)).toBeLessThan(60_000),
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
    const first = startGateway(server.url, folder, pkiFolder, tags);
    await first.untilReadings(60);
    await first.kill();
    const killedAt = performance.now();
    await vi.waitFor(() => expect(performance.now() - killedAt).toBeGreaterThan(1_500), patience);
    const second = startGateway(server.url, folder, pkiFolder, tags);
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

interface DiskFull {
  readonly how: string;
  readonly recoveryS: number;
  readonly sink: RecordingSink;
}

/** A gateway process whose spool lies on a file system that is filled to the last page, then emptied. */
async function realDiskFull(url: string, pkiFolder: string, disk: SmallDisk): Promise<DiskFull> {
  onTestFinished(() => disk.remove());
  const gateway = startGateway(url, disk.folder, pkiFolder, tags);
  await gateway.untilReadings(60);
  disk.fill();
  await gateway.untilSpool('down');
  // LMDB calls a page that fits in part an input/output error.
  expect(gateway.spoolError()).toMatch(/No space left|Input.output error/);
  await gateway.untilQueue(40);
  disk.free();
  const start = performance.now();
  await gateway.untilSpool('ok');
  const recoveryS = (performance.now() - start) / 1000;
  const after = await gateway.untilReadings(1);
  await gateway.untilReadings(after + 40);
  await gateway.untilNoGaps();
  await gateway.kill();
  return { how: 'a real ENOSPC on a small file system', recoveryS, sink: spooled(disk.folder) };
}

/** Where this user may not mount a small file system. */
async function refusedWrites(server: TestServer): Promise<DiskFull> {
  const { source, sink } = await bench(server);
  sink.failure = Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
  await vi.waitFor(() => expect(source.health().queue).toBeGreaterThan(40), patience);
  sink.failure = undefined;
  const recoveryS = await untilLive(sink);
  await untilComplete({ source, sink });
  return { how: 'writes refused by the test, as no small file system may be mounted here', recoveryS, sink };
}
