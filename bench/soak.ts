/**
 * The whole platform, as `plantscope start` runs it, under load for minutes: MQTT devices of ten tags each send once a
 * second, a prober asks the API for what was just sent, the memory is watched, and at the end every reading is counted.
 * Memory is told by thirds of the time after the warm-up, of the process and of its parts, and whether it stayed flat.
 * `npm run build && npm run bench -- soak [seconds] [readings a second]`
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { connectAsync, type MqttClient } from 'mqtt';
import { BrokerCredentials } from '../ingest/broker-credentials.ts';
import { openDuckDbStore } from '../store/duckdb-store.ts';
import { freePort } from '../test/peers/influxd.ts';
import { type MemoryCourse, memoryCourse } from './load/memory-course.ts';
import { processorTimeS } from './load/processor-time.ts';
import { peakResidentMb, type ResidentMemoryMb, residentMemoryMb } from './load/resident-memory.ts';

const TAGS = 10;
const CONNECTIONS = 10;
const STEP_MS = 10;
const POLL_MS = 15;
const WATCH_MS = 2000;
/** What the first queries and compilations take is not what is measured. */
const WARM_UP_S = 20;

const [seconds = 600, readingsPerS = 10_000] = process.argv.slice(2).map(Number);
const devices = Math.round(readingsPerS / TAGS);
const folder = mkdtempSync(join(tmpdir(), 'plantscope-soak-'));
const data = join(folder, 'data');
const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const brokerPort = await freePort();
writeFileSync(join(folder, 'plant.yaml'), plantFile());

interface Running {
  readonly child: ChildProcess;
  readonly url: string;
  readonly token: string;
}

interface MemorySample extends ResidentMemoryMb {
  /** What V8 holds of the anonymous memory, and what of that is in use, garbage included. */
  readonly heap: number;
  readonly heapUsed: number;
}

interface Sent {
  readonly device: number;
  readonly timeMs: number;
}

const { password } = BrokerCredentials.open(data).ensure('device', { publish: ['#'], subscribe: [] });
const platform = await startPlatform();
const clients = await Promise.all(
  Array.from({ length: CONNECTIONS }, () =>
    connectAsync(`mqtt://127.0.0.1:${brokerPort}`, { username: 'device', password }),
  ),
);
const load = { messages: 0, unacknowledged: 0, isOver: false, last: undefined as Sent | undefined };
const latenciesMs: number[] = [];
const memoryMb: MemorySample[] = [];
const cpuBeforeS = processorTimeS(platform.child.pid ?? 0);
const beganMs = Date.now();
await Promise.all([publishAll(), probe(), watchMemory()]);
const tookS = (Date.now() - beganMs) / 1000;
const cpuCores = (processorTimeS(platform.child.pid ?? 0) - cpuBeforeS) / tookS;
while (load.unacknowledged > 0) await pause(20);
await spoolEmpty();
const peakRssMb = peakResidentMb(platform.child.pid ?? 0);
const ended = new Promise((resolve) => platform.child.once('exit', resolve));
await Promise.all(clients.map((client) => client.endAsync()));
platform.child.kill('SIGINT');
await ended;
const stored = await countStored();
process.stdout.write(`${JSON.stringify(summary())}\n`);
rmSync(folder, { recursive: true, force: true });

function summary() {
  latenciesMs.sort((a, b) => a - b);
  const quantile = (q: number): number | undefined => latenciesMs[Math.ceil(latenciesMs.length * q) - 1];
  const sent = load.messages * TAGS;
  return {
    ...{
      seconds: Math.round(tookS),
      sentPerS: Math.round(sent / tookS),
      sent,
      stored,
      missing: sent - stored,
    },
    ...{ probes: latenciesMs.length, p50Ms: quantile(0.5), p99Ms: quantile(0.99), maxMs: latenciesMs.at(-1) },
    rssMb: course(({ anonymous, file }) => anonymous + file),
    anonymousMb: course(({ anonymous }) => anonymous),
    heapMb: course(({ heap }) => heap),
    heapUsedMb: course(({ heapUsed }) => heapUsed),
    nativeMb: course(({ anonymous, heap }) => anonymous - heap),
    fileMb: course(({ file }) => file),
    peakRssMb,
    cpuCores: Number(cpuCores.toFixed(2)),
  };
}

/** Memory over the run, once warm. */
function course(of: (sample: MemorySample) => number): MemoryCourse {
  return memoryCourse(memoryMb.slice(Math.ceil((WARM_UP_S * 1000) / WATCH_MS)).map(of));
}

