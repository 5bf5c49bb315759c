import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { openDuckDbStore } from '../../store/duckdb-store.ts';
import { initInflux } from '../../store/influx/setup.ts';
import { openInfluxStore } from '../../store/influx-store.ts';
import type { TimeSeriesStore } from '../../store/time-series-store.ts';
import { freePort, startInfluxd } from '../peers/influxd.ts';
import { type StoreAddress, tagCount } from './child-setup.ts';
import { record } from './durability-report.ts';
import { faults } from './faults.ts';
import { NumberedDevice } from './numbered-device.ts';
import { numberPlant } from './numbers.ts';
import { Child, compileChildren } from './processes.ts';
import { seeded } from './seeded.ts';
import { verify } from './verify.ts';

const COUNT = 10_000;
const KILLS = 20;
const influx = await startInfluxd();

beforeAll(compileChildren);
afterAll(() => influx?.stop());

test('DuckDB: 20 SIGKILL of the whole platform in a row, nothing lost or doubled', {
  timeout: 400_000,
}, async () => {
  const dir = mkdtempSync(join(tmpdir(), 'plantscope-kill-'));
  const file = join(dir, 'readings.duckdb');
  await run(dir, { kind: 'duckdb', file }, () => openDuckDbStore({ file, timeZone: 'UTC' }));
});

test.skipIf(!influx)(
  'InfluxDB: 20 SIGKILL of the whole platform in a row, nothing lost or doubled',
  { timeout: 400_000 },
  async () => {
    const { url = '' } = influx ?? {};
    const address = { url, database: 'kill' };
    await initInflux(address, {});
    const dir = mkdtempSync(join(tmpdir(), 'plantscope-kill-'));
    const tags = numberPlant(tagCount).tags;
    await run(dir, { kind: 'influxdb', ...address }, () =>
      openInfluxStore({ ...address, tags, timeZone: 'UTC' }),
    );
  },
);

async function run(
  dir: string,
  store: StoreAddress,
  openStore: () => Promise<TimeSeriesStore>,
): Promise<void> {
  const began = performance.now();
  const port = await freePort();
  const start = (): Promise<Child> => Child.start({ role: 'embedded', dir, port, store });
  let child = await start();
  const device = new NumberedDevice(`mqtt://127.0.0.1:${port}`, (await child.ask('size')).password ?? '');
  const random = seeded(20);
  for (let kill = 0; kill < KILLS; kill++) {
    device.send((kill * COUNT) / KILLS, ((kill + 1) * COUNT) / KILLS);
    await vi.waitFor(() => expect(device.isConnected).toBe(true), { timeout: 10_000, interval: 5 });
    await pause(random() * 300); // the moment of the kill, not a wait for something
    await child.kill();
    child = await start();
  }
  await vi.waitFor(() => expect(device.unacknowledged).toBe(0), { timeout: 30_000, interval: 20 });
  await vi.waitFor(async () => expect((await child.ask('size')).size).toBe(0), {
    timeout: 30_000,
    interval: 50,
  });
  await device.stop();
  await child.stop();
  const opened = await openStore();
  const verdict = await verify(opened, COUNT);
  await opened.close();
  const name = store.kind === 'duckdb' ? 'DuckDB' : 'InfluxDB';
  const seconds = (performance.now() - began) / 1000;
  record({
    fault: faults.embeddedKilled,
    store: name,
    ...verdict,
    quarantined: 0,
    seconds,
  });
  expect(verdict).toEqual({ expected: COUNT, missing: 0, duplicated: 0, foreign: 0 });
}
