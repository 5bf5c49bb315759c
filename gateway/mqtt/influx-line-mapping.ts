import type { Tag } from '../../model/plant.ts';
import type { Instant, Reading } from '../../model/reading.ts';
import type { Refusal } from '../../model/refusal.ts';
import { statusCodes } from '../../model/status.ts';
import type { MqttSourceFile } from '../../plant/source-schema.ts';
import { type Normalise, normaliserOf } from '../normalise.ts';
import { type InfluxLine, parseInfluxLine } from './influx-line.ts';
import type { Mapped, MessageMapping } from './mapping.ts';
import { payloadInstant, type TimeUnit } from './payload-time.ts';

interface Target {
  readonly tag: string;
  readonly measurement: string;
  /** All of these must be in the line; it may have more. */
  readonly tags: readonly (readonly [name: string, value: string])[];
  readonly field: string;
  readonly normalise: Normalise;
}

/**
 * InfluxDB line protocol, one line or many a message, as Telegraf publishes it: each tag's address is
 * `topic#measurement,tag=value field`. Times are nanoseconds unless the source's `time.unit` says otherwise.
 */
export class InfluxLineMapping implements MessageMapping {
  readonly filters: readonly string[];
  readonly #source: string;
  readonly #unit: TimeUnit;
  readonly #targetsByTopic = new Map<string, Target[]>();

  constructor(source: string, config: MqttSourceFile, tags: readonly Tag[]) {
    this.#source = source;
    this.#unit = (config.time?.unit as TimeUnit | undefined) ?? 'ns';
    for (const tag of tags) {
      const hash = tag.address.indexOf('#');
      const topic = tag.address.slice(0, hash);
      const targets = this.#targetsByTopic.get(topic) ?? [];
      targets.push({ tag: tag.id, ...seriesOf(tag.address.slice(hash + 1)), normalise: normaliserOf(tag) });
      this.#targetsByTopic.set(topic, targets);
    }
    this.filters = config.topic === undefined ? [...this.#targetsByTopic.keys()] : [config.topic];
  }

  map(topic: string, payload: Uint8Array, arrivalMs: number): Mapped {
    const text = new TextDecoder().decode(payload);
    const targets = this.#targetsByTopic.get(topic);
    if (!targets) {
      const refused = this.#refusal(
        'unknown-topic',
        'no tag of the plant file reads this topic',
        topic,
        text,
      );
      return { readings: [], refusals: [refused] };
    }
    // A line end within a string field belongs to the field.
    const lines = text.match(/(?:"(?:\\.|[^"\\])*"|[^\n])+/gs) ?? [''];
    const mapped = lines
      .filter((line) => !line.startsWith('#') && (line.trim() !== '' || lines.length === 1))
      .map((line) => this.#mapLine(topic, line, targets, arrivalMs));
    return { readings: mapped.flatMap((m) => m.readings), refusals: mapped.flatMap((m) => m.refusals) };
  }

  #mapLine(topic: string, text: string, targets: readonly Target[], arrivalMs: number): Mapped {
    const line = parseInfluxLine(text);
    const instant = line && this.#instantOf(line, arrivalMs);
    if (!line || !instant) {
      const message = 'expected: measurement,tag=value field=value time';
      return { readings: [], refusals: [this.#refusal('line-malformed', message, topic, text)] };
    }
    const readings: Reading[] = [];
    const refusals: Refusal[] = [];
    for (const { tag, field, normalise } of targets.filter((target) => isOf(line, target))) {
      const raw = line.fields.get(field);
      if (raw === undefined) continue;
      const result = normalise(raw, statusCodes.good);
      if ('reason' in result)
        refusals.push({ ...this.#refusal(result.reason, result.message, topic, text), tag });
      else readings.push({ tag, ...instant, ...result, origin: 'live' });
    }
    return { readings, refusals };
  }

  #instantOf({ time }: InfluxLine, arrivalMs: number): Instant | undefined {
    return time === undefined ? { timeMs: arrivalMs, timeNs: 0 } : payloadInstant(time, this.#unit);
  }

  #refusal(reason: string, message: string, topic: string, payload: string): Refusal {
    return { reason, message, from: this.#source, where: topic, payload };
  }
}

const isOf = (line: InfluxLine, { measurement, tags }: Target): boolean =>
  line.measurement === measurement && tags.every(([name, value]) => line.tags.get(name) === value);

/** @param address `measurement,tag=value field` */
function seriesOf(address: string): Pick<Target, 'measurement' | 'tags' | 'field'> {
  const space = address.lastIndexOf(' ');
  const [measurement = '', ...tags] = address.slice(0, space).split(',');
  return {
    measurement,
    field: address.slice(space + 1),
    tags: tags.map((tag) => [tag.slice(0, tag.indexOf('=')), tag.slice(tag.indexOf('=') + 1)]),
  };
}
