/**
 * Readings a second from mosquitto (QoS 1) through ingest into a store, all of them counted in the store afterwards, and
 * beside it what InfluxDB's HTTP write takes of the same lines, ready made, in the same round. Medians.
 * `npm run bench -- ingest [rounds] [case ...]`; cases: rawHttp, influx100, influx1, duckdb100, and to see where time goes
 * consume100, consume1 (broker to consumer, nothing behind) and null100, null1 (the pipeline on a store that keeps nothing).
 * Beside each rate the processor time a reading that each process took, in microseconds.
 * The server is Debian's InfluxDB 1.x, started here, or what INFLUX_URL names (with INFLUX_TOKEN, INFLUX_ORG, and INFLUX_PID for
 * its processor time).
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { BrokerConsumer } from '../ingest/broker-consumer.ts';
import type { Ingest } from '../ingest/ingest.ts';
import { createIngest } from '../ingest/pipeline.ts';
import { systemClock } from '../model/clock.ts';
import { openDuckDbStore } from '../store/duckdb-store.ts';
import type { InfluxAddress } from '../store/influx/connection.ts';
import { readingLine } from '../store/influx/line-protocol.ts';
import { SeriesBook } from '../store/influx/series-book.ts';
import { initInflux } from '../store/influx/setup.ts';
import { openInfluxStore } from '../store/influx-store.ts';
import { openLocalState } from '../store/local-state.ts';
import type { TimeSeriesStore } from '../store/time-series-store.ts';
import { InfluxdProcess } from '../test/peers/influxd.ts';
import { Mosquitto } from '../test/peers/mosquitto.ts';
import { processorTimeS } from './load/processor-time.ts';
import { loadPlant, loadReading } from './load/readings.ts';

const LINES_A_REQUEST = 10_000;
const RAW_WRITERS = 4;
const BATCHED = 1_000_000;
const SINGLE = 100_000;

interface Measured {
  readonly readingsPerS: number;
  /** Microseconds of processor time a reading. */
  readonly cpuUs: Readonly<Record<string, number>>;
}

const [rounds = 5] = process.argv.slice(2, 3).map(Number);
const wanted = process.argv.slice(3);
const folder = mkdtempSync(join(tmpdir(), 'plantscope-ingest-bench-'));
const influx = await startServer();
/** Names databases of this run alone, also on a server that stays. */
const run = process.pid;
const broker = await Mosquitto.start('allow_anonymous true\nmax_inflight_messages 0');

const cases: Readonly<Record<string, (round: number) => Promise<Measured>>> = {
  rawHttp: (round) => rawHttp(`raw${run}_${round}`),
  influx100: async (round) => throughIngest(await influxStore(`batched${run}_${round}`), 100, BATCHED),
  influx1: async (round) => throughIngest(await influxStore(`single${run}_${round}`), 1, SINGLE),
  duckdb100: async (round) => throughIngest(await duckDbStore(round), 100, BATCHED),
  consume100: () => consumeOnly(100, BATCHED),
  consume1: () => consumeOnly(1, SINGLE),
  null100: () => throughIngest(nullStore(), 100, BATCHED),
  null1: () => throughIngest(nullStore(), 1, SINGLE),
};
const chosen = wanted.length > 0 ? wanted : ['rawHttp', 'influx100', 'influx1', 'duckdb100'];
const measured = new Map(chosen.map((name) => [name, [] as Measured[]]));
for (let round = 0; round < rounds; round++) {
  for (const name of chosen) {
    const one = await cases[name]?.(round);
    if (one) measured.get(name)?.push(one);
    process.stderr.write(`${name}: ${JSON.stringify(one)}\n`);
  }
}
await broker.stop();
await influx.stop();
rmSync(folder, { recursive: true });
process.stdout.write(`${JSON.stringify(summary())}\n`);

interface Server {
  readonly address: Omit<InfluxAddress, 'database'>;
  readonly pid: number;
  stop(): Promise<void>;
}

async function startServer(): Promise<Server> {
  const { INFLUX_URL: url, INFLUX_TOKEN: token, INFLUX_ORG: org, INFLUX_PID: pid = 0 } = process.env;
  if (url) {
    const address = { url, ...(token && { token }), ...(org && { org }) };
    return { address, pid: Number(pid), stop: async () => undefined };
  }
  const server = await InfluxdProcess.start();
  return { address: { url: server.url }, pid: server.pid, stop: () => server.stop() };
}

function summary() {
  const medians = Object.fromEntries([...measured].map(([name, all]) => [name, medianOf(all)]));
  const { rawHttp: raw, influx100 } = medians;
  const share = raw && influx100 ? Math.round((100 * influx100) / raw) : undefined;
  const rssMb = Math.round(process.memoryUsage().rss / 2 ** 20);
  return { rounds, ...medians, shareOfRawPercent: share, rssMb };
}

function medianOf(all: readonly Measured[]): number {
  const rates = all.map(({ readingsPerS }) => readingsPerS).sort((a, b) => a - b);
  return rates[Math.floor(rates.length / 2)] ?? 0;
}

async function influxStore(database: string): Promise<TimeSeriesStore> {
  await initInflux({ ...influx.address, database }, {});
  return openInfluxStore({ ...influx.address, database, tags: loadPlant.tags, timeZone: 'UTC' });
}

function duckDbStore(round: number): Promise<TimeSeriesStore> {
  return openDuckDbStore({ file: join(folder, `${round}.duckdb`), timeZone: 'UTC' });
}

