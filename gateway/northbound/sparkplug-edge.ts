import type { MqttClient } from 'mqtt';
import type { Clock } from '../../model/clock.ts';
import { errorMessage } from '../../model/error.ts';
import type { StationHealth } from '../../model/health.ts';
import type { Plant } from '../../model/plant.ts';
import { RateMeter } from '../../model/rate-meter.ts';
import type { Reading } from '../../model/reading.ts';
import { isRecording } from '../../model/waveform.ts';
import { type BrokerAccess, BrokerLink } from '../broker-link.ts';
import { decodeSparkplug } from '../mqtt/sparkplug-payload.ts';
import type { Spool } from '../spool.ts';
import { NewestReadings } from './newest-readings.ts';
import type { Northbound } from './northbound.ts';
import type { SessionCounter } from './session-counter.ts';
import { SparkplugBacklog } from './sparkplug-backlog.ts';
import { SparkplugDevice } from './sparkplug-device.ts';
import { encodeMetrics, encodeNodeBirth, encodeNodeDeath } from './sparkplug-encode.ts';

export interface SparkplugEdgeOptions extends BrokerAccess {
  readonly plant: Plant;
  readonly clientId: string;
  readonly group: string;
  readonly edgeNode: string;
  /** Gives each session its birth and death number. */
  readonly sessions: SessionCounter;
  /** The newest reading of a tag that is known from before. */
  readonly remembered: (tag: string) => Reading | undefined;
  /** Holds what a broker that is away was not told; its own, closed with the node. */
  readonly backlog: Spool;
  readonly clock: Clock;
  readonly onTrouble: (message: string) => void;
  readonly reconnectMs?: number;
}

/** Readings of this long go into one message of their device. */
const GATHER_MS = 100;
/** Hosts that ask again and again get their births at this distance. */
const REBIRTH_PAUSE_MS = 1000;
const SEQUENCE_LENGTH = 256;

type DeviceMessage = 'DBIRTH' | 'DDATA';

/**
 * The plant as a Sparkplug B edge node: births with aliases, data as it comes, a death by will, births again where a host
 * asks. What happens while the broker is away is kept on disk and told after the births of the next connection, as historical.
 * @see Sparkplug 3.0.0 clauses 5 (operational behaviour), 6.4 (payloads)
 */
export class SparkplugEdge implements Northbound {
  readonly #options: SparkplugEdgeOptions;
  readonly #link: BrokerLink;
  readonly #newest: NewestReadings;
  readonly #devices: ReadonlyMap<string, SparkplugDevice>;
  readonly #backlog: SparkplugBacklog;
  readonly #rate = new RateMeter();
  readonly #counters = { births: 0, rebirthRequests: 0, messages: 0 };
  #client: MqttClient | undefined;
  #bdSeq = 0;
  #sequence = 0;
  #bornMs = Number.NEGATIVE_INFINITY;
  #gathering: NodeJS.Timeout | undefined;
  #rebirth: NodeJS.Timeout | undefined;
  #lastError: StationHealth['lastError'];

