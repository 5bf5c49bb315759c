import type { MqttClient } from 'mqtt';
import { batchTopic, decodeStoredReport, storedTopic } from '../model/batch.ts';
import { type Clock, systemClock } from '../model/clock.ts';
import type { Station, StationHealth } from '../model/health.ts';
import { RateMeter } from '../model/rate-meter.ts';
import { type BrokerAccess, BrokerLink, type BrokerLinkOptions } from './broker-link.ts';
import { OversizeGuard } from './oversize-guard.ts';
import { SendWindow } from './send-window.ts';
import type { Spool, SpooledBatch } from './spool.ts';

export interface PublisherOptions
  extends BrokerAccess,
    Pick<BrokerLinkOptions, 'reconnectMs' | 'keepaliveS'> {
  readonly spool: Spool;
  readonly clock?: Clock;
  /** Batches sent and not yet reported stored, at most. */
  readonly windowBatches?: number;
  /** A batch the broker took and nobody reported stored for this long is sent again; doubles up to five minutes. */
  readonly overdueMs?: number;
  readonly onTrouble?: (message: string) => void;
}

const TICK_MS = 100;
const RAISE_LIMIT =
  'Raise the size of a message that the broker takes (mosquitto: max_packet_size). It stays in the spool until then; the others go on.';

/** Sends the spool's batches at QoS 1 and takes out of it what ingest reports stored. */
export class Publisher implements Station {
  readonly #options: PublisherOptions;
  readonly #window: SendWindow;
  readonly #clock: Clock;
  readonly #rate = new RateMeter();
  readonly #link: BrokerLink;
  readonly #oversize = new OversizeGuard();
  readonly #counters = { sent: 0, confirmed: 0, resent: 0 };
  #tick: NodeJS.Timeout | undefined;
  #isStopped = true;
  #lastError: StationHealth['lastError'];

  constructor(options: PublisherOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#window = new SendWindow(options.spool, {
      windowBatches: options.windowBatches ?? 64,
      overdueMs: options.overdueMs ?? 10_000,
    });
    this.#link = new BrokerLink({
      ...options,
      clientId: `plantscope-gateway-${options.spool.gateway}`,
      onConnect: (client) => this.#onConnect(client),
      onTrouble: (message) => this.#note(message),
    });
    options.spool.onAppended(() => this.#pump());
  }

  start(): void {
    this.#isStopped = false;
    this.#tick = setInterval(() => this.#pump(), TICK_MS);
    this.#link.start();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    clearInterval(this.#tick);
    await this.#link.stop();
  }

  health(): StationHealth {
    const { size, resent } = this.#window;
    const isHeld = this.#oversize.heldCount > 0;
    const isConnected = this.#link.client !== undefined;
    const unheard =
      resent > 0
        ? `, ${resent} of them sent again, as nobody reports them stored: is ingest running, and on this broker?`
        : '';
    return {
      station: 'publisher',
      state: !isConnected ? 'down' : resent > 0 || isHeld ? 'degraded' : 'ok',
      summary: isConnected
        ? `${size} batches on the way${isHeld ? `, ${this.#oversize.describe()}` : unheard}`
        : `not connected to ${this.#options.url}`,
      ratePerS: this.#rate.perSecond(this.#clock.nowMs()),
      queue: size,
      ...(this.#lastError ? { lastError: this.#lastError } : {}),
      counters: { ...this.#counters, ...this.#link.counters, heldBack: this.#oversize.heldCount },
    };
  }

  async #onConnect(client: MqttClient): Promise<void> {
    this.#judgeLastConnection();
    client.on('message', (_topic, payload) => this.#onReport(payload));
    await client.subscribeAsync(storedTopic(this.#options.spool.gateway), { qos: 1 });
    this.#window.restart(this.#clock.nowMs());
  }

  #judgeLastConnection(): void {
    const held = this.#oversize.ended(this.#clock.nowMs());
    if (held === undefined) return;
    const { sequence, payload } = held;
    this.#note(
      `the broker ends the connection over batch ${sequence} of ${payload.length} bytes`,
      RAISE_LIMIT,
    );
  }

  #onReport(payload: Buffer): void {
    const report = decodeStoredReport(payload.toString());
    if (report === undefined || report.epoch !== this.#options.spool.epoch) return;
    const count = this.#window.confirm(report.sequences, this.#clock.nowMs());
    this.#options.spool.confirm(report.sequences);
    this.#oversize.forget(report.sequences);
    this.#counters.confirmed += report.sequences.length;
    this.#rate.add(count, this.#clock.nowMs());
    this.#pump();
  }

  #pump(): void {
    const { client } = this.#link;
    if (client === undefined) return;
    const nowMs = this.#clock.nowMs();
    for (const overdue of this.#window.overdue(nowMs)) {
      this.#counters.resent++;
      this.#send(client, overdue);
    }
    for (const { lane, sequence } of this.#oversize.due(nowMs)) {
      const batch = this.#options.spool.get(lane, sequence);
      if (batch !== undefined) this.#send(client, batch);
    }
    for (let next = this.#window.next(nowMs); next !== undefined; next = this.#window.next(nowMs))
      this.#send(client, next);
  }

  #send(client: MqttClient, batch: SpooledBatch): void {
    const { payload, sequence } = batch;
    if (!this.#oversize.admits(batch)) return;
    this.#counters.sent++;
    client.publish(batchTopic(this.#options.spool.gateway), payload, { qos: 1 }, (error) => {
      if (error) this.#note(`batch ${sequence} was not taken: ${error.message}`);
      else {
        this.#window.taken(sequence, this.#clock.nowMs());
        this.#oversize.taken(batch);
      }
    });
  }

  #note(message: string, remedy?: string): void {
    if (this.#isStopped) return;
    if (this.#lastError?.message !== message) this.#options.onTrouble?.(message);
    this.#lastError = { message, timeMs: this.#clock.nowMs(), ...(remedy !== undefined && { remedy }) };
  }
}
