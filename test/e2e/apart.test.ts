import { type ChildProcess, spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { connectAsync } from 'mqtt';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { mosquittoPassword } from '../../cli/secrets.ts';
import { batchTopic, encodeBatch } from '../../model/batch.ts';
import { loadPlant } from '../../plant/load.ts';
import { initInflux } from '../../store/influx/setup.ts';
import { openInfluxStore } from '../../store/influx-store.ts';
import { skipReason } from '../datasets.ts';
import { type InfluxPeer, startInfluxd } from '../peers/influxd.ts';
import { runCommand } from './process.ts';
import { freePort } from './test-platform.ts';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const command = join(root, 'dist', 'cli', 'main.js');
const mosquitto = existsSync('/usr/sbin/mosquitto')
  ? '/usr/sbin/mosquitto'
  : skipReason('mosquitto', '/usr/sbin/mosquitto is not installed');
const influx: InfluxPeer | undefined = await startInfluxd();

const broker = { username: 'platform', password: 'secret of the test' };

/** Register of a meter: 1 kWh a minute over two hours. */
const START = Date.UTC(2026, 10, 20, 0);
const rows = Array.from(
  { length: 121 },
  (_, i) => `${new Date(START + i * 60_000).toISOString()},${1000 + i}`,
);

describe.skipIf(!mosquitto || !influx)(
  "the parts as processes of their own, with the stack's broker rights and InfluxDB",
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'plantscope-apart-'));
    const config = join(folder, 'plant.yaml');
    const children: ChildProcess[] = [];
    let brokerPort = 0;
    let energyUrl = '';
    let token = '';

    beforeAll(async () => {
      brokerPort = await freePort();
      const energyPort = await freePort();
      energyUrl = `http://127.0.0.1:${energyPort}`;
      writeFileSync(join(folder, 'register.csv'), `time,kWh\n${rows.join('\n')}\n`);
      writeFileSync(join(folder, 'broker_platform'), broker.password);
      writeFileSync(
        config,
        `
version: 1
site: { id: apart, name: Apart, timeZone: Asia/Shanghai }
store: { kind: influxdb, url: '${influx?.url}', database: ${influx?.database} }
broker: { kind: external, url: 'mqtt://127.0.0.1:${brokerPort}', username: platform, passwordFile: broker_platform }
sources: { recording: { kind: replay, file: register.csv, time: { column: time } } }
areas:
  - id: hall
    lines:
      - id: line
        assets:
          - { id: m1, nature: electricity-meter, source: recording, tags: { activeEnergyTotal: { address: kWh } } }
`,
      );
      await initInflux(influx as InfluxPeer, {});
      await startBroker(brokerPort);
      const shared = join(folder, 'platform-data');
      start('serve', 'ingest', '--data', shared);
      start('serve', 'energy', '--data', shared, '--port', String(energyPort));
      start('serve', 'gateway', '--data', join(folder, 'gateway-data'));
      token = (await runCommand(['token', '--data', shared])).stdout.trim();
    }, 60_000);

    afterAll(async () => {
      for (const child of children.reverse()) {
        const ended = new Promise((resolve) => child.once('exit', resolve));
        if (child.exitCode === null && child.kill('SIGTERM')) await ended;
      }
      await influx?.stop();
    });

    function start(...args: string[]): void {
      children.push(
        spawn(process.execPath, [command, ...args, '--config', config], { cwd: folder, stdio: 'ignore' }),
      );
    }

    /** The stack's own configuration, with this test's paths and port. */
    async function startBroker(port: number): Promise<void> {
      const data = join(folder, 'broker-data');
      mkdirSync(data);
      copyFileSync(join(root, 'deploy', 'mosquitto.acl'), join(folder, 'acl'));
      writeFileSync(join(folder, 'passwords'), `${mosquittoPassword(broker.username, broker.password)}\n`);
      const text = readFileSync(join(root, 'deploy', 'mosquitto.conf'), 'utf8')
        .replace('listener 1883', `listener ${port} 127.0.0.1`)
        .replace('/run/secrets/broker_passwords', join(folder, 'passwords'))
        .replace('/mosquitto/config/acl', join(folder, 'acl'))
        .replace('/mosquitto/data/', `${data}/`);
      writeFileSync(join(folder, 'mosquitto.conf'), `user root\n${text}`);
      children.push(spawn(mosquitto as string, ['-c', join(folder, 'mosquitto.conf')], { stdio: 'ignore' }));
    }

    test('a recording goes through gateway, mosquitto, ingest and InfluxDB; the energy service derives and serves it', async () => {
      const rowsOf = async (path: string): Promise<{ fields: { value: number } }[]> => {
        const response = await fetch(energyUrl + path, { headers: { authorization: `Bearer ${token}` } });
        expect(response.status).toBe(200);
        return ((await response.json()) as { rows: { fields: { value: number } }[] }).rows;
      };
      const range = `from=${new Date(START).toISOString()}&to=${new Date(START + 7_200_000).toISOString()}`;
      const intervals = await vi.waitFor(
        async () => {
          const found = await rowsOf(`/api/v1/results/energy_interval?${range}`);
          expect(found).toHaveLength(8);
          return found;
        },
        { timeout: 60_000, interval: 250 },
      );
      expect(intervals.map(({ fields }) => fields.value)).toEqual(Array.from({ length: 8 }, () => 15));
      const view = async <T>(path: string): Promise<T> => {
        const headers = { authorization: `Bearer ${token}` };
        const response = await fetch(`${energyUrl}/api/v1/energy/${path}?${range}`, { headers });
        expect(response.status, path).toBe(200);
        return (await response.json()) as T;
      };
      const { meters } = await view<{ meters: object[] }>('demand');
      expect(meters).toMatchObject([
        { asset: 'm1', completeness: 1, months: [{ month: '2026-11', demandKw: 60, slidingKw: 60 }] },
      ]);
      expect(await view('carbon')).toMatchObject({ carriers: [{ amount: 120, completeness: 1 }] });
      expect(await view('balance')).toMatchObject({
        carriers: [{ meters: [{ asset: 'm1', measured: 120 }] }],
      });
      const days = await vi.waitFor(
        async () => {
          const day = `from=${new Date(START - 86_400_000).toISOString()}&to=${new Date(START + 86_400_000).toISOString()}`;
          const found = await rowsOf(`/api/v1/results/energy_day?${day}`);
          expect(found.map(({ fields }) => fields.value)).toContain(120);
          return found;
        },
        { timeout: 60_000, interval: 500 },
      );
      expect(days[0]?.fields).toMatchObject({ unit: 'kWh', demandKw: 60, edition: expect.any(String) });
    }, 90_000);

    test('a reading typed in at the energy service is checked, stored, and in the figures', async () => {
      const enter = async (reading: number, query = '') => {
        const operator = (
          await runCommand(['token', '--role', 'operator', '--data', join(folder, 'platform-data')])
        ).stdout.trim();
        const response = await fetch(`${energyUrl}/api/v1/energy/meters/readings${query}`, {
          method: 'POST',
          headers: { authorization: `Bearer ${operator}`, 'content-type': 'text/csv' },
          body: `meter,time,reading\nm1,${new Date(START + 8_100_000).toISOString()},${reading}\n`,
        });
        return { status: response.status, answer: await response.json() };
      };
      expect(await enter(900)).toMatchObject({
        status: 200,
        answer: { stored: 0, doubts: [{ meter: 'm1' }] },
      });
      expect(await enter(1135)).toEqual({ status: 200, answer: { stored: 1, doubts: [] } });
      const span = `from=${new Date(START + 7_200_000).toISOString()}&to=${new Date(START + 8_100_000).toISOString()}`;
      await vi.waitFor(
        async () => {
          const path = `${energyUrl}/api/v1/energy/consumption?every=interval&${span}`;
          const response = await fetch(path, { headers: { authorization: `Bearer ${token}` } });
          const { meters } = (await response.json()) as { meters: { points: { value: number }[] }[] };
          expect(meters[0]?.points[0]?.value).toBe(15);
        },
        { timeout: 60_000, interval: 250 },
      );
    }, 90_000);

    test('what ingest refused is listed by a service, mended, replayed, and then it is stored', async () => {
      const shared = join(folder, 'platform-data');
      const quarantine = (...args: string[]) =>
        runCommand(['quarantine', ...args, '--url', energyUrl, '--data', shared]);
      const timeMs = START + 9_000_000;
      const reading = { tag: 'm1.activeEnergyTotal', timeMs, timeNs: 0, value: 'much', status: 0 } as const;
      const client = await connectAsync(`mqtt://127.0.0.1:${brokerPort}`, broker);
      const batch = encodeBatch({ epoch: 1, sequence: 1, readings: [{ ...reading, origin: 'import' }] });
      await client.publishAsync(batchTopic('apart'), batch, { qos: 1 });
      await client.endAsync();
      const [item] = await vi.waitFor(async () => {
        const items = JSON.parse((await quarantine('list', '--json')).stdout) as { id: number }[];
        expect(items).toMatchObject([{ reason: 'kind-mismatch', from: 'gateway:apart' }]);
        return items;
      }, 20_000);
      const mended = { tag: reading.tag, time: new Date(timeMs).toISOString(), value: 1150 };
      const done = await quarantine('replay', String(item?.id), '--payload', JSON.stringify(mended));
      expect(done).toMatchObject({ code: 0 });
      expect(JSON.parse((await quarantine('list', '--json')).stdout)).toEqual([]);
      const store = await openInfluxStore({
        ...(influx as InfluxPeer),
        ...{ tags: loadPlant(config).plant.tags, timeZone: 'UTC' },
      });
      onTestFinished(() => store.close());
      const found = await store.readings({ tags: [reading.tag], startMs: timeMs, endMs: timeMs + 1 });
      expect(found[0]?.points).toMatchObject([{ value: 1150 }]);
    }, 60_000);
  },
);
