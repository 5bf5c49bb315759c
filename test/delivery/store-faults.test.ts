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
import { type DurabilityRow, record } from './durability-report.ts';
import { type Decide, type FaultFront, startFaultFront } from './fault-front.ts';
import { NumberedDevice } from './numbered-device.ts';
import { numberPlant, numbersStartMs } from './numbers.ts';
import { type DeliveryPath, startDeliveryPath } from './platform.ts';
import { verify } from './verify.ts';

const COUNT = 2000;
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

const faults: readonly (readonly [fault: string, decide: Decide, leftOut: ReadonlySet<number>])[] = [
  ['HTTP 400 for what the store can not read', poisoned(400), POISON],
  ['HTTP 400, partial write: the rest is stored', partial, POISON],
  ['HTTP 422 for what the store can not take', poisoned(422), POISON],
  ['HTTP 413: more than 100 lines are too large', large, new Set()],
  ...[401, 404, 429, 500, 503].map(
    (status) => [`HTTP ${status}, four times`, first(4, status), new Set<number>()] as const,
  ),
  ['response lost after the store committed, four times', losing, new Set()],
  ['half-open connection to the store, twice', hanging, new Set()],
];

describe.skipIf(!influx)('InfluxDB behind a front that injects faults', () => {
  test.each(faults)('%s', { timeout: 60_000 }, async (fault, decide, leftOut) => {
    const front = await startFaultFront(influx?.url ?? '');
    const database = `fault_${faults.findIndex(([name]) => name === fault)}`;
    await initInflux({ url: influx?.url ?? '', database }, {});
    const open = (url: string): Promise<TimeSeriesStore> =>
      openInfluxStore({ url, database, tags: plant.tags, timeZone: 'UTC', timeoutMs: 1000 });
    const store = await open(front.url);
    front.decide = decide;
    await run({ fault, store: 'InfluxDB' }, store, leftOut);
    expect(front.faults).toBeGreaterThan(0);
    await store.close();
    await (front as FaultFront).stop();
  });
});

test.skipIf(!influx)(
  'InfluxDB: SIGKILL of the store in mid-stream, three times',
  { timeout: 60_000 },
  async () => {
    const server = await InfluxdProcess.start();
    const address = { url: server.url, database: 'killed' };
    await initInflux(address, {});
    const store = await openInfluxStore({ ...address, tags: plant.tags, timeZone: 'UTC' });
    await run(
      { fault: 'SIGKILL of the store, three times', store: 'InfluxDB' },
      store,
      new Set(),
      async (send) => {
        for (const part of [0, 1, 2]) {
          send(part);
          await server.kill();
          await server.resume();
        }
        send(3);
      },
    );
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
  await run(
    { fault: 'response lost after the store committed, four times', store: 'DuckDB' },
    losingStore,
    new Set(),
  );
  expect(lost).toBeGreaterThan(4);
  await store.close();
});

type Send = (part: number) => void;

/** A device sends all numbers, in four parts, through the real path; then the store is read back. */
async function run(
  row: Pick<DurabilityRow, 'fault' | 'store'>,
  store: Pick<TimeSeriesStore, 'write' | 'readings'>,
  leftOut: ReadonlySet<number>,
  drive: (send: Send) => Promise<void> = async (send) => [0, 1, 2, 3].forEach(send),
): Promise<void> {
  const began = performance.now();
  const path = await startDeliveryPath(mkdtempSync(join(tmpdir(), 'plantscope-fault-')), plant, store);
  const device = new NumberedDevice(path.broker.url, path.credentials.get('device')?.password ?? '');
  await drive((part) => device.send((part * COUNT) / 4, ((part + 1) * COUNT) / 4));
  await delivered(path, device);
  const verdict = await verify(store, COUNT, leftOut);
  const quarantined = path.state.quarantine.counts().items;
  await device.stop();
  await path.stop();
  record({ ...row, ...verdict, quarantined, seconds: (performance.now() - began) / 1000 });
  expect({ ...verdict, quarantined }).toEqual({
    ...{ expected: COUNT - leftOut.size, missing: 0, duplicated: 0, foreign: 0 },
    quarantined: leftOut.size,
  });
}

async function delivered({ spool }: DeliveryPath, device: NumberedDevice): Promise<void> {
  await vi.waitFor(() => expect(device.unacknowledged).toBe(0), { timeout: 20_000, interval: 10 });
  await vi.waitFor(() => expect(spool.size()).toBe(0), { timeout: 30_000, interval: 10 });
}
