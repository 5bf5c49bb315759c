import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, vi } from 'vitest';
import { Mosquitto } from '../peers/mosquitto.ts';
import type { StoreAddress } from './child-setup.ts';
import { Child } from './processes.ts';

const newFolder = (): string => mkdtempSync(join(tmpdir(), 'plantscope-external-'));

/** Gateway, mosquitto and ingest, each a process of its own that can be killed and comes back on the same data. */
export class ExternalPath {
  readonly broker: Mosquitto;
  readonly #store: StoreAddress;
  readonly #gatewayBrokerUrl: string;
  readonly #folders = { gateway: newFolder(), ingest: newFolder() };
  #gateway: Child | undefined;
  #ingest: Child | undefined;

  private constructor(broker: Mosquitto, store: StoreAddress, gatewayBrokerUrl: string) {
    this.broker = broker;
    this.#store = store;
    this.#gatewayBrokerUrl = gatewayBrokerUrl;
  }

  /** @param wire what stands between the gateway and the broker's port, if anything does: its own port */
  static async start(store: StoreAddress, wire?: (port: number) => Promise<number>): Promise<ExternalPath> {
    const broker = await Mosquitto.start();
    const url = wire ? `mqtt://127.0.0.1:${await wire(broker.port)}` : broker.url;
    const path = new ExternalPath(broker, store, url);
    await path.restartIngest();
    await path.restartGateway();
    return path;
  }

  get gateway(): Child {
    if (this.#gateway === undefined) throw new Error('no gateway');
    return this.#gateway;
  }

  async restartGateway(): Promise<void> {
    await this.#gateway?.kill();
    const setup = { role: 'gateway', dir: this.#folders.gateway, brokerUrl: this.#gatewayBrokerUrl } as const;
    this.#gateway = await Child.start(setup);
  }

  async restartIngest(): Promise<void> {
    await this.#ingest?.kill();
    const { url: brokerUrl } = this.broker;
    const setup = { role: 'ingest', dir: this.#folders.ingest, brokerUrl, member: '1' } as const;
    this.#ingest = await Child.start({ ...setup, store: this.#store });
  }

  async restartBroker(): Promise<void> {
    await this.broker.kill();
    await this.broker.resume();
  }

  /** Spools the numbers, a device's worth at a time. */
  async take(from: number, to: number): Promise<void> {
    for (let start = from; start < to; start += 100)
      await this.gateway.ask(`take ${start} ${Math.min(to, start + 100)}`);
  }

  /** Resolves once the gateway knows that it has no connection. */
  async gatewayNoticed(): Promise<void> {
    await vi.waitFor(async () => expect((await this.gateway.ask('size')).down).toContain('publisher'), {
      timeout: 30_000,
      interval: 100,
    });
  }

  async delivered(): Promise<void> {
    await vi.waitFor(async () => expect((await this.gateway.ask('size')).size).toBe(0), {
      timeout: 90_000,
      interval: 100,
    });
  }

  async stop(): Promise<void> {
    await this.#gateway?.stop();
    await this.#ingest?.stop();
    await this.broker.stop();
  }
}
