import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { skipReason } from '../datasets.ts';
import { freePort } from './influxd.ts';

const MOSQUITTO = '/usr/sbin/mosquitto';
const START_TIMEOUT_MS = 10_000;

/** Whether a test with a real mosquitto can run here; says why where it can't. */
export const hasMosquitto = (): boolean =>
  existsSync(MOSQUITTO) || skipReason('mosquitto', `${MOSQUITTO} is not installed`) !== undefined;

/** A mosquitto of its own on a free loopback port, which can be killed and started again. */
export class Mosquitto {
  readonly port: number;
  readonly folder: string;
  #process: ChildProcess | undefined;

  private constructor(folder: string, port: number) {
    this.folder = folder;
    this.port = port;
  }

  /** @param lines of the configuration, beside the listener, `{folder}` for its own; default: anybody may come */
  static async start(lines = 'allow_anonymous true'): Promise<Mosquitto> {
    const folder = mkdtempSync(join(tmpdir(), 'plantscope-mosquitto-'));
    const broker = new Mosquitto(folder, await freePort());
    // Started by root it would change to a user who can't read the test's folder.
    const user = process.getuid?.() === 0 ? 'user root\n' : '';
    const queue = lines.includes('max_queued_messages') ? '' : 'max_queued_messages 0\n';
    const text = `${user}listener ${broker.port} 127.0.0.1\n${queue}${lines}\n`;
    writeFileSync(join(folder, 'mosquitto.conf'), text.replaceAll('{folder}', folder));
    await broker.resume();
    return broker;
  }

  get url(): string {
    return `mqtt://127.0.0.1:${this.port}`;
  }

  /** Of the process that runs now; 0: none. */
  get pid(): number {
    return this.#process?.pid ?? 0;
  }

  async resume(): Promise<void> {
    this.#process = spawn(MOSQUITTO, ['-c', join(this.folder, 'mosquitto.conf')], { stdio: 'ignore' });
    const deadline = Date.now() + START_TIMEOUT_MS;
    while (!(await answers(this.port))) {
      if (Date.now() > deadline) throw new Error(`${MOSQUITTO} does not answer on ${this.port}`);
      await pause(20);
    }
  }

  async kill(): Promise<void> {
    const process = this.#process;
    if (process === undefined || process.exitCode !== null || process.signalCode !== null) return;
    const ended = new Promise((resolve) => process.once('exit', resolve));
    process.kill('SIGKILL');
    await ended;
  }

  async stop(): Promise<void> {
    await this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => socket.end(() => resolve(true)));
    socket.once('error', () => resolve(false));
  });