/** Device `n` sends in the `n`th part of each second. */
async function publishAll(): Promise<void> {
  let due = 0;
  while (due < seconds * devices) {
    const until = Math.min(seconds * devices, Math.floor(((Date.now() - beganMs) / 1000) * devices));
    for (; due < until; due++) send(clients[due % CONNECTIONS] as MqttClient, due % devices);
    await pause(STEP_MS);
  }
  load.isOver = true;
}

function send(client: MqttClient, device: number): void {
  const timeMs = Date.now();
  const values = Array.from({ length: TAGS }, (_, tag) => [`q${tag}`, (load.messages % 997) + tag / 10]);
  const payload = JSON.stringify({ ts: timeMs, ...Object.fromEntries(values) });
  load.messages++;
  load.unacknowledged++;
  load.last = { device, timeMs };
  client.publish(`d${device}`, payload, { qos: 1 }, (error) => {
    if (error) throw error;
    load.unacknowledged--;
  });
}

/** From the moment a device sends until the API answers with that reading. */
async function probe(): Promise<void> {
  while (!load.isOver) {
    const sent = load.last;
    if (sent === undefined) {
      await pause(STEP_MS);
      continue;
    }
    while ((await latestMs(sent.device)) < sent.timeMs) await pause(POLL_MS);
    if (Date.now() - beganMs > WARM_UP_S * 1000) latenciesMs.push(Date.now() - sent.timeMs);
    load.last = undefined;
  }
}

async function latestMs(device: number): Promise<number> {
  const [latest] = await get<{ sourceTime: string }[]>(`/api/v1/latest?tags=d${device}.q0`);
  return latest === undefined ? 0 : Date.parse(latest.sourceTime);
}

async function watchMemory(): Promise<void> {
  while (!load.isOver) {
    const [heap, heapUsed] = await heapMb();
    memoryMb.push({ ...residentMemoryMb(platform.child.pid ?? 0), heap, heapUsed });
    await pause(WATCH_MS);
  }
}

async function heapMb(): Promise<[total: number, used: number]> {
  const metrics = await (await request('/metrics')).text();
  const mb = (name: string): number =>
    Math.round(
      Number(new RegExp(`^nodejs_heap_size_${name}_bytes (\\S+)`, 'm').exec(metrics)?.[1]) / 2 ** 20,
    );
  return [mb('total'), mb('used')];
}

async function spoolEmpty(): Promise<void> {
  for (;;) {
    const { stations } = await get<{ stations: { station: string; queue?: number }[] }>('/api/v1/health');
    if (stations.find(({ station }) => station === 'spool')?.queue === 0) return;
    await pause(100);
  }
}

async function countStored(): Promise<number> {
  const store = await openDuckDbStore({ file: join(data, 'plantscope.duckdb'), timeZone: 'UTC' });
  const counts = await store.tagCounts({ startMs: beganMs - 60_000, endMs: Date.now() + 60_000 });
  await store.close();
  return counts.reduce((sum, { count }) => sum + count, 0);
}

async function get<T>(path: string): Promise<T> {
  return (await (await request(path)).json()) as T;
}

async function request(path: string): Promise<Response> {
  const headers = { authorization: `Bearer ${platform.token}` };
  const response = await fetch(platform.url + path, { headers });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return response;
}

async function startPlatform(): Promise<Running> {
  const command = join(root, 'dist', 'cli', 'main.js');
  const args = [command, 'start', '--port', '0', '--data', data, '--config', join(folder, 'plant.yaml')];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  for await (const line of createInterface({ input: child.stdout })) {
    const link = /http:\/\/\S+token=\S+/.exec(line)?.[0];
    if (link === undefined) continue;
    const { origin, searchParams } = new URL(link);
    return { child, url: origin, token: searchParams.get('token') ?? '' };
  }
  throw new Error('the platform ended before it printed its link');
}

function plantFile(): string {
  const tags = Array.from({ length: TAGS }, (_, tag) => `q${tag}: { unit: '1' }`).join(', ');
  const assets = Array.from(
    { length: devices },
    (_, n) =>
      `- { id: d${n}, name: Device ${n}, nature: generic, source: shop, base: d${n}#/, tags: { ${tags} } }`,
  );
  return `version: 1
site: { id: soak, name: Soak, timeZone: UTC }
broker: { kind: embedded, port: ${brokerPort} }
sources:
  shop: { kind: mqtt, time: { pointer: /ts } }
areas:
  - id: hall
    lines:
      - id: line
        assets:
          ${assets.join('\n          ')}
`;
}
