import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { InfluxAddress } from '../../store/influx/connection.ts';
import { skipReason } from '../datasets.ts';

/** A real InfluxDB for a test file. */
export interface InfluxPeer extends InfluxAddress {
  /** A fresh name; the caller creates it (`initInflux`), or lets 1.x take a test's `CREATE DATABASE`. */
  readonly database: string;
  /** Of a server started here: the process and its data are gone afterwards. */
  stop(): Promise<void>;
}

const INFLUXD = '/usr/bin/influxd';
const START_TIMEOUT_MS = 30_000;

/**
 * The server that INFLUX_URL names (with INFLUX_TOKEN and INFLUX_ORG; then run one test file at a time), or Debian's InfluxDB 1.x started on free
 * loopback ports with a folder of its own; undefined, with a printed reason, where there is neither.
 */
export async function startInfluxd(): Promise<InfluxPeer | undefined> {
  const database = `test_${randomUUID().slice(0, 8)}`;
  const { INFLUX_URL: url, INFLUX_TOKEN: token, INFLUX_ORG: org } = process.env;
  if (url) {
    return { url, database, ...(token && { token }), ...(org && { org }), stop: async () => undefined };
  }
  if (!existsSync(INFLUXD)) {
    return skipReason('influxdb', `${INFLUXD} is not installed and INFLUX_URL is not set`);
  }
  const server = await InfluxdProcess.start();
  return { url: server.url, database, stop: () => server.stop() };
}

/** An InfluxDB 1.x process that can be killed and started again on the same data. */
export class InfluxdProcess {
  readonly url: string;
  readonly #folder: string;
  #process: ChildProcess | undefined;

  private constructor(folder: string, httpPort: number) {
    this.#folder = folder;
    this.url = `http://127.0.0.1:${httpPort}`;
  }

  static async start(): Promise<InfluxdProcess> {
    const folder = mkdtempSync(join(tmpdir(), 'plantscope-influxd-'));
    const [httpPort, rpcPort] = [await freePort(), await freePort()];
    writeFileSync(join(folder, 'influxdb.conf'), configuration(folder, httpPort, rpcPort));
    const server = new InfluxdProcess(folder, httpPort);
    await server.resume();
    return server;
  }

  /** Of the process that runs now; 0: none. */
  get pid(): number {
    return this.#process?.pid ?? 0;
  }

  /** Starts it (again) and waits until it answers. */
  async resume(): Promise<void> {
    this.#process = spawn(INFLUXD, ['-config', join(this.#folder, 'influxdb.conf')], { stdio: 'ignore' });
    await answering(this.url);
  }

  /** SIGKILL, and gone once it resolves. */
  async kill(): Promise<void> {
    const process = this.#process;
    if (process === undefined || process.exitCode !== null || process.signalCode !== null) return;
    const ended = new Promise((resolve) => process.once('exit', resolve));
    process.kill('SIGKILL');
    await ended;
  }

  async stop(): Promise<void> {
    await this.kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** Also used by benchmarks, outside of the test runner, so it polls by itself. */
async function answering(url: string): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  for (;;) {
    const answer = await fetch(`${url}/ping`).catch(() => undefined);
    if (answer?.status === 204) return;
    if (Date.now() > deadline) throw new Error(`${INFLUXD} does not answer at ${url}`);
    await pause(50);
  }
}

function configuration(folder: string, httpPort: number, rpcPort: number): string {
  return `
reporting-enabled = false
bind-address = "127.0.0.1:${rpcPort}"
[meta]
  dir = "${folder}/meta"
[data]
  dir = "${folder}/data"
  wal-dir = "${folder}/wal"
  query-log-enabled = false
[monitor]
  store-enabled = false
[http]
  bind-address = "127.0.0.1:${httpPort}"
  log-enabled = false
`;
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}
