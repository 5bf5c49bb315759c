import { connectAsync, type IClientOptions, type MqttClient } from 'mqtt';
import { batchTopic, decodeStoredReport, storedTopic } from '../model/batch.ts';
import { type Clock, systemClock } from '../model/clock.ts';
import { errorMessage } from '../model/error.ts';
import type { Station, StationHealth } from '../model/health.ts';
import { RateMeter } from '../model/rate-meter.ts';
import { SendWindow } from './send-window.ts';
import type { Spool, SpooledBatch } from './spool.ts';

export interface PublisherOptions {
  readonly spool: Spool;
  /** `mqtt://host:port` or `mqtts://host:port` */
  readonly url: string;
  readonly username?: string;
  readonly password?: string;
  readonly tls?: { readonly ca?: string; readonly cert?: string; readonly key?: string };
  readonly clock?: Clock;
  /** Batches sent and not yet reported stored, at most. */
  readonly windowBatches?: number;
  /** A batch the broker took and nobody reported stored for this long is sent again; doubles up to five minutes. */
  readonly overdueMs?: number;
  /** Pause before connecting again; doubles up to thirty seconds, spread at random. */
  readonly reconnectMs?: number;
  /** A connection that says nothing for one and a half times this is taken for dead. */
  readonly keepaliveS?: number;
  readonly onTrouble?: (message: string) => void;
}

const TICK_MS = 100;
const LONGEST_RECONNECT_MS = 30_000;

/** Sends the spool's batches at QoS 1 and takes out of it what ingest reports stored. */
export class Publisher implements Station {
  readonly #options: PublisherOptions;
  readonly #window: SendWindow;
  readonly #clock: Clock;
  readonly #rate = new RateMeter();
  readonly #counters = { sent: 0, confirmed: 0, resent: 0, connects: 0, disconnects: 0 };
  #client: MqttClient | undefined;
  #isConnected = false;
  #tick: NodeJS.Timeout | undefined;
  #reconnect: NodeJS.Timeout | undefined;
  #failures = 0;
  #isStopped = true;
  #lastError: StationHealth['lastError'];

  constructor(options: PublisherOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#window = new SendWindow(options.spool, {
      windowBatches: options.windowBatches ?? 64,
      overdueMs: options.overdueMs ?? 10_000,
    });
    options.spool.onAppended(() => this.#pump());
  }

  start(): void {
    this.#isStopped = false;
    this.#tick = setInterval(() => this.#pump(), TICK_MS);
    void this.#connect();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    clearInterval(this.#tick);
    clearTimeout(this.#reconnect);
    await this.#client?.endAsync(true);
    this.#isConnected = false;
  }

  health(): StationHealth {
    const { size } = this.#window;
    return {
      station: 'publisher',
      state: this.#isConnected ? 'ok' : 'down',
      summary: this.#isConnected ? `${size} batches on the way` : `not connected to ${this.#options.url}`,
      ratePerS: this.#rate.perSecond(this.#clock.nowMs()),
      queue: size,
      ...(this.#lastError ? { lastError: this.#lastError } : {}),
      counters: { ...this.#counters },
    };
  }

  /** One client object a connection: nothing of an old one (its own store of unacknowledged packets) is carried over. */
  async #connect(): Promise<void> {
    try {
      const client = await connectAsync(this.#options.url, this.#clientOptions(), false);
      if (this.#isStopped) return void (await client.endAsync(true));
      this.#client = client;
      client.on('message', (_topic, payload) => this.#onReport(payload));
      client.on('error', (error) => this.#note(error.message));
      client.once('close', () => this.#onClose(client));
      await client.subscribeAsync(storedTopic(this.#options.spool.gateway), { qos: 1 });
      this.#counters.connects++;
      this.#failures = 0;
      this.#isConnected = true;
      this.#window.restart(this.#clock.nowMs());
      this.#pump();
    } catch (thrown) {
      this.#note(`can't connect to ${this.#options.url}: ${errorMessage(thrown)}`);
      if (this.#client === undefined) this.#connectLater();
      else this.#client.end(true);
    }
  }

  #clientOptions(): IClientOptions {
    const { username, password, tls, spool } = this.#options;
    return {
      clientId: `plantscope-gateway-${spool.gateway}`,
      protocolVersion: 4,
      clean: true,
      reconnectPeriod: 0,
      connectTimeout: 10_000,
      keepalive: this.#options.keepaliveS ?? 20,
      ...(username === undefined ? {} : { username }),
      ...(password === undefined ? {} : { password }),
      ...tls,
    };
  }

  #onClose(client: MqttClient): void {
    if (this.#client !== client) return;
    this.#client = undefined;
    this.#isConnected = false;
    this.#counters.disconnects++;
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
    this.#reconnect = setTimeout(() => void this.#connect(), pauseMs * (0.5 + Math.random() / 2));
  }

  #onReport(payload: Buffer): void {
    const report = decodeStoredReport(payload.toString());
    if (report === undefined || report.epoch !== this.#options.spool.epoch) return;
    const count = this.#window.confirm(report.sequences, this.#clock.nowMs());
    this.#options.spool.confirm(report.sequences);
    this.#counters.confirmed += report.sequences.length;
    this.#rate.add(count, this.#clock.nowMs());
    this.#pump();
  }

  #pump(): void {
    const client = this.#client;
    if (!this.#isConnected || client === undefined) return;
    const nowMs = this.#clock.nowMs();
    for (const overdue of this.#window.overdue(nowMs)) {
      this.#counters.resent++;
      this.#send(client, overdue);
    }
    for (let next = this.#window.next(nowMs); next !== undefined; next = this.#window.next(nowMs))
      this.#send(client, next);
  }

  #send(client: MqttClient, { payload, sequence }: SpooledBatch): void {
    this.#counters.sent++;
    client.publish(batchTopic(this.#options.spool.gateway), payload, { qos: 1 }, (error) => {
      if (error) this.#note(`batch ${sequence} was not taken: ${error.message}`);
      else this.#window.taken(sequence, this.#clock.nowMs());
    });
  }

  #note(message: string): void {
    if (this.#isStopped) return;
    if (this.#lastError?.message !== message) this.#options.onTrouble?.(message);
    this.#lastError = { message, timeMs: this.#clock.nowMs() };
  }
}
