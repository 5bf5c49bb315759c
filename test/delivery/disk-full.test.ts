import { existsSync, mkdtempSync, readdirSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { openDuckDbStore } from '../../store/duckdb-store.ts';
import { initInflux } from '../../store/influx/setup.ts';
import { openInfluxStore } from '../../store/influx-store.ts';
import type { TimeSeriesStore } from '../../store/time-series-store.ts';
import { skipReason } from '../datasets.ts';
import { limitFileSize } from '../peers/file-limit.ts';
import { freePort, InfluxdProcess, startInfluxd } from '../peers/influxd.ts';
import { type StoreAddress, tagCount } from './child-setup.ts';
import { record } from './durability-report.ts';
import { runFault } from './fault-run.ts';
import { type FaultName, faults, type StoreName } from './faults.ts';
import { NumberedDevice } from './numbered-device.ts';
import { numberPlant } from './numbers.ts';
import type { DeliveryPath } from './platform.ts';
import { Child, compileChildren } from './processes.ts';
import { verify } from './verify.ts';

const PART = 5000;
const MOST = 100_000;
const within = { timeout: 60_000, interval: 20 };
const influx = await startInfluxd();
const hasPrlimit =
  existsSync('/usr/bin/prlimit') || skipReason('prlimit', '/usr/bin/prlimit is not installed') !== undefined;
const { tags } = numberPlant(tagCount);

beforeAll(compileChildren);
afterAll(() => influx?.stop());

test.skipIf(!hasPrlimit)(`DuckDB: ${faults.diskFull}`, { timeout: 180_000 }, async () => {
  const dir = mkdtempSync(join(tmpdir(), 'plantscope-full-'));
  const file = join(dir, 'readings.duckdb');
  await fillPlatform(faults.diskFull, 'DuckDB', dir, { kind: 'duckdb', file }, () =>
    openDuckDbStore({ file, timeZone: 'UTC' }),
  );
});

test.skipIf(!hasPrlimit || !influx)(`InfluxDB: ${faults.spoolDiskFull}`, { timeout: 180_000 }, async () => {
  const address = { url: influx?.url ?? '', database: 'spool_full' };
  await initInflux(address, {});
  const dir = mkdtempSync(join(tmpdir(), 'plantscope-full-'));
  await fillPlatform(faults.spoolDiskFull, 'InfluxDB', dir, { kind: 'influxdb', ...address }, () =>
    openInfluxStore({ ...address, tags, timeZone: 'UTC' }),
  );
});

/** Bounds the files of a whole platform in a process of its own until a station of it is down, then lifts the bound. */
async function fillPlatform(
  fault: FaultName,
  name: StoreName,
  dir: string,
  store: StoreAddress,
  open: () => Promise<TimeSeriesStore>,
): Promise<void> {
  const began = performance.now();
  const port = await freePort();
  const child = await Child.start({ role: 'embedded', dir, port, store });
  const device = new NumberedDevice(`mqtt://127.0.0.1:${port}`, (await child.ask('size')).password ?? '');
  await vi.waitFor(() => expect(device.isConnected).toBe(true), within);
  limitFileSize(child.pid, largestFile(dir));
  let sent = 0;
  await vi.waitFor(async () => {
    if (sent < MOST && device.unacknowledged < PART) {
      device.send(sent, sent + PART);
      sent += PART;
    }
    expect((await child.ask('size')).down).not.toEqual([]);
  }, within);
  limitFileSize(child.pid, undefined);
  await vi.waitFor(() => expect(device.unacknowledged).toBe(0), within);
  await vi.waitFor(async () => expect((await child.ask('size')).size).toBe(0), within);
  await device.stop();
  await child.stop();
  const opened = await open();
  const verdict = await verify(opened, sent);
  await opened.close();
  record({ fault, store: name, ...verdict, quarantined: 0, seconds: (performance.now() - began) / 1000 });
  expect(verdict).toEqual({ expected: sent, missing: 0, duplicated: 0, foreign: 0 });
}

function largestFile(folder: string): number {
  const sizes = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => statSync(join(entry.parentPath, entry.name)).size);
  return Math.max(...sizes);
}

test.skipIf(!hasPrlimit || !influx)(`InfluxDB: ${faults.storeDiskFull}`, { timeout: 180_000 }, async () => {
  const server = await InfluxdProcess.start();
  const address = { url: server.url, database: 'store_full' };
  await initInflux(address, {});
  const store = await openInfluxStore({ ...address, tags, timeZone: 'UTC' });
  const count = 4 * PART;
  const drive = async (device: NumberedDevice, path: DeliveryPath): Promise<void> => {
    limitFileSize(server.pid, 50_000);
    device.send(0, count);
    await vi.waitFor(() => expect(path.ingest.health().state).toBe('down'), within);
    expect(path.ingest.health().lastError?.message).toMatch(/ 500 /);
    await server.kill();
    await server.resume();
  };
  await runFault({ fault: faults.storeDiskFull, store: 'InfluxDB', count, drive }, store);
  await store.close();
  await server.stop();
});
