import type { MqttClient } from 'mqtt';
import type { Clock } from '../../model/clock.ts';
import type { StationHealth } from '../../model/health.ts';
import type { Plant, Tag } from '../../model/plant.ts';
import { RateMeter } from '../../model/rate-meter.ts';
import { type Reading, toIsoTime } from '../../model/reading.ts';
import { qualityOf, statusName } from '../../model/status.ts';
import { type BrokerAccess, BrokerLink } from '../broker-link.ts';
import { NewestReadings } from './newest-readings.ts';
import type { Northbound } from './northbound.ts';

export interface UnifiedNamespaceOptions extends BrokerAccess {
  readonly plant: Plant;
  readonly clientId: string;
  /** First level of each topic; none where absent. */
  readonly enterprise?: string;
  /** Retained `online` here, and `offline` by last will. */
  readonly statusTopic?: string;
  /** The newest reading of a tag that is known from before. */
  readonly remembered: (tag: string) => Reading | undefined;
  readonly clock: Clock;
  readonly onTrouble: (message: string) => void;
  readonly reconnectMs?: number;
}

/** Messages on the way at once; the tags that wait meanwhile are told with their newest value, once. */
const MAX_IN_FLIGHT = 256;

/**
 * The newest value of each tag as a retained message at QoS 1 under `[enterprise/]site/area/line/asset/quantity`. A broker
 * that was away, or lost what it retained, is told everything again at the next connection.
 * @see ISA-95 (IEC 62264-1) equipment hierarchy
 */
export class UnifiedNamespace implements Northbound {
  readonly #options: UnifiedNamespaceOptions;
  readonly #link: BrokerLink;
  readonly #newest: NewestReadings;
  readonly #tags: ReadonlyMap<string, Tag>;
  readonly #waiting = new Set<string>();
  readonly #rate = new RateMeter();
  readonly #counters = { published: 0, superseded: 0, failed: 0 };
  #inFlight = 0;
  #lastError: StationHealth['lastError'];

  constructor(options: UnifiedNamespaceOptions) {
    this.#options = options;
    this.#tags = options.plant.tagsById;
    this.#newest = new NewestReadings(options.plant.tags, options.remembered);
    const { statusTopic } = options;
    this.#link = new BrokerLink({
      ...options,
      ...(statusTopic !== undefined && { will: () => statusMessage(statusTopic, 'offline') }),
      onConnect: (client) => this.#onConnect(client),
      onTrouble: (message) => this.#note(message),
    });
  }

  start(): void {
    this.#link.start();
  }

  async stop(): Promise<void> {
    await this.#link.stop((client) => this.#tellStatus(client, 'offline'));
  }

  taken(readings: readonly Reading[]): void {
    for (const reading of readings) {
      if (!this.#tags.has(reading.tag) || !this.#newest.take(reading)) continue;
      if (this.#waiting.has(reading.tag)) this.#counters.superseded++;
      this.#waiting.add(reading.tag);
    }
    const { client } = this.#link;
    if (client) this.#pump(client);
  }

  health(): StationHealth {
    const isConnected = this.#link.client !== undefined;
    const { url } = this.#options;
    return {
      station: 'northbound:unified-namespace',
      state: isConnected ? 'ok' : 'down',
      summary: isConnected ? `newest values of ${this.#tags.size} tags on ${url}` : `not connected to ${url}`,
      ratePerS: this.#rate.perSecond(this.#options.clock.nowMs()),
      queue: this.#waiting.size,
      ...(this.#lastError ? { lastError: this.#lastError } : {}),
      counters: { ...this.#counters, ...this.#link.counters },
    };
  }

  async #onConnect(client: MqttClient): Promise<void> {
    this.#inFlight = 0;
    await this.#tellStatus(client, 'online');
    for (const tag of this.#newest.tags()) this.#waiting.add(tag);
    this.#pump(client);
  }

  async #tellStatus(client: MqttClient, status: 'online' | 'offline'): Promise<void> {
    const { statusTopic } = this.#options;
    if (statusTopic === undefined) return;
    const { topic, payload, ...how } = statusMessage(statusTopic, status);
    await client.publishAsync(topic, payload, how);
  }

  #pump(client: MqttClient): void {
    for (const tag of this.#waiting) {
      if (this.#inFlight >= MAX_IN_FLIGHT) return;
      this.#waiting.delete(tag);
      this.#publish(client, tag);
    }
  }

  #publish(client: MqttClient, id: string): void {
    const [tag, reading] = [this.#tags.get(id), this.#newest.get(id)];
    if (!tag || !reading) return;
    this.#inFlight++;
    const { plant, enterprise, clock } = this.#options;
    client.publish(topicOf(plant, tag, enterprise), messageOf(tag, reading), retained, (error) => {
      // Of an earlier connection: the next told everything anew.
      if (client.disconnecting || !client.connected) return;
      this.#inFlight--;
      if (error) this.#failed(id, error);
      else {
        this.#counters.published++;
        this.#rate.add(1, clock.nowMs());
      }
      this.#pump(client);
    });
  }

  #failed(tag: string, error: Error): void {
    this.#counters.failed++;
    this.#waiting.add(tag);
    this.#note(`${tag}: ${error.message}`);
  }

  #note(message: string): void {
    if (this.#lastError?.message !== message) this.#options.onTrouble(`unified namespace: ${message}`);
    this.#lastError = { message, timeMs: this.#options.clock.nowMs() };
  }
}

const retained = { qos: 1, retain: true } as const;

const statusMessage = (topic: string, status: 'online' | 'offline') => ({
  topic,
  payload: Buffer.from(status),
  ...retained,
});

/** Where a tag stands in the namespace. */
export function topicOf({ site }: Plant, tag: Tag, enterprise?: string): string {
  const place = [site.id, tag.area, tag.line, tag.asset, tag.quantity].join('/');
  return enterprise === undefined ? place : `${enterprise}/${place}`;
}

function messageOf({ unit, definition }: Tag, reading: Reading): string {
  const { value, status } = reading;
  return JSON.stringify({
    value,
    ...(definition.kind === 'number' && { unit }),
    time: toIsoTime(reading),
    quality: qualityOf(status),
    status: statusName(status),
  });
}