  constructor(options: SparkplugEdgeOptions) {
    this.#options = options;
    const { plant, remembered } = options;
    this.#newest = new NewestReadings(plant.tags, remembered);
    this.#devices = devicesOf(plant);
    this.#backlog = new SparkplugBacklog(options.backlog, (message) => this.#note(message));
    this.#link = new BrokerLink({
      ...options,
      will: () => this.#will(),
      onConnect: (client) => this.#onConnect(client),
      onTrouble: (message) => this.#note(message),
    });
  }

  start(): void {
    this.#link.start();
  }

  /** A broker says nothing for a client that leaves in order, so the node tells its death itself. */
  async stop(): Promise<void> {
    this.#cancelTimers();
    if (this.#client) this.#sendWaiting();
    this.#client = undefined;
    const death = encodeNodeDeath(this.#options.clock.nowMs(), this.#bdSeq);
    await this.#link.stop((client) => client.publishAsync(this.#topic('NDEATH'), death, { qos: 1 }));
    await this.#backlog.close();
  }

  taken(readings: readonly Reading[]): void {
    const isTold = this.#client !== undefined;
    const untold: Reading[] = [];
    for (const reading of readings) {
      const device = this.#devices.get(assetOf(reading));
      if (!device || isRecording(reading)) continue;
      this.#newest.take(reading);
      if (isTold) device.add(reading);
      else untold.push(reading);
    }
    this.#backlog.keep(untold);
    if (isTold) this.#gathering ??= setTimeout(() => this.#sendWaiting(), GATHER_MS);
  }

  health(): StationHealth {
    const { url, group, edgeNode, clock } = this.#options;
    const isConnected = this.#client !== undefined;
    return {
      station: 'northbound:sparkplug',
      state: isConnected ? 'ok' : 'down',
      summary: isConnected
        ? `${group}/${edgeNode} with ${this.#devices.size} devices on ${url}`
        : `not connected to ${url}`,
      ratePerS: this.#rate.perSecond(clock.nowMs()),
      queue: this.#backlog.size,
      ...(this.#lastError ? { lastError: this.#lastError } : {}),
      counters: { ...this.#counters, ...this.#backlog.counters, ...this.#link.counters },
    };
  }

  /** Asked for at each connection, so here a new session begins. */
  #will() {
    this.#bdSeq = this.#options.sessions.next();
    const payload = encodeNodeDeath(this.#options.clock.nowMs(), this.#bdSeq);
    return { topic: this.#topic('NDEATH'), payload, qos: 1, retain: false } as const;
  }

  async #onConnect(client: MqttClient): Promise<void> {
    client.on('message', (_topic, payload) => this.#onCommand(payload));
    client.once('close', () => this.#onClose(client));
    await client.subscribeAsync(this.#topic('NCMD'), { qos: 1 });
    this.#client = client;
    this.#tellBirths();
    void this.#tellLate(client);
  }

  #onClose(client: MqttClient): void {
    if (this.#client !== client) return;
    this.#client = undefined;
    this.#cancelTimers();
    for (const device of this.#devices.values()) this.#backlog.keep(device.takeUntold());
  }

  async #tellLate(client: MqttClient): Promise<void> {
    try {
      await this.#backlog.tellAll((readings) => this.#tellBatch(client, readings));
    } catch (thrown) {
      this.#note(`what was kept is not told: ${errorMessage(thrown)}`);
    }
  }

  /** Resolves once the socket took the last message: a broker that reads slowly holds it up. */
  async #tellBatch(client: MqttClient, readings: readonly Reading[]): Promise<boolean> {
    for (const device of this.#devices.values()) {
      const its = readings.filter((reading) => assetOf(reading) === device.id);
      for (const metrics of device.late(its)) {
        if (this.#client !== client) return false;
        await this.#tell('DDATA', device, metrics);
      }
    }
    return this.#client === client && client.connected;
  }

  #cancelTimers(): void {
    clearTimeout(this.#gathering);
    clearTimeout(this.#rebirth);
    this.#gathering = undefined;
    this.#rebirth = undefined;
  }

  /** @see Sparkplug 3.0.0 clause 6.4.20: only a rebirth is asked of a node; writing goes through our own API */
  #onCommand(bytes: Buffer): void {
    try {
      const { metrics } = decodeSparkplug(bytes);
      if (!metrics.some(({ name, raw }) => name === 'Node Control/Rebirth' && raw === true)) return;
    } catch (error) {
      this.#note(`a command that is no Sparkplug payload: ${(error as Error).message}`);
      return;
    }
    this.#counters.rebirthRequests++;
    const pauseMs = Math.max(0, this.#bornMs + REBIRTH_PAUSE_MS - this.#options.clock.nowMs());
    this.#rebirth ??= setTimeout(() => {
      this.#sendWaiting();
      this.#tellBirths();
    }, pauseMs);
  }

  #tellBirths(): void {
    this.#cancelTimers();
    const nowMs = this.#options.clock.nowMs();
    this.#bornMs = nowMs;
    this.#counters.births++;
    this.#sequence = 0;
    void this.#publish(this.#topic('NBIRTH'), encodeNodeBirth(nowMs, this.#bdSeq));
    for (const device of this.#devices.values())
      void this.#tell('DBIRTH', device, device.birth(this.#newest, nowMs));
  }

  #sendWaiting(): void {
    this.#gathering = undefined;
    for (const device of this.#devices.values()) {
      for (const metrics of device.takeWaiting()) void this.#tell('DDATA', device, metrics);
    }
  }

  /** Resolves once the socket took it, or never will. */
  #tell(
    type: DeviceMessage,
    { id }: SparkplugDevice,
    metrics: Parameters<typeof encodeMetrics>[2],
  ): Promise<void> {
    const nowMs = this.#options.clock.nowMs();
    this.#sequence = (this.#sequence + 1) % SEQUENCE_LENGTH;
    this.#rate.add(metrics.length, nowMs);
    return this.#publish(`${this.#topic(type)}/${id}`, encodeMetrics(this.#sequence, nowMs, metrics));
  }

  async #publish(topic: string, payload: Buffer): Promise<void> {
    this.#counters.messages++;
    try {
      await this.#client?.publishAsync(topic, payload, { qos: 0 });
    } catch (thrown) {
      this.#note(`${topic}: ${errorMessage(thrown)}`);
    }
  }

  #topic(type: 'NBIRTH' | 'NDEATH' | 'NCMD' | DeviceMessage): string {
    const { group, edgeNode } = this.#options;
    return `spBv1.0/${group}/${type}/${edgeNode}`;
  }

  #note(message: string): void {
    if (this.#lastError?.message !== message) this.#options.onTrouble(`Sparkplug edge node: ${message}`);
    this.#lastError = { message, timeMs: this.#options.clock.nowMs() };
  }
}

function devicesOf({ assets }: Plant): Map<string, SparkplugDevice> {
  const devices = new Map<string, SparkplugDevice>();
  let alias = 1;
  for (const asset of assets) {
    if (asset.tags.length === 0) continue;
    devices.set(asset.id, new SparkplugDevice(asset, alias));
    alias += asset.tags.length;
  }
  return devices;
}

const assetOf = ({ tag }: Reading): string => tag.slice(0, tag.indexOf('.'));
