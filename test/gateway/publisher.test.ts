import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectAsync } from 'mqtt';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { openSpool } from '../../gateway/lmdb-spool.ts';
import { Publisher, type PublisherOptions } from '../../gateway/publisher.ts';
import type { SpoolOptions } from '../../gateway/spool-options.ts';
import { batchTopic, decodeBatch, encodeStoredReport, storedTopic } from '../../model/batch.ts';
import type { Reading } from '../../model/reading.ts';
import { dayMs } from '../../model/window.ts';
import { hasMosquitto, Mosquitto } from '../peers/mosquitto.ts';

vi.setConfig({ testTimeout: 180_000 });
const WAIT = { timeout: 120_000, interval: 20 };
const START_MS = Date.UTC(2026, 0, 1);

const open: { stop(): Promise<unknown> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.stop();
});

const reading = (timeMs: number): Reading => ({
  ...{ tag: 'm1.activePower', timeMs, timeNs: 0, value: timeMs, status: 0, origin: 'live' },
});

/** Stands for ingest: writes down what comes, in order, and reports it stored. */
async function ingest(url: string, gateway: string) {
  const client = await connectAsync(url, { reconnectPeriod: 50 });
  open.push({ stop: () => client.endAsync(true) });
  const times: number[] = [];
  client.on('message', (_topic, payload) => {
    const { epoch, sequence, readings } = decodeBatch(payload.toString());
    times.push(...readings.map(({ timeMs }) => timeMs));
    client.publish(storedTopic(gateway), encodeStoredReport({ epoch, sequences: [sequence] }), { qos: 1 });
  });
  await client.subscribeAsync(batchTopic(gateway), { qos: 1 });
  return times;
}

/** A publisher that is not started, between its spool and a broker; all end with the test. */
async function wired(options: {
  readonly spool?: Partial<SpoolOptions>;
  readonly publisher: Partial<PublisherOptions>;
  readonly broker?: string;
}) {
  const mosquitto = await Mosquitto.start(options.broker);
  open.push(mosquitto);
  const dir = mkdtempSync(join(tmpdir(), 'plantscope-publisher-'));
  const spool = openSpool({ dir, gateway: 'main', ...options.spool });
  open.push({ stop: () => spool.close() });
  const publisher = new Publisher({ spool, url: mosquitto.url, ...options.publisher });
  open.push({ stop: () => publisher.stop() });
  return { mosquitto, spool, publisher };
}

