import { connect, type IClientOptions, type IPublishPacket, type MqttClient } from 'mqtt';
import { encodeStoredReport, gatewayOfBatchTopic, type StoredReport, storedTopic } from '../model/batch.ts';
import { type Clock, systemClock } from '../model/clock.ts';
import { errorMessage, PlantscopeError } from '../model/error.ts';
import type { Station, StationHealth } from '../model/health.ts';
import { RateMeter } from '../model/rate-meter.ts';
import { LateAcknowledgement } from '../mqtt/late-acknowledgement.ts';
import type { Ingest } from './ingest.ts';

export interface BrokerConsumerOptions {
  /** An MQTT 5 broker, `mqtt://` or `mqtts://`. In mosquitto set `max_queued_messages 0`. */
  readonly url: string;
  readonly username?: string;
  readonly password?: string;
  readonly tls?: { readonly ca?: string; readonly cert?: string; readonly key?: string };
  /** Fixed name of this process among those that share the load; two of one name throw each other out. */
  readonly member: string;
  /** Name of the shared subscription. */
  readonly group?: string;
  /** How long the broker keeps this member's messages while it is away. At least a day. */
  readonly sessionExpiryS?: number;
  /**
   * Messages taken and not yet acknowledged, at most: the rest waits in the broker. It is told so (receive maximum), and
   * as some brokers send more, nothing more is read than that either.
   */
  readonly maxInFlight?: number;
  readonly clock?: Clock;
  readonly onTrouble?: (message: string) => void;
}

const DAY_S = 86_400;
const MAX_IN_FLIGHT = 1024;
/** So many connections in so short a time: two processes take the name from each other, which not every broker tells. */
const CONTESTED = { connects: 5, withinMs: 30_000 };
const NAME_TAKEN =
  'let in and thrown out again and again: another process may have this name; give each its own --member';

/** Feeds ingest from an external MQTT 5 broker through a shared subscription, acknowledging what is stored. */
export class BrokerConsumer implements Station {
  readonly #options: BrokerConsumerOptions;
  readonly #clock: Clock;
  readonly #rate = new RateMeter();
  readonly #counters = { messages: 0, reports: 0, connects: 0 };
  #ingest: Ingest | undefined;
  #client: MqttClient | undefined;
  #acknowledgement: LateAcknowledgement | undefined;
  #lastError: StationHealth['lastError'];
  /** The last few. */
  #connectsMs: readonly number[] = [];
  #inFlight = 0;
  /** Reads the next message; kept while too many are in flight. */
  #readOn: (() => void) | undefined;

  constructor(options: BrokerConsumerOptions) {
    if ((options.sessionExpiryS ?? DAY_S) < DAY_S) {
      throw new PlantscopeError(
        'session-too-short',
        'The session of an ingest process must be kept for a day at least',
      );
    }
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
  }

  /** Resolves once subscribed. @throws PlantscopeError `broker-unreachable`, `subscription-refused` */
  async start(ingest: Ingest): Promise<void> {
    this.#ingest = ingest;
    const client = await this.#connect();
    this.#client = client;
    const filter = `$share/${this.#options.group ?? 'ingest'}/plantscope/batch/#`;
    const [granted] = await client.subscribeAsync(filter, { qos: 1 });
    if (granted === undefined || granted.qos > 2) {
      await client.endAsync(true);
      throw new PlantscopeError('subscription-refused', `The broker refuses ${filter}`, {
        where: this.#options.url,
        hint: 'It must speak MQTT 5 with shared subscriptions, and its access list must allow this user to read.',
      });
    }
  }

