import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { initInflux } from '../../store/influx/setup.ts';
import { openInfluxStore } from '../../store/influx-store.ts';
import { skipReason } from '../datasets.ts';
import { freePort, startInfluxd } from '../peers/influxd.ts';
import { tagCount } from './child-setup.ts';
import { record } from './durability-report.ts';
import { numberPlant } from './numbers.ts';
import { Child, compileChildren } from './processes.ts';
import { verify } from './verify.ts';

const MOSQUITTO = '/usr/sbin/mosquitto';
const COUNT = 20_000;
const influx = await startInfluxd();
const hasMosquitto =
  existsSync(MOSQUITTO) || skipReason('mosquitto', `${MOSQUITTO} is not installed`) !== undefined;

beforeAll(compileChildren);
const open: { stop(): Promise<unknown> }[] = [];
afterAll(async () => {
  for (const one of open.reverse()) await one.stop().catch(() => undefined); // killed in the test already
  await influx?.stop();
});

test.skipIf(!influx || !hasMosquitto)(
  'mosquitto, two ingest processes sharing the load: one is killed, then the broker, then the gateway, and nothing is lost or doubled',
  { timeout: 120_000 },
  async () => {
    const began = performance.now();
    const dir = (): string => mkdtempSync(join(tmpdir(), 'plantscope-shared-'));
    const address = { url: influx?.url ?? '', database: 'shared' };
    await initInflux(address, {});
    const broker = await Mosquitto.start(dir());
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
      if (from === COUNT / 2) await broker.restart();
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
    const fault =
      'mosquitto: SIGKILL of one of two ingest processes, then of the broker, then of the gateway';
    record({
      fault,
      store: 'InfluxDB',
      ...verdict,
      quarantined: 0,
      seconds: (performance.now() - began) / 1000,
    });
    expect(verdict).toEqual({ expected: COUNT, missing: 0, duplicated: 0, foreign: 0 });
  },
);

class Mosquitto {
  readonly url: string;
  readonly #port: number;
  readonly #configuration: string;
  #process: ChildProcess | undefined;

  private constructor(dir: string, port: number) {
    this.#port = port;
    this.url = `mqtt://127.0.0.1:${port}`;
    this.#configuration = join(dir, 'mosquitto.conf');
    writeFileSync(
      this.#configuration,
      `listener ${port} 127.0.0.1\nallow_anonymous true\nmax_queued_messages 0\n`,
    );
  }

  static async start(dir: string): Promise<Mosquitto> {
    const broker = new Mosquitto(dir, await freePort());
    await broker.#resume();
    return broker;
  }

  /** SIGKILL without persistence: everything it held is gone. */
  async restart(): Promise<void> {
    await this.stop();
    await this.#resume();
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.#process?.once('exit', resolve));
    this.#process?.kill('SIGKILL');
    await ended;
  }

  async #resume(): Promise<void> {
    this.#process = spawn(MOSQUITTO, ['-c', this.#configuration], { stdio: 'ignore' });
    await vi.waitFor(() => canConnect(this.#port), { timeout: 10_000, interval: 20 });
  }
}

function canConnect(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve();
    });
    socket.once('error', reject);
  });
}
