import { createServer, type Server, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { createServer as createTlsServer } from 'node:tls';
import {
  Aedes,
  type AuthenticateError,
  type Client,
  type ConnectPacket,
  type PublishPacket,
  type Subscription,
} from 'aedes';
import { gatewayOfBatchTopic } from '../model/batch.ts';
import { errorMessage, PlantscopeError } from '../model/error.ts';
import type { Station, StationHealth } from '../model/health.ts';
import { RateMeter } from '../model/rate-meter.ts';
import { coversFilter, matchesFilter } from '../mqtt/topic-filter.ts';
import type { BrokerClient } from './broker-credentials.ts';
import type { EmbeddedBrokerOptions } from './embedded-broker-options.ts';
import { InOrder } from './in-order.ts';
import { refusalOfNewerProtocol } from './newer-protocol.ts';
import { mostPacketBytes, PacketGate } from './packet-gate.ts';
import { RetainedTopics } from './retained-topics.ts';

export interface EmbeddedBroker extends Station {
  /** `mqtt://127.0.0.1:1883` or `mqtts://...` */
  readonly url: string;
  /** For this process itself: plain on a loopback port of its own where the devices' listener has TLS. */
  readonly localUrl: string;
  readonly port: number;
  publish(topic: string, payload: string | Buffer): void;
  close(): Promise<void>;
}

const MAX_PAYLOAD_BYTES = 256 * 1024;
const NO_SHARED_SUBSCRIPTIONS =
  'the embedded broker has no shared subscriptions; use an external MQTT 5 broker for several ingest processes';

/** Starts the broker. MQTT 3.1.1; no client may do anything that its credentials don't say. @throws `broker-not-started` */
export async function startEmbeddedBroker(options: EmbeddedBrokerOptions): Promise<EmbeddedBroker> {
  const broker = new AedesBroker(options);
  await broker.start();
  return broker;
}

class AedesBroker implements EmbeddedBroker {
  readonly #options: EmbeddedBrokerOptions;
  readonly #aedes: Aedes;
  readonly #server: Server;
  readonly #local: Server | undefined;
  readonly #rights = new WeakMap<Client, BrokerClient>();
  readonly #wills = new WeakMap<Client, string>();
  readonly #orders = new WeakMap<Client, InOrder>();
  readonly #retained: RetainedTopics;
  readonly #gates = new Map<Duplex, PacketGate>();
  readonly #rate = new RateMeter();
  readonly #counters = {
    publishes: 0,
    batches: 0,
    oversized: 0,
    cutOff: 0,
    denied: 0,
    authenticationFailures: 0,
    newerProtocol: 0,
    connections: 0,
  };
  #lastError: StationHealth['lastError'];

  constructor(options: EmbeddedBrokerOptions) {
    this.#options = options;
    this.#retained = new RetainedTopics(options.maxRetained ?? 10_000);
    this.#aedes = new Aedes({
      concurrency: 1000,
      drainTimeout: 2000,
      queueLimit: 1000,
      maxClientsIdLength: 128,
      preConnect: (client, packet, done) => this.#preConnect(client, packet, done),
      authenticate: (client, name, password, done) => this.#authenticate(client, name, password, done),
      authorizePublish: (client, packet, done) => this.#authorizePublish(client, packet, done),
      authorizeSubscribe: (client, subscription, done) =>
        this.#authorizeSubscribe(client, subscription, done),
    });
    const handle = (socket: Socket): void => this.#onConnection(socket);
    const { tls } = options;
    this.#server = tls
      ? createTlsServer({ ...tls, minVersion: 'TLSv1.2', requestCert: tls.ca !== undefined }, handle)
      : createServer({ noDelay: true }, handle);
    this.#local = tls && createServer({ noDelay: true }, handle);
    this.#aedes.on('clientError', (client, error) => this.#note(`${client.id}: ${error.message}`));
    this.#aedes.on('connectionError', (_client, error) => this.#note(error.message));
  }

  get port(): number {
    return portOf(this.#server) ?? this.#options.port;
  }

  get url(): string {
    return `${this.#options.tls ? 'mqtts' : 'mqtt'}://${this.#options.host ?? '127.0.0.1'}:${this.port}`;
  }

  get localUrl(): string {
    return this.#local ? `mqtt://127.0.0.1:${portOf(this.#local)}` : this.url;
  }

  async start(): Promise<void> {
    await this.#aedes.listen();
    try {
      await this.#listen(this.#server, this.#options.host ?? '127.0.0.1', this.#options.port);
      if (this.#local) await this.#listen(this.#local, '127.0.0.1', 0);
    } catch (error) {
      // Its timers would keep a process alive that has nothing left to do.
      await this.close();
      throw error;
    }
  }

  async #listen(server: Server, host: string, port: number): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      server.once('error', (cause) => reject(notStarted(host, port, cause)));
      server.listen(port, host, resolve);
    });
    server.on('error', (error) => this.#note(error.message));
  }

  publish(topic: string, payload: string | Buffer): void {
    if (this.#aedes.closed) return;
    const packet = { cmd: 'publish', topic, payload, qos: 1, retain: false, dup: false } as const;
    this.#aedes.publish(packet, (error) => {
      if (error) this.#note(`publish to ${topic}: ${error.message}`);
    });
  }

  async close(): Promise<void> {
    this.#server.close();
    this.#local?.close();
    await new Promise<void>((resolve) => this.#aedes.close(resolve));
    for (const socket of this.#gates.keys()) socket.destroy();
  }

  health(): StationHealth {
    const clients = this.#aedes.connectedClients;
    return {
      station: 'broker',
      state: 'ok',
      summary: `${this.url}, ${clients} clients`,
      ratePerS: this.#rate.perSecond(Date.now()),
      ...(this.#lastError ? { lastError: this.#lastError } : {}),
      counters: { ...this.#counters, clients },
    };
  }

  #onConnection(socket: Socket): void {
    this.#counters.connections++;
    if (this.#gates.size >= (this.#options.maxClients ?? 2000)) {
      this.#note(`refused a connection: ${this.#gates.size} clients already`);
      socket.destroy();
      return;
    }
    const gate = new PacketGate();
    this.#gates.set(socket, gate);
    socket.once('close', () => this.#gates.delete(socket));
    const client = this.#aedes.handle(socket);
    // After the library, which reads by itself: this listener only looks on.
    socket.on('data', (chunk: Buffer) => {
      const problem = gate.see(chunk);
      if (problem !== undefined) this.#cutOff(socket, client, problem);
    });
  }

  #cutOff(socket: Socket, { id }: Client, problem: string): void {
    if (socket.destroyed) return;
    this.#counters.cutOff++;
    this.#note(`client "${id ?? ''}" from ${socket.remoteAddress} was cut off: it sent ${problem}`);
    socket.destroy();
  }

  /** No sessions are kept: an offline queue without bound would grow for each client that never returns. */
  #preConnect(
    client: Client,
    packet: ConnectPacket,
    done: (error: Error | null, success: boolean) => void,
  ): void {
    const refusal = refusalOfNewerProtocol(packet);
    if (refusal) {
      this.#counters.newerProtocol++;
      const reason = `client "${packet.clientId}" speaks MQTT 5, the embedded broker MQTT 3.1.1: set the client to 3.1.1, or use another broker (docs/sources.md)`;
      client.conn.write(refusal, () => done(new Error(reason), false));
      return;
    }
    packet.clean = true;
    if (packet.will) this.#wills.set(client, packet.will.topic);
    done(null, true);
  }

  #authenticate(
    client: Client,
    name: string | undefined,
    password: Buffer | undefined,
    done: (error: AuthenticateError | null, success: boolean | null) => void,
  ): void {
    const rights = this.#options.credentials.authenticate(name, password);
    const will = this.#wills.get(client);
    if (rights === undefined) {
      this.#counters.authenticationFailures++;
      this.#note(`client "${client.id}": unknown user or wrong password`);
    } else if (will === undefined || mayPublish(rights, will)) {
      this.#rights.set(client, rights);
      this.#gates.get(client.conn)?.signedIn(mostPacketBytes(rights));
      done(null, true);
      return;
    } else this.#note(`client "${client.id}": may not leave a will on ${will}`);
    done(Object.assign(new Error('not authorized'), { returnCode: rights === undefined ? 4 : 5 }), null);
  }

  #authorizePublish(
    client: Client | null,
    packet: PublishPacket,
    done: (error?: Error | null) => void,
  ): void {
    const rights = client === null ? undefined : this.#rights.get(client);
    if (client === null || rights === undefined || !mayPublish(rights, packet.topic)) {
      this.#counters.denied++;
      done(new Error(`not allowed to publish to ${packet.topic}`));
      return;
    }
    this.#retained.bound(packet);
    this.#counters.publishes++;
    this.#rate.add(1, Date.now());
    let order = this.#orders.get(client);
    if (order === undefined) {
      order = new InOrder();
      this.#orders.set(client, order);
    }
    order.add(this.#takeOver(client, packet), done);
  }

  async #takeOver(client: Client, { topic, payload }: PublishPacket): Promise<void> {
    const bytes = typeof payload === 'string' ? Buffer.from(payload) : payload;
    const gateway = gatewayOfBatchTopic(topic);
    if (gateway !== undefined) {
      this.#counters.batches++;
      return this.#options.onBatch(gateway, bytes);
    }
    const most =
      this.#options.maxPayloadBytesOf?.(topic) ?? this.#options.maxPayloadBytes ?? MAX_PAYLOAD_BYTES;
    if (bytes.length > most) return this.#refuseOversized(client, topic, bytes, most);
    if (this.#options.isDeviceTopic(topic)) await this.#options.onDevicePublish(topic, bytes, client.id);
  }

  async #refuseOversized(client: Client, topic: string, bytes: Buffer, most: number): Promise<void> {
    this.#counters.oversized++;
    const message = `A payload of ${bytes.length} bytes; the broker takes ${most}`;
    const payload = bytes.subarray(0, 4096).toString();
    const from = `client:${client.id}`;
    await this.#options.quarantine.put([{ reason: 'too-large', message, from, where: topic, payload }]);
  }

  #authorizeSubscribe(
    client: Client,
    subscription: Subscription,
    done: (error: Error | null, subscription?: Subscription | null) => void,
  ): void {
    const { topic } = subscription;
    const isAllowed =
      this.#rights.get(client)?.subscribe.some((filter) => coversFilter(filter, topic)) ?? false;
    if (isAllowed && !topic.startsWith('$share/')) {
      done(null, subscription);
      return;
    }
    this.#counters.denied++;
    const reason = topic.startsWith('$share/') ? NO_SHARED_SUBSCRIPTIONS : 'its credentials do not allow it';
    this.#note(`client "${client.id}" may not subscribe to ${topic}: ${reason}`);
    done(null, null);
  }

  /** A client that tries again and again is told of once; the counter has the rest. */
  #note(message: string): void {
    if (this.#lastError?.message !== message) this.#options.onTrouble?.(message);
    this.#lastError = { message, timeMs: Date.now() };
  }
}

function portOf(server: Server): number | undefined {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : undefined;
}

const mayPublish = ({ publish }: BrokerClient, topic: string): boolean =>
  !topic.startsWith('$') && publish.some((filter) => matchesFilter(filter, topic));

function notStarted(host: string, port: number, cause: Error): PlantscopeError {
  return new PlantscopeError(
    'broker-not-started',
    `The broker can't listen on ${host}:${port}: ${errorMessage(cause)}`,
    {
      cause,
      hint: 'Another broker may use the port; choose another in the plant file.',
    },
  );
}
