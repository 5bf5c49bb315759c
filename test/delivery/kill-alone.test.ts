import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDuckDbStore } from '../../store/duckdb-store.ts';
import { initInflux } from '../../store/influx/setup.ts';
import { openInfluxStore } from '../../store/influx-store.ts';
import type { TimeSeriesStore } from '../../store/time-series-store.ts';
import { startInfluxd } from '../peers/influxd.ts';
import { hasMosquitto } from '../peers/mosquitto.ts';
import { startTcpProxy } from '../peers/tcp-proxy.ts';
import { type StoreAddress, tagCount } from './child-setup.ts';
import { record } from './durability-report.ts';
import { ExternalPath } from './external-path.ts';
import { type FaultName, faults, type StoreName } from './faults.ts';
import { numberPlant } from './numbers.ts';
import { compileChildren } from './processes.ts';
import { seeded } from './seeded.ts';
import { verify } from './verify.ts';

const COUNT = 4000;
const KILLS = 20;
const influx = await startInfluxd();

beforeAll(compileChildren);
afterAll(() => influx?.stop());

interface Target {
  readonly address: StoreAddress;
  readonly open: () => Promise<TimeSeriesStore>;
}

async function duckDb(): Promise<Target> {
  const file = join(mkdtempSync(join(tmpdir(), 'plantscope-alone-')), 'readings.duckdb');
  return { address: { kind: 'duckdb', file }, open: () => openDuckDbStore({ file, timeZone: 'UTC' }) };
}

async function influxDb(database: string): Promise<Target> {
  const address = { url: influx?.url ?? '', database };
  await initInflux(address, {});
  const tags = numberPlant(tagCount).tags;
  return {
    address: { kind: 'influxdb', ...address },
    open: () => openInfluxStore({ ...address, tags, timeZone: 'UTC' }),
  };
}

describe.skipIf(!hasMosquitto()).each(['DuckDB', 'InfluxDB'] as const)('%s behind mosquitto', (store) => {
  const target = (name: string): Promise<Target> => (store === 'DuckDB' ? duckDb() : influxDb(name));
  const isAway = store === 'InfluxDB' && influx === undefined;
  const kills = [
    [faults.ingestKilled, (path: ExternalPath) => path.restartIngest()],
    [faults.gatewayKilled, (path: ExternalPath) => path.restartGateway()],
    [faults.brokerKilled, (path: ExternalPath) => path.restartBroker()],
  ] as const;

  test.skipIf(isAway).each(kills)('%s', { timeout: 400_000 }, async (fault, kill) => {
    const random = seeded(20);
    await run(fault, store, await target(`alone_${fault.length}`), async (path) => {
      for (let killed = 0; killed < KILLS; killed++) {
        await path.take((killed * COUNT) / KILLS, ((killed + 1) * COUNT) / KILLS);
        await pause(random() * 50); // the moment of the kill, not a wait for something
        await kill(path);
      }
    });
  });

  test.skipIf(isAway)(faults.halfOpenBroker, { timeout: 240_000 }, async () => {
    let proxy: Awaited<ReturnType<typeof startTcpProxy>> | undefined;
    const wire = async (port: number): Promise<number> => {
      proxy = await startTcpProxy(port);
      return proxy.port;
    };
    const drive = async (path: ExternalPath): Promise<void> => {
      for (const part of [0, 1]) {
        proxy?.freeze();
        await path.take((part * COUNT) / 2, ((part + 1) * COUNT) / 2);
        await path.gatewayNoticed();
        proxy?.mend();
        await path.delivered();
      }
    };
    await run(faults.halfOpenBroker, store, await target('half_open'), drive, wire);
    await proxy?.close();
  });
});

async function run(
  fault: FaultName,
  store: StoreName,
  { address, open }: Target,
  drive: (path: ExternalPath) => Promise<void>,
  wire?: (port: number) => Promise<number>,
): Promise<void> {
  const began = performance.now();
  const path = await ExternalPath.start(address, wire);
  try {
    await drive(path);
    await path.delivered();
  } finally {
    await path.stop();
  }
  const opened = await open();
  const verdict = await verify(opened, COUNT);
  await opened.close();
  record({ fault, store, ...verdict, quarantined: 0, seconds: (performance.now() - began) / 1000 });
  expect(verdict).toEqual({ expected: COUNT, missing: 0, duplicated: 0, foreign: 0 });
}
