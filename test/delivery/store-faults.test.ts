import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { openDuckDbStore } from '../../store/duckdb-store.ts';
import { initInflux } from '../../store/influx/setup.ts';
import { openInfluxStore } from '../../store/influx-store.ts';
import type { TimeSeriesStore } from '../../store/time-series-store.ts';
import { InfluxdProcess, startInfluxd } from '../peers/influxd.ts';
import { tagCount } from './child-setup.ts';
import { type Decide, type FaultFront, startFaultFront } from './fault-front.ts';
import { runFault } from './fault-run.ts';
import { type FaultName, faults } from './faults.ts';
import type { NumberedDevice } from './numbered-device.ts';
import { numberPlant, numbersStartMs } from './numbers.ts';
import type { DeliveryPath } from './platform.ts';

const COUNT = 2000;
/** Ten tags, one reading a second each. */
const HOUR_COUNT = 36_000;
/** Readings that a store refuses for good in the faults that name them. */
const POISON: ReadonlySet<number> = new Set([17, 400, 401, 1999]);
const plant = numberPlant(tagCount);
const influx = await startInfluxd();
afterAll(() => influx?.stop());

/** The lines of the poisoned readings, known by their source time. */
const isPoison = (line: string): boolean =>
  [...POISON].some((number) => line.endsWith(` ${numbersStartMs + number}000000`));
const linesOf = (lines: string): string[] => lines.split('\n').filter((line) => line !== '');
const hasPoison = (lines: string): boolean => linesOf(lines).some(isPoison);

const first =
  (writes: number, status: number): Decide =>
  (_lines, write) =>
    write < writes ? { status, message: `fault ${status}` } : undefined;

const poisoned =
  (status: number): Decide =>
  (lines) =>
    hasPoison(lines) ? { status, message: 'unable to parse' } : undefined;

const partial: Decide = (lines) => {
  if (!hasPoison(lines)) return undefined;
  const store = linesOf(lines)
    .filter((line) => !isPoison(line))
    .join('\n');
  return { status: 400, message: 'partial write: field type conflict dropped=1', store };
};

const large: Decide = (lines) =>
  linesOf(lines).length > 100 ? { status: 413, message: 'Request Entity Too Large' } : undefined;

const losing: Decide = (_lines, write) => (write < 4 ? 'lose-response' : undefined);
const hanging: Decide = (_lines, write) => (write < 2 ? 'hang' : undefined);

const cases: readonly (readonly [fault: FaultName, decide: Decide, leftOut: ReadonlySet<number>])[] = [
  [faults.http400, poisoned(400), POISON],
  [faults.httpPartial, partial, POISON],
  [faults.http422, poisoned(422), POISON],
  [faults.http413, large, new Set()],
  [faults.http401, first(4, 401), new Set()],
  [faults.http404, first(4, 404), new Set()],
  [faults.http429, first(4, 429), new Set()],
  [faults.http500, first(4, 500), new Set()],
  [faults.http503, first(4, 503), new Set()],
  [faults.responseLost, losing, new Set()],
  [faults.halfOpenStore, hanging, new Set()],
];

describe.skipIf(!influx)('InfluxDB behind a front that injects faults', () => {
  test.each(cases)('%s', { timeout: 60_000 }, async (fault, decide, leftOut) => {
    const front = await startFaultFront(influx?.url ?? '');
    const database = `fault_${cases.findIndex(([name]) => name === fault)}`;
    await initInflux({ url: influx?.url ?? '', database }, {});
    const open = (url: string): Promise<TimeSeriesStore> =>
      openInfluxStore({ url, database, tags: plant.tags, timeZone: 'UTC', timeoutMs: 1000 });
    const store = await open(front.url);
    front.decide = decide;
    await runFault({ fault, store: 'InfluxDB', count: COUNT, leftOut }, store);
    expect(front.faults).toBeGreaterThan(0);
    await store.close();
    await (front as FaultFront).stop();
  });
});

test.skipIf(!influx)(
  'InfluxDB: SIGKILL of the store in mid-stream, three times',
  { timeout: 120_000 },
  async () => {
    const server = await InfluxdProcess.start();
    const address = { url: server.url, database: 'killed' };
    await initInflux(address, {});
    const store = await openInfluxStore({ ...address, tags: plant.tags, timeZone: 'UTC' });
    const drive = async (device: NumberedDevice): Promise<void> => {
      for (const part of [0, 1, 2]) {
        device.send((part * COUNT) / 4, ((part + 1) * COUNT) / 4);
        await server.kill();
        await server.resume();
      }
      device.send((3 * COUNT) / 4, COUNT);
    };
    await runFault({ fault: faults.storeKilled, store: 'InfluxDB', count: COUNT, drive }, store);
    await store.close();
    await server.stop();
  },
);

test.skipIf(!influx)(
  'InfluxDB: the store is away while an hour of readings comes; the spool holds them, ingest does not',
  { timeout: 180_000 },
  async () => {
    const server = await InfluxdProcess.start();
    const address = { url: server.url, database: 'away' };
    await initInflux(address, {});
    const store = await openInfluxStore({ ...address, tags: plant.tags, timeZone: 'UTC' });
    const drive = async (device: NumberedDevice, path: DeliveryPath): Promise<void> => {
      await server.kill();
      device.send(0, HOUR_COUNT);
      await vi.waitFor(() => expect(device.unacknowledged).toBe(0), { timeout: 60_000, interval: 20 });
      expect(path.spool.size()).toBe(HOUR_COUNT);
      expect(path.ingest.health()).toMatchObject({ state: 'down' });
      expect(path.ingest.health().queue).toBeLessThanOrEqual(64); // the gateway's window, in batches
      await server.resume();
    };
    await runFault({ fault: faults.storeAway, store: 'InfluxDB', count: HOUR_COUNT, drive }, store);
    await store.close();
    await server.stop();
  },
);

test('DuckDB: the answer is lost after the commit, four times', { timeout: 60_000 }, async () => {
  const file = join(mkdtempSync(join(tmpdir(), 'plantscope-fault-')), 'readings.duckdb');
  const store = await openDuckDbStore({ file, timeZone: 'UTC' });
  let lost = 0;
  const write: TimeSeriesStore['write'] = async (readings) => {
    const refused = await store.write(readings);
    if (lost++ < 4) throw new Error('lost after the commit');
    return refused;
  };
  const losingStore = { write, readings: store.readings.bind(store) };
  await runFault({ fault: faults.responseLost, store: 'DuckDB', count: COUNT }, losingStore);
  expect(lost).toBeGreaterThan(4);
  await store.close();
});