describe.skipIf(!hasMosquitto())('a broker that is away', () => {
  test('for a day: nothing is lost, the backlog comes in order, and what happens now does not wait for it', async () => {
    // The day passes on a clock of its own; sockets, disk and broker are real.
    let nowMs = START_MS;
    const clock = { nowMs: () => nowMs };
    const { mosquitto, spool, publisher } = await wired({
      spool: { clock, maxBatchReadings: 60 },
      publisher: { clock, windowBatches: 8, reconnectMs: 20 },
    });
    publisher.start();
    await vi.waitFor(() => expect(publisher.health().state).toBe('ok'), WAIT);
    await mosquitto.kill();
    await vi.waitFor(() => expect(publisher.health().state).toBe('down'), WAIT);
    const away: number[] = [];
    for (; nowMs < START_MS + dayMs; nowMs += 3_600_000) {
      const hour = Array.from({ length: 3600 }, (_, second) => nowMs + 1000 * second);
      away.push(...hour);
      await spool.append(hour.map(reading));
    }
    expect(spool.size()).toBe(86_400);
    expect(spool.health()).toMatchObject({ oldestS: 86_400, counters: { dropped: 0 } });

    await mosquitto.resume();
    const times = await ingest(mosquitto.url, 'main');
    await vi.waitFor(() => expect(times.length).toBeGreaterThan(0), WAIT);
    const isOld = (timeMs: number): boolean => timeMs < START_MS + dayMs;
    nowMs += 1000;
    await spool.append([reading(nowMs)]);
    await vi.waitFor(() => expect(times).toContain(nowMs), WAIT);
    const waitedFor = times.indexOf(nowMs);
    await vi.waitFor(() => expect(spool.size()).toBe(0), WAIT);
    // Each once, in order; the live one came before the backlog was through.
    const backlog = [...new Set(times.filter(isOld))];
    expect(backlog).toEqual(away);
    expect(waitedFor).toBeLessThan(away.length);
  });

  test('in the middle: what it took and nobody stored is sent again', async () => {
    const { mosquitto, spool, publisher } = await wired({
      spool: { maxBatchReadings: 10 },
      publisher: { windowBatches: 8, reconnectMs: 20 },
    });
    publisher.start();
    await vi.waitFor(() => expect(publisher.health().state).toBe('ok'), WAIT);
    await spool.append(Array.from({ length: 100 }, (_, n) => reading(START_MS + n)));
    await vi.waitFor(() => expect(publisher.health().counters.sent).toBeGreaterThanOrEqual(8), WAIT);
    await mosquitto.kill();
    await vi.waitFor(() => expect(publisher.health().state).toBe('down'), WAIT);
    await mosquitto.resume();
    const times = await ingest(mosquitto.url, 'main');
    await vi.waitFor(() => expect(spool.size()).toBe(0), WAIT);
    expect([...new Set(times)].sort((a, b) => a - b)).toEqual(
      Array.from({ length: 100 }, (_, n) => START_MS + n),
    );
  });
});

test.skipIf(!hasMosquitto())(
  'batches that the broker takes and nobody reports stored make the publisher degraded, until somebody does',
  async () => {
    const { mosquitto, spool, publisher } = await wired({ publisher: { overdueMs: 50, reconnectMs: 20 } });
    publisher.start();
    await spool.append([reading(START_MS)]);
    await vi.waitFor(() => expect(publisher.health().state).toBe('degraded'), WAIT);
    expect(publisher.health().summary).toContain('is ingest running');
    await ingest(mosquitto.url, 'main');
    await vi.waitFor(() => expect(publisher.health()).toMatchObject({ state: 'ok', queue: 0 }), WAIT);
  },
);

test.skipIf(!hasMosquitto())(
  'a batch larger than the broker takes is held back and told; all others go on, and it is tried again later',
  async () => {
    let nowMs = START_MS;
    const clock = { nowMs: () => nowMs };
    const { mosquitto, spool, publisher } = await wired({
      spool: { clock, maxBatchReadings: 1 },
      publisher: { clock, reconnectMs: 10 },
      broker: 'allow_anonymous true\nmax_packet_size 20000',
    });
    const big: Reading = { ...reading(START_MS), value: 'x'.repeat(30_000) };
    await spool.append([reading(START_MS + 1), big, reading(START_MS + 2)]);
    const times = await ingest(mosquitto.url, 'main');
    publisher.start();
    await vi.waitFor(() => expect(publisher.health().state).toBe('degraded'), WAIT);
    await spool.append([reading(START_MS + 3)]);
    await vi.waitFor(() => expect(new Set(times)).toEqual(new Set([1, 2, 3].map((n) => START_MS + n))), WAIT);
    await vi.waitFor(() => expect(spool.size()).toBe(1), WAIT);
    const { counters, lastError, summary } = publisher.health();
    expect(counters.heldBack).toBe(1);
    expect(summary).toContain('1 held back');
    expect(lastError?.remedy).toContain('max_packet_size');
    nowMs += 600_000;
    const before = publisher.health().counters.disconnects;
    await vi.waitFor(
      () => expect(publisher.health().counters.disconnects).toBeGreaterThan(before ?? 0),
      WAIT,
    );
    await vi.waitFor(() => expect(publisher.health().state).toBe('degraded'), WAIT);
    expect(spool.size()).toBe(1);
  },
);
