import {
  connect,
  type IClientOptions,
  type IConnackPacket,
  type IPublishPacket,
  type MqttClient,
} from 'mqtt';
import type { Clock } from '../../model/clock.ts';
import { errorMessage } from '../../model/error.ts';
import type { StationHealth } from '../../model/health.ts';
import { LateAcknowledgement } from '../../mqtt/late-acknowledgement.ts';
import type { Source, SourceSink } from '../source.ts';
import type { DeviceIntake } from './device-intake.ts';

export interface ExternalMqttOptions {
  readonly id: string;
  /** `mqtt://host:port` or `mqtts://host:port` */
  readonly url: string;
  /** Fixed: the broker keeps what comes while this client is away under it. Two of one name throw each other out. */
  readonly clientId: string;
  /** Topic filters to subscribe to. */
  readonly filters: readonly string[];
  readonly intake: DeviceIntake;
  readonly clock: Clock;
  /** Default `3.1.1`, which every broker speaks. */
  readonly protocol?: '3.1.1' | '5';
  readonly username?: string;
  readonly password?: string;
  /** PEM texts. */
  readonly tls?: { readonly ca?: string; readonly cert?: string; readonly key?: string };
  /** Retained `online` here, and `offline` by last will. */
  readonly statusTopic?: string;
  readonly onTrouble?: (message: string) => void;
}

const SESSION_EXPIRY_S = 7 * 86_400;
const MAX_IN_FLIGHT = 256;
const RECONNECT_MS = 1000;

/**
 * Devices on a broker of somebody else's. A message at QoS 1 is acknowledged to the broker after the spool holds its
 * readings; the session is kept, so what comes while the gateway is away waits in the broker as far as the broker keeps it.
 */
export class ExternalMqttSource implements Source {
  readonly id: string;
  readonly #options: ExternalMqttOptions;
  readonly #counters = { connects: 0, disconnects: 0 };
  #client: MqttClient | undefined;
  #acknowledgement: LateAcknowledgement | undefined;
  #hasSubscribed = false;
  #lastError: StationHealth['lastError'];

  constructor(options: ExternalMqttOptions) {
    this.id = options.id;
    this.#options = options;
  }

  async start(sink: SourceSink): Promise<void> {
    this.#options.intake.open(sink);
    this.#options.intake.sendWith((topic, payload) => this.publish(topic, payload));
    const client = connect(this.#options.url, this.#clientOptions());
    this.#client = client;
    client.handleMessage = (packet, callback) => this.#onMessage(packet, callback);
    client.on('connect', (connack) => void this.#onConnect(client, connack));
    client.on('close', () => this.#onClose());
    client.on('error', (error) => this.#note(error.message));
  }

  async stop(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    if (client?.connected) await this.#tellStatus(client, 'offline');
    await client?.endAsync(client.connected === false);
  }

  /** Sends to a device: a request for its records, a rebirth. Lost while disconnected, which the sender has to expect. */
  publish(topic: string, payload: string | Buffer): void {
    if (this.#client?.connected !== true) return;
    this.#client.publish(topic, payload, { qos: 0 }, (error) => {
      if (error) this.#note(`${topic}: ${error.message}`);
    });
  }

  accepts(topic: string): boolean {
    return this.#options.intake.accepts(topic);
  }

  replay(topic: string, payload: Uint8Array, arrivalMs: number): Promise<void> {
    return this.#options.intake.replay(topic, payload, arrivalMs);
  }

  health(): StationHealth {
    const isConnected = this.#client?.connected === true;
    const { url, intake } = this.#options;
    const summary = `${isConnected ? 'connected to' : 'not connected to'} ${url}`;
    const health = intake.health({ state: this.#stateOf(isConnected), summary });
    return {
      ...health,
      ...(this.#lastError ? { lastError: this.#lastError } : {}),
      counters: { ...health.counters, ...this.#counters },
    };
  }

  #stateOf(isConnected: boolean): StationHealth['state'] {
    if (!isConnected) return 'down';
    return this.#hasSubscribed ? 'ok' : 'degraded';
  }

  async #onConnect(client: MqttClient, { sessionPresent }: IConnackPacket): Promise<void> {
    this.#counters.connects++;
    this.#acknowledgement = new LateAcknowledgement(client.stream);
    try {
      // A kept session has its subscriptions; asking again would bring every retained message again.
      if (!sessionPresent || !this.#hasSubscribed) await this.#subscribe(client);
      await this.#tellStatus(client, 'online');
      this.#options.intake.connected();
    } catch (error) {
      this.#note(errorMessage(error));
    }
  }

  async #subscribe(client: MqttClient): Promise<void> {
    this.#hasSubscribed = false;
    const granted = await client.subscribeAsync([...this.#options.filters], { qos: 1 });
    const refused = granted.filter(({ qos }) => qos > 2).map(({ topic }) => topic);
    if (refused.length > 0) this.#note(`the broker refuses the subscription to ${refused.join(', ')}`);
    else this.#hasSubscribed = true;
  }

  async #tellStatus(client: MqttClient, status: 'online' | 'offline'): Promise<void> {
    const topic = this.#options.statusTopic;
    if (topic !== undefined) await client.publishAsync(topic, status, { qos: 1, retain: true });
  }

  #onClose(): void {
    if (this.#acknowledgement === undefined) return;
    this.#acknowledgement = undefined;
    this.#counters.disconnects++;
  }

  /** Calls back with an error, which keeps mqtt.js from acknowledging now and lets it read on. */
  #onMessage({ topic, payload, qos, messageId }: IPublishPacket, callback: (error?: Error) => void): void {
    const bytes = typeof payload === 'string' ? Buffer.from(payload) : payload;
    const work = this.#options.intake.receive(topic, bytes);
    const late = qos === 1 ? this.#acknowledgement : undefined;
    const done = late && messageId !== undefined ? late.after(work, messageId) : work;
    done.catch((error: unknown) => {
      this.#note(`${topic} could not be kept: ${errorMessage(error)}`);
      late?.giveUp();
    });
    callback(late && acknowledgedLater);
  }

  #clientOptions(): IClientOptions {
    const { clientId, protocol, username, password, tls, statusTopic } = this.#options;
    const properties = { sessionExpiryInterval: SESSION_EXPIRY_S, receiveMaximum: MAX_IN_FLIGHT };
    const will = { topic: statusTopic ?? '', payload: Buffer.from('offline'), qos: 1, retain: true } as const;
    return {
      ...{ clientId, clean: false, keepalive: 20, reconnectPeriod: RECONNECT_MS, resubscribe: false },
      ...(protocol === '5' ? { protocolVersion: 5, properties } : { protocolVersion: 4 }),
      ...(username === undefined ? {} : { username }),
      ...(password === undefined ? {} : { password }),
      ...(statusTopic === undefined ? {} : { will }),
      ...tls,
    };
  }

  #note(message: string): void {
    if (this.#lastError?.message !== message) this.#options.onTrouble?.(message);
    this.#lastError = { message, timeMs: this.#options.clock.nowMs() };
  }
}

const acknowledgedLater = new Error('acknowledged when it is on disk');
