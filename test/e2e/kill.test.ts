import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectAsync, type MqttClient } from 'mqtt';
import { expect, test, vi } from 'vitest';
import { BrokerCredentials } from '../../ingest/broker-credentials.ts';
import { embeddedBroker, plantText } from '../plant-of.ts';
import { type RunningPlatform, startProcess } from './process.ts';
import { freePort } from './test-platform.ts';

const COUNT = 10_000;
const T0 = Date.now() - COUNT * 1000;

/** A device as real ones are: numbered readings at QoS 1; what was not acknowledged is sent again. */
class NumberedDevice {
  readonly #url: string;
  readonly #password: string;
  readonly #unacknowledged = new Set(Array.from({ length: COUNT }, (_, i) => i));
  #client: MqttClient | undefined;

  constructor(url: string, password: string) {
    this.#url = url;
    this.#password = password;
  }

  get acknowledged(): number {
    return COUNT - this.#unacknowledged.size;
  }

  /** Sends what is left, a hundred at a time in flight; ends when all is acknowledged or the broker is gone. */
  async send(): Promise<void> {
    const client = await connectAsync(this.#url, {
      ...{ username: 'counter', password: this.#password, reconnectPeriod: 0, clientId: 'counter' },
    });
    this.#client = client;
    const gone = new Promise<void>((resolve) => client.once('close', resolve));
    const numbers = [...this.#unacknowledged];
    const workers = Array.from({ length: 100 }, async () => {
      for (let n = numbers.shift(); n !== undefined && client.connected; n = numbers.shift()) {
        await Promise.race([this.#publish(client, n), gone]);
      }
    });
    await Promise.all(workers);
    await client.endAsync(true);
  }

  async #publish(client: MqttClient, n: number): Promise<void> {
    const payload = JSON.stringify({ ts: T0 + n * 1000, vibrationVelocity: n });
    try {
      await client.publishAsync('counter', payload, { qos: 1 });
      this.#unacknowledged.delete(n);
    } catch (error) {
      if (client.connected) throw error;
    }
  }

  async halfway(): Promise<void> {
    await vi.waitFor(() => expect(this.acknowledged).toBeGreaterThan(COUNT / 2), {
      timeout: 60_000,
      interval: 5,
    });
    expect(this.#client?.connected).toBe(true);
  }
}

test('10,000 numbered readings at QoS 1, the process killed in the middle: each is stored exactly once', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'plantscope-kill-'));
  const [config, data] = [join(folder, 'plant.yaml'), join(folder, 'data')];
  const port = await freePort();
  writeFileSync(
    config,
    plantText(
      '  - { id: counter, nature: rotating-machine, source: shop, base: counter#/, tags: { vibrationVelocity: } }',
      { sections: embeddedBroker(port), timeZone: 'Asia/Shanghai' },
    ),
  );
  const rights = { publish: ['counter'], subscribe: [] };
  const { password } = BrokerCredentials.open(data).ensure('counter', rights);
  const device = new NumberedDevice(`mqtt://127.0.0.1:${port}`, password);

  const first = await startProcess(config, data);
  const sending = device.send();
  await device.halfway();
  await first.kill();
  await sending;
  const beforeKill = device.acknowledged;
  expect(beforeKill).toBeLessThan(COUNT);

  const second = await startProcess(config, data);
  await device.send();
  expect(device.acknowledged).toBe(COUNT);
  const stored = await vi.waitFor(
    async () => {
      const numbers = await storedNumbers(second);
      expect(numbers.length).toBeGreaterThanOrEqual(COUNT);
      return numbers;
    },
    { timeout: 60_000, interval: 250 },
  );
  expect(stored).toEqual(Array.from({ length: COUNT }, (_, n) => n));
  expect(await second.interrupt()).toBe(0);
}, 120_000);

async function storedNumbers(platform: RunningPlatform): Promise<number[]> {
  interface Answer {
    series: { points: [string, number, number][] }[];
  }
  const numbers: number[] = [];
  for (let n = 0; n < COUNT; n += 2500) {
    const [from, to] = [n, n + 2500].map((i) => new Date(T0 + i * 1000).toISOString());
    const query = `tags=counter.vibrationVelocity&from=${from}&to=${to}`;
    const { series } = await platform.get<Answer>(`/api/v1/readings?${query}`);
    numbers.push(...(series[0]?.points ?? []).map(([, value]) => value));
  }
  return numbers;
}
