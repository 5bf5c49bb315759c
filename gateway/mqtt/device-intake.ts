import type { Clock } from '../../model/clock.ts';
import type { StationHealth } from '../../model/health.ts';
import { RateMeter } from '../../model/rate-meter.ts';
import type { Reading } from '../../model/reading.ts';
import type { Refusal } from '../../model/refusal.ts';
import { TopicFilters } from '../../mqtt/topic-filter.ts';
import { SilenceWatch, silenceText } from '../silence-watch.ts';
import type { SourceSink } from '../source.ts';
import { HistoryAsker, type HistoryRequests } from './history-request.ts';
import type { MessageMapping } from './mapping.ts';

/** A payload above this size is not parsed: a sensor's message is a few hundred bytes. */
const MAX_PAYLOAD_BYTES = 1024 * 1024;

export interface DeviceIntakeExtras {
  /** Where devices may be asked for what they kept. */
  readonly history?: HistoryRequests | undefined;
  /** Judges which tags are stale; by default none is. */
  readonly silence?: SilenceWatch;
}

/** Takes MQTT messages of devices, from whichever broker, and hands their readings on; keeps the counts for the health page. */
export class DeviceIntake {
  readonly #id: string;
  readonly #mapping: MessageMapping;
  readonly #filters: TopicFilters;
  readonly #clock: Clock;
  readonly #asker: HistoryAsker | undefined;
  readonly #silence: SilenceWatch;
  readonly #rate = new RateMeter();
  readonly #counters = { messages: 0, readings: 0, refused: 0 };
  /** A device may connect before the gateway runs: its message waits, unacknowledged, until there is a spool for it. */
  readonly #sink: Promise<SourceSink>;
  #open: (sink: SourceSink) => void = () => undefined;
  #send: (topic: string, payload: Buffer) => void = () => undefined;
  #lastMessageMs: number | undefined;
  #skewMs: number | undefined;

  constructor(id: string, mapping: MessageMapping, clock: Clock, extras: DeviceIntakeExtras = {}) {
    const { history, silence = new SilenceWatch([], () => '') } = extras;
    this.#id = id;
    this.#mapping = mapping;
    this.#filters = new TopicFilters(mapping.filters);
    this.#clock = clock;
    this.#asker = history && new HistoryAsker(history);
    this.#silence = silence;
    this.#sink = new Promise((resolve) => {
      this.#open = resolve;
    });
  }

  open(sink: SourceSink): void {
    this.#silence.start(this.#clock.nowMs());
    this.#open(sink);
  }

  /** Where what the protocol wants to tell its devices goes. */
  sendWith(send: (topic: string, payload: Buffer) => void): void {
    this.#send = send;
  }

  /** To be told of each new connection to the broker. */
  connected(): void {
    for (const { topic, payload } of this.#mapping.greetings?.(this.#clock.nowMs()) ?? [])
      this.#send(topic, payload);
  }

  accepts(topic: string): boolean {
    return this.#filters.matches(topic);
  }

  /** Resolves once the spool holds the readings (or the quarantine the message): the device may then be acknowledged. */
  async receive(topic: string, payload: Uint8Array): Promise<void> {
    const sink = await this.#sink;
    const nowMs = this.#clock.nowMs();
    this.#counters.messages += 1;
    this.#lastMessageMs = nowMs;
    if (payload.byteLength > MAX_PAYLOAD_BYTES) return this.#refuseTooLarge(topic, payload, sink);
    const { readings, refusals, requests } = this.#mapping.map(topic, payload, nowMs);
    for (const request of requests ?? []) this.#send(request.topic, request.payload);
    this.#counters.readings += readings.length;
    this.#counters.refused += refusals.length;
    this.#rate.add(readings.length, nowMs);
    this.#silence.heard(readings, nowMs);
    const newest = readings.at(-1);
    if (newest?.origin === 'live') {
      this.#skewMs = newest.timeMs - nowMs;
      const tags = readings.map((reading) => reading.tag);
      this.#asker?.heard(topic, tags, nowMs, sink);
    }
    await handOn(sink, readings, refusals);
  }

  /** A message that was refused, mended or not: taken as of when it came, and no sign that its device is alive. */
  async replay(topic: string, payload: Uint8Array, arrivalMs: number): Promise<void> {
    const sink = await this.#sink;
    const { readings, refusals } = this.#mapping.map(topic, payload, arrivalMs);
    await handOn(sink, readings, refusals);
  }

  #refuseTooLarge(topic: string, payload: Uint8Array, sink: SourceSink): Promise<void> {
    this.#counters.refused += 1;
    const message = `a payload of ${payload.byteLength} bytes is above the limit of ${MAX_PAYLOAD_BYTES}`;
    const start = new TextDecoder().decode(payload.subarray(0, 1024));
    const refusal = { reason: 'too-large', message, from: this.#id, where: topic, payload: start };
    return sink.refuse([refusal]);
  }

  health(connection: Pick<StationHealth, 'state' | 'summary'>): StationHealth {
    const nowMs = this.#clock.nowMs();
    const silentS = this.#lastMessageMs === undefined ? undefined : (nowMs - this.#lastMessageMs) / 1000;
    const heard = silentS === undefined ? 'no message yet' : `last message ${silentS.toFixed(0)} s ago`;
    const silent = this.#silence.silentDevices(nowMs);
    return {
      station: `source:${this.#id}`,
      state: connection.state === 'ok' && silent.length > 0 ? 'degraded' : connection.state,
      summary: `${connection.summary}; ${heard}${silenceText(silent)}`,
      ratePerS: this.#rate.perSecond(nowMs),
      ...(this.#skewMs === undefined ? {} : { clockSkewMs: this.#skewMs }),
      counters: { ...this.#counters, ...this.#silence.conditions(nowMs) },
    };
  }
}

async function handOn(
  sink: SourceSink,
  readings: readonly Reading[],
  refusals: readonly Refusal[],
): Promise<void> {
  await Promise.all([
    readings.length > 0 ? sink.accept(readings) : undefined,
    refusals.length > 0 ? sink.refuse(refusals) : undefined,
  ]);
}
