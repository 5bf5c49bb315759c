import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { initInflux } from '../../store/influx/setup.ts';
import { openInfluxStore } from '../../store/influx-store.ts';
import { startInfluxd } from '../peers/influxd.ts';
import { hasMosquitto, Mosquitto } from '../peers/mosquitto.ts';
import { tagCount } from './child-setup.ts';
import { record } from './durability-report.ts';
import { faults } from './faults.ts';
import { numberPlant } from './numbers.ts';
import { Child, compileChildren } from './processes.ts';
import { verify } from './verify.ts';

const COUNT = 20_000;
const influx = await startInfluxd();

beforeAll(compileChildren);
const open: { stop(): Promise<unknown> }[] = [];
afterAll(async () => {
  for (const one of open.reverse()) await one.stop().catch(() => undefined); // killed in the test already
  await influx?.stop();
});

test.skipIf(!influx || !hasMosquitto())(
  'mosquitto, two ingest processes sharing the load: one is killed, then the broker, then the gateway, and nothing is lost or doubled',
  { timeout: 400_000 },
  async () => {
    const began = performance.now();
    const dir = (): string => mkdtempSync(join(tmpdir(), 'plantscope-shared-'));
    const address = { url: influx?.url ?? '', database: 'shared' };
    await initInflux(address, {});
    const broker = await Mosquitto.start();
    open.push(broker);
    const brokerUrl = broker.url;
    const ingest = async (member: string): Promise<Child> => {
      const child = await Child.start({
        role: 'ingest',
        dir: dir(),
        brokerUrl,
        member,
        store: { kind: 'influxdb', ...address },
      });
      open.push(child);
      return child;
    };
    const [one, two] = [await ingest('1'), await ingest('2')];
    const gatewayDir = dir();
    const startGateway = async (): Promise<Child> => {
      const child = await Child.start({ role: 'gateway', dir: gatewayDir, brokerUrl });
      open.push(child);
      return child;
    };
    let gateway = await startGateway();
    for (let from = 0; from < COUNT; from += 200) {
      await gateway.ask(`take ${from} ${from + 200}`);
      if (from === COUNT / 4) await one.kill();
      if (from === COUNT / 2) {
        await broker.kill();
        await broker.resume();
      }
      if (from === (COUNT * 3) / 4) {
        await gateway.kill();
        gateway = await startGateway();
      }
    }
    await vi.waitFor(async () => expect((await gateway.ask('size')).size).toBe(0), {
      timeout: 60_000,
      interval: 100,
    });
    expect((await two.ask('size')).stored).toBeGreaterThan(0);
    const store = await openInfluxStore({ ...address, tags: numberPlant(tagCount).tags, timeZone: 'UTC' });
    const verdict = await verify(store, COUNT);
    await store.close();
    record({
      fault: faults.sharedLoad,
      store: 'InfluxDB',
      ...verdict,
      quarantined: 0,
      seconds: (performance.now() - began) / 1000,
    });
    expect(verdict).toEqual({ expected: COUNT, missing: 0, duplicated: 0, foreign: 0 });
  },
);
