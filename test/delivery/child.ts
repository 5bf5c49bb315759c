/** One process of the delivery path, started by the fault tests to be killed: `node child.js '<json of ChildSetup>'`. */
import { join } from 'node:path';
import { outliveFailedCommits } from '../../cli/failed-commits.ts';
import { createGateway } from '../../gateway/gateway.ts';
import { openSpool } from '../../gateway/lmdb-spool.ts';
import { BrokerConsumer } from '../../ingest/broker-consumer.ts';
import { createIngest } from '../../ingest/pipeline.ts';
import { systemClock } from '../../model/clock.ts';
import type { StationHealth } from '../../model/health.ts';
import { openDuckDbStore } from '../../store/duckdb-store.ts';
import { openInfluxStore } from '../../store/influx-store.ts';
import { openLocalState } from '../../store/local-state.ts';
import type { TimeSeriesStore } from '../../store/time-series-store.ts';
import { type ChildReport, type ChildSetup, type StoreAddress, tagCount } from './child-setup.ts';
import { numberedReading, numberPlant } from './numbers.ts';
import { startDeliveryPath } from './platform.ts';

outliveFailedCommits(); // as the command does
const plant = numberPlant(tagCount);
const setup = JSON.parse(process.argv[2] ?? '{}') as ChildSetup;
const parts = await start(setup);
process.on(
  'message',
  (message) => void parts.answer(message as string).then((report) => process.send?.(report)),
);
process.on('disconnect', () => process.exit(0)); // the test run is gone
process.send?.({ ready: true, size: 0 } satisfies ChildReport);

interface Parts {
  answer(question: string): Promise<ChildReport>;
}

function start({ role, ...rest }: ChildSetup): Promise<Parts> {
  if (role === 'embedded') return startEmbedded(rest);
  return role === 'gateway' ? startGateway(rest) : startIngest(rest);
}

function downOf(stations: readonly StationHealth[]): string[] {
  return stations.filter(({ state }) => state === 'down').map(({ station }) => station);
}

async function openStore(address: StoreAddress | undefined): Promise<TimeSeriesStore> {
  if (address?.kind === 'duckdb') return openDuckDbStore({ file: address.file, timeZone: 'UTC' });
  if (address?.kind === 'influxdb') {
    return openInfluxStore({
      url: address.url,
      database: address.database,
      tags: plant.tags,
      timeZone: 'UTC',
    });
  }
  throw new Error('this role needs a store');
}

async function startEmbedded({ dir, port, store: address }: Omit<ChildSetup, 'role'>): Promise<Parts> {
  const store = await openStore(address);
  const path = await startDeliveryPath(dir, plant, store, port);
  return {
    answer: async (question) => {
      if (question === 'stop') {
        await path.stop();
        await store.close();
      }
      const { items } = question === 'stop' ? { items: 0 } : path.state.quarantine.counts();
      return {
        size: path.spool.size(),
        quarantined: items,
        down: question === 'stop' ? [] : downOf([path.spool.health(), path.ingest.health()]),
        password: path.credentials.get('device')?.password ?? '',
      };
    },
  };
}

/** Takes numbers by message instead of from a device: `take 100 200` spools 100 to 199 and answers when they are on disk. */
async function startGateway({ dir, brokerUrl = '' }: Omit<ChildSetup, 'role'>): Promise<Parts> {
  const state = openLocalState(dir);
  const spool = openSpool({ dir: join(dir, 'spool'), gateway: 'main' });
  const publisher = { url: brokerUrl, overdueMs: 1000, reconnectMs: 50, keepaliveS: 1 };
  const gateway = createGateway({
    plant,
    spool,
    sources: [],
    quarantine: state.quarantine,
    clock: systemClock,
    publisher,
  });
  await gateway.start();
  return {
    answer: async (question) => {
      const [, from, to] = /^take (\d+) (\d+)$/.exec(question) ?? [];
      const readings = [];
      for (let number = Number(from); number < Number(to); number++)
        readings.push(numberedReading(number, tagCount));
      if (readings.length > 0) await gateway.intake.accept(readings);
      if (question === 'stop') await gateway.stop();
      if (question === 'stop') return { size: spool.size() };
      return { size: spool.size(), down: downOf(gateway.health()) };
    },
  };
}

async function startIngest({
  dir,
  brokerUrl = '',
  member = '1',
  store: address,
}: Omit<ChildSetup, 'role'>): Promise<Parts> {
  const state = openLocalState(dir);
  const store = await openStore(address);
  const consumer = new BrokerConsumer({ url: brokerUrl, member });
  const ingest = createIngest({
    plant,
    store,
    dirty: state.dirtyWindows,
    quarantine: state.quarantine,
    clock: systemClock,
    confirm: (gateway, report) => consumer.confirm(gateway, report),
  });
  await consumer.start(ingest);
  return {
    answer: async (question) => {
      const stored = ingest.health().counters.stored ?? 0;
      if (question === 'stop') {
        await consumer.stop();
        await ingest.close();
        await store.close();
      }
      return { size: 0, stored, quarantined: question === 'stop' ? 0 : state.quarantine.counts().items };
    },
  };
}