type Sink = Pick<TimeSeriesStore, 'write' | 'close'> &
  Partial<Pick<TimeSeriesStore, 'tagCounts' | 'writeColumns'>>;

function nullStore(): Sink {
  return { write: async () => [], writeColumns: async () => [], close: async () => undefined };
}

async function throughIngest(store: Sink, perMessage: number, total: number): Promise<Measured> {
  const state = openLocalState(mkdtempSync(join(folder, 'state-')));
  const consumer = new BrokerConsumer({ url: broker.url, member: 'bench' });
  const ingest = createIngest({
    ...{ plant: loadPlant, store, clock: systemClock },
    ...{ dirty: state.dirtyWindows, quarantine: state.quarantine },
    confirm: (gateway, report) => consumer.confirm(gateway, report),
  });
  await consumer.start(ingest);
  const result = await underLoad(perMessage, total, () => ingest.health().counters.stored ?? 0);
  await consumer.stop();
  await ingest.close();
  await state.close();
  await checkCount(store, total);
  await store.close();
  return result;
}

async function checkCount(store: Sink, total: number): Promise<void> {
  const counts = await store.tagCounts?.({ startMs: 0, endMs: Date.UTC(2030, 0, 1) });
  const stored = counts?.reduce((sum, { count }) => sum + count, 0) ?? total;
  if (stored !== total) throw new Error(`${stored} of ${total} readings are in the store`);
}

async function consumeOnly(perMessage: number, total: number): Promise<Measured> {
  const consumer = new BrokerConsumer({ url: broker.url, member: 'bench' });
  let messages = 0;
  const batch = async (): Promise<void> => void messages++;
  await consumer.start({ batch } as unknown as Ingest); // the one method it calls
  const result = await underLoad(perMessage, total, () => messages * perMessage);
  await consumer.stop();
  return result;
}

/** Publishes and waits until all is done; only then may the publisher end. */
async function underLoad(perMessage: number, total: number, done: () => number): Promise<Measured> {
  const publisher = await startPublisher(perMessage, total);
  const ended = once(publisher, 'message');
  const clock = startClock({ influxd: influx.pid, mosquitto: broker.pid });
  publisher.send('go');
  while (done() < total) await pause(5);
  const { readingsPerS, cpuUs } = clock(total);
  const [{ cpuS }] = (await ended) as [{ readonly cpuS: number }];
  return { readingsPerS, cpuUs: { ...cpuUs, publisher: Number(((cpuS * 1e6) / total).toFixed(2)) } };
}

async function startPublisher(perMessage: number, total: number): Promise<ChildProcess> {
  const script = fileURLToPath(new URL('./load/publisher.js', import.meta.url));
  const port = new URL(broker.url).port;
  const publisher = fork(script, [port, String(perMessage), String(total)]);
  await once(publisher, 'message');
  return publisher;
}

function startClock(pids: Readonly<Record<string, number>>): (total: number) => Measured {
  const all = { self: process.pid, ...pids };
  const before = Object.entries(all).map(([name, pid]) => [name, pid, processorTimeS(pid)] as const);
  const began = performance.now();
  return (total) => {
    const readingsPerS = Math.round(total / ((performance.now() - began) / 1000));
    const cpuUs = Object.fromEntries(
      before.map(([name, pid, usedS]) => [
        name,
        Number((((processorTimeS(pid) - usedS) * 1e6) / total).toFixed(2)),
      ]),
    );
    return { readingsPerS, cpuUs };
  };
}

/** The platform's own lines, made before the clock starts; four requests under way, into a database of its own. */
async function rawHttp(database: string): Promise<Measured> {
  await initInflux({ ...influx.address, database }, {});
  const book = new SeriesBook(loadPlant.tags);
  const lineOf = (number: number): string => {
    const reading = loadReading(number);
    return readingLine(book.of(reading.tag)?.prefix ?? '', reading, false);
  };
  const bodies = Array.from({ length: BATCHED / LINES_A_REQUEST }, (_, body) =>
    Buffer.from(
      Array.from({ length: LINES_A_REQUEST }, (_, index) => lineOf(body * LINES_A_REQUEST + index)).join(
        '\n',
      ),
    ),
  );
  const agent = new Agent({ keepAlive: true });
  const clock = startClock({ influxd: influx.pid });
  const writer = async (): Promise<void> => {
    for (let body = bodies.pop(); body !== undefined; body = bodies.pop()) {
      const status = await post(writeUrl(database), body, agent);
      if (status !== 204) throw new Error(`the raw write is answered ${status}`);
    }
  };
  await Promise.all(Array.from({ length: RAW_WRITERS }, writer));
  const result = clock(BATCHED);
  agent.destroy();
  return result;
}

function writeUrl(database: string): string {
  const { url, org } = influx.address;
  return org ? `${url}/api/v2/write?org=${org}&bucket=${database}` : `${url}/write?db=${database}`;
}

function post(url: string, body: Buffer, agent: Agent): Promise<number> {
  return new Promise((resolve, reject) => {
    const { token } = influx.address;
    const headers = { 'content-length': body.length, ...(token && { authorization: `Token ${token}` }) };
    const outgoing = request(url, { method: 'POST', agent, headers }, (response) => {
      response.resume();
      response.once('end', () => resolve(response.statusCode ?? 0));
    });
    outgoing.once('error', reject).end(body);
  });
}
