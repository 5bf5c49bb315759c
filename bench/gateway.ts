/**
 * Items that all change every second (or as often as asked), from an encrypted server in a process of its own, into the spool: readings lost,
 * memory, and the share of a core beyond what the OPC UA stack itself takes to decode the same notifications.
 * Usage: npm run bench -- gateway [items] [seconds] [milliseconds between two changes]
 */
import { fork } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { pino } from 'pino';
import { Intake } from '../gateway/intake.ts';
import { openSpool } from '../gateway/lmdb-spool.ts';
import { applicationIdentity, trust } from '../gateway/opcua/certificates.ts';
import { closeConnection, openConnection } from '../gateway/opcua/connection.ts';
import { LiveSession } from '../gateway/opcua/live-session.ts';
import { createOpcuaSource } from '../gateway/opcua/opcua-source.ts';
import { opcuaTag } from '../gateway/opcua/opcua-tag.ts';
import { securityChoice } from '../gateway/opcua/security.ts';
import type { TagState } from '../gateway/opcua/tag-state.ts';
import { defaultTiming } from '../gateway/opcua/timing.ts';
import type { SourceSink } from '../gateway/source.ts';
import { systemClock } from '../model/clock.ts';
import type { Plant, Tag } from '../model/plant.ts';
import type { Reading } from '../model/reading.ts';

const ITEMS = Number(process.argv[2] ?? 10_000);
const SECONDS = Number(process.argv[3] ?? 30);
const CHANGE_MS = Number(process.argv[4] ?? 1_000);
/** The test server is busy with its own items: it may take its time to answer. */
const timing = {
  ...defaultTiming,
  connectTimeoutMs: 120_000,
  requestTimeoutMs: 120_000,
  heartbeatTimeoutMs: 60_000,
};
const PUBLISHING_MS = 500;
const logger = pino({ level: 'warn' }, process.stderr);
const folder = mkdtempSync(join(tmpdir(), 'plantscope-gateway-bench-'));
const clientPki = join(folder, 'client');
const tags = Array.from({ length: ITEMS }, (_, index) => tagOf(index));

const server = await startServer();
try {
  const decodingShare = await measureDecoding();
  const whole = await measureGateway();
  const beyondShare = Math.round((whole.coreShare - decodingShare) * 1_000) / 1_000;
  process.stdout.write(
    `${JSON.stringify({ items: ITEMS, changeMs: CHANGE_MS, seconds: SECONDS, ...whole, decodingShare, beyondShare })}\n`,
  );
} finally {
  server.child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
}

/** Sessions and notifications as in the gateway, and nothing done with the values. */
async function measureDecoding(): Promise<number> {
  const identity = await applicationIdentity(clientPki);
  await trust(identity.store, readFileSync(server.certificateFile));
  const connection = await openConnection(server.url, {
    ...{ identity, security: securityChoice({}), user: undefined, timing },
    readSecret: () => '',
  });
  let decoded = 0;
  const values = (some: readonly unknown[]): void => {
    decoded += some.length;
  };
  const handler = { values, lost: () => undefined, subscriptionEnded: () => undefined };
  const options = { publishingMs: PUBLISHING_MS, timing, clock: systemClock, logger, handler };
  const live = await LiveSession.open(connection, options);
  const states = tags.map((tag): TagState => ({ opcua: opcuaTag(tag) }));
  await live.watch(states, async () => undefined);
  const share = await coreShare();
  if (decoded < (0.9 * ITEMS * SECONDS * 1_000) / CHANGE_MS)
    throw new Error(`only ${decoded} values were decoded`);
  await closeConnection(connection, 5_000);
  await identity.store.dispose();
  return share;
}

async function measureGateway() {
  const spool = openSpool({ dir: join(folder, 'spool'), gateway: 'bench', maxWaitingReadings: 50_000_000 });
  const plant = { tags } as unknown as Plant;
  const quarantine = { put: async () => undefined };
  const intake = new Intake({ plant, spool, quarantine, clock: systemClock });
  const numbers = new Map<string, { first: number; last: number; count: number }>();
  const sink: SourceSink = {
    accept: async (readings) => {
      for (const reading of readings) count(numbers, reading);
      await intake.accept(readings);
    },
    refuse: (refusals) => intake.refuse(refusals),
    newestTimeMs: (tag) => intake.newestTimeMs(tag),
  };
  const source = createOpcuaSource({
    ...{ id: 'plc', tags, clock: systemClock, logger, timing, pkiFolder: clientPki, readSecret: () => '' },
    config: { kind: 'opcua', endpoint: server.url, publishingInterval: `${PUBLISHING_MS}ms` },
  });
  await source.start(sink);
  while (numbers.size < ITEMS) await wait(200);
  const share = await coreShare();
  const residentMiB = Math.round(process.memoryUsage.rss() / 2 ** 20);
  await source.stop();
  await spool.close();
  return { coreShare: share, residentMiB, ...lossOf(numbers) };
}

/** Share of one core this process takes over the measured time, 0 to 1 and beyond. */
async function coreShare(): Promise<number> {
  await wait(5_000);
  const [began, before] = [performance.now(), process.cpuUsage()];
  await wait(SECONDS * 1_000);
  const { user, system } = process.cpuUsage(before);
  return Math.round((user + system) / (performance.now() - began)) / 1_000;
}

/** The server numbers its values: what is missing between the first and the last was lost. */
function count(
  numbers: Map<string, { first: number; last: number; count: number }>,
  { tag, value }: Reading,
): void {
  const number = Number(value);
  const seen = numbers.get(tag);
  if (!seen) numbers.set(tag, { first: number, last: number, count: 1 });
  else {
    seen.last = number;
    seen.count++;
  }
}

function lossOf(numbers: ReadonlyMap<string, { first: number; last: number; count: number }>) {
  let [expected, received] = [0, 0];
  for (const { first, last, count } of numbers.values()) {
    expected += last - first + 1;
    received += count;
  }
  return { expected, received, missing: expected - received };
}

async function startServer() {
  const port = await freePort();
  const script = pathToFileURL(join(process.cwd(), 'test', 'peers', 'opcua-server.mjs'));
  const options = {
    ...{ port, pkiFolder: join(folder, 'server'), counters: ITEMS, intervalMs: CHANGE_MS, history: false },
    capabilities: { maxMonitoredItems: 100_000, maxMonitoredItemsPerSubscription: 100_000 },
  };
  const child = fork(script, [JSON.stringify(options)]);
  const ready = await new Promise<{ certificateFile: string }>((resolve, reject) => {
    child.once('message', (message) => resolve(message as { certificateFile: string }));
    child.once('exit', (code) => reject(new Error(`the server ended with code ${code}`)));
  });
  return { child, url: `opc.tcp://127.0.0.1:${port}/`, certificateFile: ready.certificateFile };
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port is free');
  return address.port;
}

function tagOf(index: number): Tag {
  return {
    ...{ id: `plc.counter${index}`, asset: 'plc', area: 'area', line: 'line', quantity: `counter${index}` },
    definition: { unit: '1', kind: 'number', label: { en: 'counter', zh: '计数' } },
    ...{ unit: '1', sourceUnit: '1', multiplier: 1, nature: 'generic', source: 'plc' },
    address: `nsu=urn:plantscope:test;s=Counter${index}`,
    ...{ range: undefined, deadband: undefined, samplingIntervalMs: 0, writable: false },
  };
}