  /** Tells a gateway what is stored. While disconnected nothing is told: the gateway sends again and is told then. */
  confirm(gateway: string, report: StoredReport): void {
    if (this.#client?.connected !== true) return;
    this.#counters.reports++;
    this.#client.publish(storedTopic(gateway), encodeStoredReport(report), { qos: 1 }, (error) => {
      if (error) this.#note(error.message);
    });
  }

  /** Keeps the session: what waits in the broker goes to the other members or to the next start. */
  async stop(): Promise<void> {
    await this.#client?.endAsync(false);
  }

  health(): StationHealth {
    const isConnected = this.#client?.connected === true;
    const isContested = this.#isContested();
    return {
      station: 'broker',
      state: !isConnected ? 'down' : isContested ? 'degraded' : 'ok',
      summary: `${isConnected ? 'connected to' : 'not connected to'} ${this.#options.url} as ${this.#options.member}${isContested ? `: ${NAME_TAKEN}` : ''}`,
      ratePerS: this.#rate.perSecond(this.#clock.nowMs()),
      ...(this.#lastError ? { lastError: this.#lastError } : {}),
      counters: { ...this.#counters },
    };
  }

  async #connect(): Promise<MqttClient> {
    const client = connect(this.#options.url, this.#clientOptions());
    client.handleMessage = (packet, callback) => this.#onMessage(packet, callback);
    client.on('connect', () => {
      this.#readOn = undefined; // of the connection before
      this.#counters.connects++;
      this.#connectsMs = [...this.#connectsMs, this.#clock.nowMs()].slice(-CONTESTED.connects);
      if (this.#isContested()) this.#note(NAME_TAKEN);
      this.#acknowledgement = new LateAcknowledgement(client.stream);
    });
    client.on('error', (error) => this.#note(error.message));
    try {
      await new Promise<unknown>((resolve, reject) => {
        client.once('connect', resolve);
        client.once('error', reject);
      });
      return client;
    } catch (cause) {
      client.end(true);
      throw new PlantscopeError('broker-unreachable', `Can't connect: ${errorMessage(cause)}`, {
        cause,
        where: this.#options.url,
        retryable: true,
      });
    }
  }

  #clientOptions(): IClientOptions {
    const { username, password, tls, member, sessionExpiryS, maxInFlight } = this.#options;
    return {
      clientId: `plantscope-ingest-${member}`,
      protocolVersion: 5,
      clean: false,
      keepalive: 20,
      reconnectPeriod: 500,
      properties: {
        sessionExpiryInterval: sessionExpiryS ?? 7 * DAY_S,
        receiveMaximum: maxInFlight ?? MAX_IN_FLIGHT,
      },
      ...(username === undefined ? {} : { username }),
      ...(password === undefined ? {} : { password }),
      ...tls,
    };
  }

  /** Calls back with an error, which keeps mqtt.js from acknowledging now and lets it read on. */
  #onMessage({ topic, payload, qos, messageId }: IPublishPacket, callback: (error?: Error) => void): void {
    const gateway = gatewayOfBatchTopic(topic);
    this.#counters.messages++;
    this.#rate.add(1, this.#clock.nowMs());
    const bytes = typeof payload === 'string' ? Buffer.from(payload) : payload;
    const work = gateway === undefined ? Promise.resolve() : this.#stored(gateway, bytes);
    const isAcknowledgedLater = qos === 1 && messageId !== undefined && this.#acknowledgement !== undefined;
    // Left unstored only while ingest closes: what stays unacknowledged waits for the next connection.
    const ended = isAcknowledgedLater ? this.#acknowledgement?.after(work, messageId) : work;
    ended?.catch((thrown: unknown) => this.#note(errorMessage(thrown)));
    this.#whenRoom(() => callback(isAcknowledgedLater ? acknowledgedLater : undefined));
  }

  async #stored(gateway: string, payload: Buffer): Promise<void> {
    this.#inFlight++;
    try {
      await this.#ingest?.batch(gateway, payload);
    } finally {
      this.#inFlight--;
      const readOn = this.#readOn;
      this.#readOn = undefined;
      readOn?.();
    }
  }

  #whenRoom(readOn: () => void): void {
    if (this.#inFlight < (this.#options.maxInFlight ?? MAX_IN_FLIGHT)) readOn();
    else this.#readOn = readOn;
  }

  #isContested(): boolean {
    const [first = 0] = this.#connectsMs;
    const isFull = this.#connectsMs.length === CONTESTED.connects;
    return isFull && this.#clock.nowMs() - first < CONTESTED.withinMs;
  }

  #note(message: string): void {
    if (this.#lastError?.message !== message) this.#options.onTrouble?.(message);
    this.#lastError = { message, timeMs: this.#clock.nowMs() };
  }
}

const acknowledgedLater = new Error('acknowledged when it is stored');
