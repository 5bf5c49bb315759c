/**
 * Readings a second from mosquitto (QoS 1) through ingest into a store, all of them counted in the store afterwards, and
 * beside it what InfluxDB's HTTP write takes of ready lines in the same round. Medians.
 * `npm run bench -- ingest [rounds]`; the publisher is a thread of its own and shares the machine.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { isMainThread, Worker, workerData } from 'node:worker_threads';
import { connectAsync } from 'mqtt';
import { BrokerConsumer } from '../ingest/broker-consumer.ts';
import { createIngest } from '../ingest/pipeline.ts';
import { batchTopic, encodeBatch } from '../model/batch.ts';
import { systemClock } from '../model/clock.ts';
import type { Reading } from '../model/reading.ts';
import { openDuckDbStore } from '../store/duckdb-store.ts';
import { initInflux } from '../store/influx/setup.ts';
import { openInfluxStore } from '../store/influx-store.ts';
import { openLocalState } from '../store/local-state.ts';
import type { TimeSeriesStore } from '../store/time-series-store.ts';
import { numberPlant } from '../test/delivery/numbers.ts';
import { freePort, InfluxdProcess } from '../test/peers/influxd.ts';

const MOSQUITTO = '/usr/sbin/mosquitto';
const UNDER_WAY = 500;
const LINES_A_REQUEST = 10_000;
const plant = numberPlant(200);
const startMs = Date.UTC(2026, 0, 1);

interface Load {
  readonly brokerUrl: string;
  readonly perMessage: number;
  readonly total: number;
}

if (isMainThread) await measureAll(Number(process.argv[2] ?? 5));
else await publishAll(workerData as Load);

function readingOf(number: number): Reading {
  const timeMs = startMs + Math.floor(number / plant.tags.length) * 1000;
  const tag = plant.tags[number % plant.tags.length]?.id ?? '';
  return { tag, timeMs, timeNs: 0, value: (number % 997) / 10, status: 0, origin: 'live' };
}

async function publishAll({ brokerUrl, perMessage, total }: Load): Promise<void> {
  const client = await connectAsync(brokerUrl, { clientId: 'bench-publisher' });
  let next = 0;
  const sender = async (): Promise<void> => {
    while (next < total) {
      const first = next;
      next += perMessage;
      const readings = Array.from({ length: perMessage }, (_, index) => readingOf(first + index));
      const payload = encodeBatch({ epoch: 1, sequence: first / perMessage + 1, readings });
      await client.publishAsync(batchTopic('bench'), payload, { qos: 1 });
    }
  };
  await Promise.all(Array.from({ length: UNDER_WAY }, sender));
  await client.endAsync();
}

async function measureAll(rounds: number): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'plantscope-ingest-bench-'));
  const influx = await InfluxdProcess.start();
  const port = await freePort();
  const configuration = `listener ${port} 127.0.0.1\nallow_anonymous true\nmax_queued_messages 0\nmax_inflight_messages 0\n`;
  writeFileSync(join(dir, 'mosquitto.conf'), configuration);
  const mosquitto = spawn(MOSQUITTO, ['-c', join(dir, 'mosquitto.conf')], { stdio: 'ignore' });
  const brokerUrl = `mqtt://127.0.0.1:${port}`;
  const rates: Record<string, number[]> = { rawHttp: [], influx100: [], influx1: [], duckdb100: [] };
  for (let round = 0; round < rounds; round++) {
    rates.rawHttp?.push(await rawHttp(influx.url, `raw${round}`, 300_000));
    for (const [name, perMessage, total] of [
      ['influx100', 100, 300_000],
      ['influx1', 1, 60_000],
    ] as const) {
      const address = { url: influx.url, database: `${name}r${round}` };
      await initInflux(address, {});
      const store = await openInfluxStore({ ...address, tags: plant.tags, timeZone: 'UTC' });
      rates[name]?.push(
        await throughIngest(store, join(dir, `${name}${round}`), { brokerUrl, perMessage, total }),
      );
    }
    const store = await openDuckDbStore({ file: join(dir, `${round}.duckdb`), timeZone: 'UTC' });
    const load = { brokerUrl, perMessage: 100, total: 300_000 };
    rates.duckdb100?.push(await throughIngest(store, join(dir, `duckdb${round}`), load));
  }
  mosquitto.kill();
  await influx.stop();
  rmSync(dir, { recursive: true });
  const medians = Object.fromEntries(Object.entries(rates).map(([name, values]) => [name, median(values)]));
  const shareOfRaw = Math.round((100 * (medians.influx100 ?? 0)) / (medians.rawHttp ?? 1));
  const rssMb = Math.round(process.memoryUsage().rss / 2 ** 20);
  process.stdout.write(`${JSON.stringify({ rounds, ...medians, shareOfRawPercent: shareOfRaw, rssMb })}\n`);
}

async function throughIngest(store: TimeSeriesStore, dir: string, load: Load): Promise<number> {
  const state = openLocalState(dir);
  const consumer = new BrokerConsumer({ url: load.brokerUrl, member: 'bench' });
  const ingest = createIngest({
    ...{ plant, store, clock: systemClock, dirty: state.dirtyWindows, quarantine: state.quarantine },
    confirm: (gateway, report) => consumer.confirm(gateway, report),
  });
  await consumer.start(ingest);
  const began = performance.now();
  const worker = new Worker(fileURLToPath(import.meta.url), { workerData: load });
  const published = new Promise((resolve, reject) => worker.once('exit', resolve).once('error', reject));
  while ((ingest.health().counters.stored ?? 0) < load.total) await pause(5);
  const rate = perSecond(load.total, began);
  await published;
  await consumer.stop();
  await ingest.close();
  await state.close();
  const counts = await store.tagCounts({ startMs: 0, endMs: Date.UTC(2030, 0, 1) });
  const stored = counts.reduce((sum, { count }) => sum + count, 0);
  if (stored !== load.total) throw new Error(`${stored} of ${load.total} readings are in the store`);
  await store.close();
  return rate;
}

/** Ready lines, four requests under way, into a database of its own. */
async function rawHttp(url: string, database: string, total: number): Promise<number> {
  await fetch(`${url}/query?q=${encodeURIComponent(`CREATE DATABASE ${database}`)}`, { method: 'POST' });
  const bodies = Array.from({ length: total / LINES_A_REQUEST }, (_, request) =>
    Array.from({ length: LINES_A_REQUEST }, (_, index) => {
      const { tag, timeMs, value } = readingOf(request * LINES_A_REQUEST + index);
      return `reading,asset=numbers,tag=${tag} value=${value} ${timeMs}000000`;
    }).join('\n'),
  );
  const began = performance.now();
  const writer = async (): Promise<void> => {
    for (let body = bodies.pop(); body !== undefined; body = bodies.pop()) {
      const answer = await fetch(`${url}/write?db=${database}`, { method: 'POST', body });
      if (answer.status !== 204) throw new Error(`the raw write is answered ${answer.status}`);
    }
  };
  await Promise.all(Array.from({ length: 4 }, writer));
  return perSecond(total, began);
}

function perSecond(count: number, beganMs: number): number {
  return Math.round(count / ((performance.now() - beganMs) / 1000));
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
