import { setTimeout as pause } from 'node:timers/promises';
import { connectAsync, type MqttClient } from 'mqtt';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { BrokerConsumer, type BrokerConsumerOptions } from '../../ingest/broker-consumer.ts';
import type { Ingest } from '../../ingest/ingest.ts';
import { batchTopic, encodeBatch, storedTopic } from '../../model/batch.ts';
import { numberedReading } from '../delivery/numbers.ts';
import { hasMosquitto, Mosquitto } from '../peers/mosquitto.ts';

const within = { timeout: 20_000, interval: 10 };

test('a session shorter than a day is refused: what waits for an ingest that is away would be lost', () => {
  const options = { url: 'mqtt://127.0.0.1:1', member: '1', sessionExpiryS: 3600 };
  expect(() => new BrokerConsumer(options)).toThrow(/a day at least/);
});

describe.skipIf(!hasMosquitto())('on mosquitto', () => {
  let broker: Mosquitto;
  let gateway: MqttClient;
  const open: BrokerConsumer[] = [];

  beforeEach(async () => {
    broker = await Mosquitto.start('allow_anonymous true\nmax_inflight_messages 0');
    gateway = await connectAsync(broker.url, { clientId: 'gateway' });
  });
  afterEach(async () => {
    for (const consumer of open.splice(0)) await consumer.stop();
    await gateway.endAsync(true);
    await broker.stop();
  });

  /** An ingest that only hears of batches; the consumer calls nothing else. */
  async function start(
    batch: Ingest['batch'],
    more: Partial<BrokerConsumerOptions> = {},
  ): Promise<BrokerConsumer> {
    const consumer = new BrokerConsumer({ url: broker.url, member: '1', ...more });
    await consumer.start({ batch } as Ingest);
    open.push(consumer);
    return consumer;
  }

  const send = (from: number, to: number): Promise<unknown> =>
    Promise.all(
      Array.from({ length: to - from }, (_, index) => {
        const sequence = from + index;
        const payload = encodeBatch({ epoch: 1, sequence, readings: [numberedReading(sequence)] });
        return gateway.publishAsync(batchTopic('main'), payload, { qos: 1 });
      }),
    );

  test('never more under way than its bound, also while acknowledgements flow', async () => {
    let [underWay, most, done] = [0, 0, 0];
    await start(
      async () => {
        most = Math.max(most, ++underWay);
        await pause(1); // the store's time
        underWay--;
        done++;
      },
      { maxInFlight: 32 },
    );
    await send(1, 2001);
    await vi.waitFor(() => expect(done).toBe(2000), within);
    expect(most).toBeLessThanOrEqual(32);
  });

  test('what was not stored before the end is delivered to the next start of the same member', async () => {
    const never = vi.fn(() => new Promise<void>(() => undefined));
    const first = await start(never);
    await send(1, 11);
    await vi.waitFor(() => expect(never).toHaveBeenCalledTimes(10), within);
    open.splice(0);
    await first.stop();
    const again = vi.fn(async () => undefined);
    await start(again);
    await vi.waitFor(() => expect(again).toHaveBeenCalledTimes(10), within);
  });

  test('tells a gateway what is stored, and says where it stands', async () => {
    const told: string[] = [];
    gateway.on('message', (_topic, payload) => void told.push(payload.toString()));
    await gateway.subscribeAsync(storedTopic('main'), { qos: 1 });
    const consumer = await start(async () => undefined);
    consumer.confirm('main', { epoch: 1, sequences: [1, 2] });
    await vi.waitFor(() => expect(told).toEqual(['{"epoch":1,"sequences":[1,2]}']), within);
    expect(consumer.health()).toMatchObject({ state: 'ok', counters: { reports: 1, connects: 1 } });
    await broker.kill();
    await vi.waitFor(() => expect(consumer.health().state).toBe('down'), within);
    await broker.resume();
  });

  test('two of one name throw each other out, and say so', async () => {
    const told: string[] = [];
    const first = await start(async () => undefined, { onTrouble: (message) => void told.push(message) });
    await start(async () => undefined);
    await vi.waitFor(() => expect(told.join()).toContain('--member'), within);
    expect(['degraded', 'down']).toContain(first.health().state);
  });
});
