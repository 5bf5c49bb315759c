import { setTimeout as delay } from 'node:timers/promises';
import { connectAsync, type IClientOptions, type MqttClient } from 'mqtt';
import { errorMessage } from '../model/error.ts';

/** Who we are to a broker, and where it is. */
export interface BrokerAccess {
  /** `mqtt://host:port` or `mqtts://host:port` */
  readonly url: string;
  readonly username?: string;
  readonly password?: string;
  /** PEM texts. */
  readonly tls?: { readonly ca?: string; readonly cert?: string; readonly key?: string };
}

export interface BrokerLinkOptions extends BrokerAccess {
  /** Two of one name throw each other out. */
  readonly clientId: string;
  /** What the broker says for us when we are gone; asked for anew at each connection. */
  readonly will?: () => NonNullable<IClientOptions['will']>;
  /** Begins the work on a new connection, on which nothing was sent yet. A throw ends it. */
  readonly onConnect: (client: MqttClient) => Promise<void>;
  readonly onTrouble: (message: string) => void;
  /** Pause before connecting again; doubles up to thirty seconds, spread at random. */
  readonly reconnectMs?: number;
  /** A connection that says nothing for one and a half times this is taken for dead. */
  readonly keepaliveS?: number;
}

const LONGEST_RECONNECT_MS = 30_000;
/** A broker that does not answer must not keep us from ending. */
const LONGEST_GOODBYE_MS = 2000;

/**
 * Keeps one connection to a broker (MQTT 3.1.1, nothing remembered by the broker), one client object a connection: nothing
 * of an old one (its own store of unacknowledged packets) is carried over.
 */
export class BrokerLink {
  readonly #options: BrokerLinkOptions;
  readonly counters = { connects: 0, disconnects: 0 };
  #client: MqttClient | undefined;
  #isReady = false;
  #isStopped = true;
  #failures = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: BrokerLinkOptions) {
    this.#options = options;
  }

  /** The connection, once `onConnect` is done with it; undefined while there is none. */
  get client(): MqttClient | undefined {
    return this.#isReady ? this.#client : undefined;
  }

  start(): void {
    this.#isStopped = false;
    void this.#connect();
  }

  /** Ends at once, or after the last words that are given, in the order the protocol wants: no will is spoken then. */
  async stop(lastWords?: (client: MqttClient) => Promise<unknown>): Promise<void> {
    const { client } = this;
    this.#isStopped = true;
    this.#isReady = false;
    clearTimeout(this.#timer);
    if (lastWords && client) await withinGoodbye(lastWords(client).then(() => client.endAsync()));
    await this.#client?.endAsync(true);
  }

  async #connect(): Promise<void> {
    try {
      const client = await connectAsync(this.#options.url, this.#clientOptions(), false);
      if (this.#isStopped) return void (await client.endAsync(true));
      await this.#begin(client);
    } catch (thrown) {
      this.#tell(`can't connect to ${this.#options.url}: ${errorMessage(thrown)}`);
      this.#connectLater();
    }
  }

  async #begin(client: MqttClient): Promise<void> {
    this.#client = client;
    client.on('error', (error) => this.#tell(error.message));
    client.once('close', () => this.#onClose(client));
    try {
      await this.#options.onConnect(client);
      if (this.#client !== client) return;
      this.counters.connects++;
      this.#failures = 0;
      this.#isReady = true;
    } catch (thrown) {
      this.#tell(`${this.#options.url}: ${errorMessage(thrown)}`);
      client.end(true);
    }
  }

  #clientOptions(): IClientOptions {
    const { clientId, username, password, tls, will, keepaliveS } = this.#options;
    return {
      ...{ clientId, protocolVersion: 4, clean: true, reconnectPeriod: 0, connectTimeout: 10_000 },
      keepalive: keepaliveS ?? 20,
      ...(will && { will: will() }),
      ...(username === undefined ? {} : { username }),
      ...(password === undefined ? {} : { password }),
      ...tls,
    };
  }

  #onClose(client: MqttClient): void {
    if (this.#client !== client) return;
    this.#client = undefined;
    this.#isReady = false;
    this.counters.disconnects++;
    this.#tell(`the connection to ${this.#options.url} ended`);
    client.end(true);
    this.#connectLater();
  }

  #connectLater(): void {
    if (this.#isStopped) return;
    const pauseMs = Math.min(
      LONGEST_RECONNECT_MS,
      (this.#options.reconnectMs ?? 250) * 2 ** Math.min(this.#failures, 12),
    );
    this.#failures++;
    this.#timer = setTimeout(() => void this.#connect(), pauseMs * (0.5 + Math.random() / 2));
  }

  #tell(message: string): void {
    if (!this.#isStopped) this.#options.onTrouble(message);
  }
}

/** What fails meanwhile is no matter: the connection is ended next, and the will speaks. */
async function withinGoodbye(goodbye: Promise<unknown>): Promise<void> {
  const isOver = new AbortController();
  const patience = delay(LONGEST_GOODBYE_MS, undefined, { signal: isOver.signal });
  await Promise.race([goodbye, patience].map((one) => one.catch(() => undefined)));
  isOver.abort();
}
