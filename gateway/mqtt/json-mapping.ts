import { errorMessage } from '../../model/error.ts';
import type { ValueKind } from '../../model/nature.ts';
import type { Tag } from '../../model/plant.ts';
import type { Instant, Reading, ReadingOrigin } from '../../model/reading.ts';
import type { Refusal } from '../../model/refusal.ts';
import { statusCodes } from '../../model/status.ts';
import { matchesFilter } from '../../mqtt/topic-filter.ts';
import type { MqttSourceFile } from '../../plant/source-schema.ts';
import { type Normalise, normaliserOf } from '../normalise.ts';
import { atPointer } from './json-pointer.ts';
import { jsonValue } from './json-value.ts';
import type { Mapped, MessageMapping } from './mapping.ts';
import { payloadInstant, type TimeUnit } from './payload-time.ts';

interface Field {
  readonly tag: string;
  readonly pointer: string;
  readonly kind: ValueKind;
  readonly normalise: Normalise;
}

type Refuse = (reason: string, message: string, tag?: string) => Refusal;

/** A device that stored readings while it was away sends them as `{"records": [...]}` on `<topic>/history`. */
const HISTORY_SUFFIX = '/history';

/**
 * JSON devices: each tag's address is `topic#/json/pointer`; one message may carry many tags; a topic level may be `+`. A
 * message that is one bare value has the address `topic#`.
 */
export class JsonMapping implements MessageMapping {
  readonly filters: readonly string[];
  readonly #source: string;
  readonly #time: MqttSourceFile['time'];
  readonly #fieldsByTopic = new Map<string, Field[]>();
  /** Topics with a level that may be anything. */
  readonly #patterns: readonly (readonly [filter: string, fields: readonly Field[]])[];

  constructor(source: string, config: MqttSourceFile, tags: readonly Tag[]) {
    this.#source = source;
    this.#time = config.time;
    for (const tag of tags) {
      const [topic = '', pointer = ''] = tag.address.split('#');
      const fields = this.#fieldsByTopic.get(topic) ?? [];
      fields.push({ tag: tag.id, pointer, kind: tag.definition.kind, normalise: normaliserOf(tag) });
      this.#fieldsByTopic.set(topic, fields);
    }
    const topics = [...this.#fieldsByTopic.keys()];
    this.#patterns = [...this.#fieldsByTopic].filter(([topic]) => topic.includes('+'));
    this.filters =
      config.topic === undefined ? topics.flatMap((t) => [t, t + HISTORY_SUFFIX]) : [config.topic];
  }

  map(topic: string, payload: Uint8Array, arrivalMs: number): Mapped {
    const isHistory = topic.endsWith(HISTORY_SUFFIX) && !this.#fieldsOf(topic);
    const fields = this.#fieldsOf(isHistory ? topic.slice(0, -HISTORY_SUFFIX.length) : topic);
    const text = new TextDecoder().decode(payload);
    const refuse: Refuse = (reason, message, tag) => ({
      ...{ reason, message, from: this.#source, where: topic, payload: text },
      ...(tag === undefined ? {} : { tag }),
    });
    if (!fields)
      return onlyRefused(refuse('unknown-topic', `no tag of the plant file reads the topic ${topic}`));
    let document: unknown;
    try {
      document = JSON.parse(text);
    } catch (error) {
      // Where the message is the value, text needs no quotes: ON, running.
      if (fields.every(({ pointer }) => pointer === '')) document = text;
      else return onlyRefused(refuse('json-malformed', `the payload is no JSON: ${errorMessage(error)}`));
    }
    const records = recordsOf(document);
    const origin = isHistory ? 'history' : 'live';
    const mapped = records.map((record) => {
      // Of a list the one record alone, which can be mended and sent again by itself.
      const refuseOne: Refuse = (...what) =>
        record === document ? refuse(...what) : { ...refuse(...what), payload: JSON.stringify(record) };
      return this.#mapRecord(record, fields, arrivalMs, origin, refuseOne);
    });
    return { readings: mapped.flatMap((m) => m.readings), refusals: mapped.flatMap((m) => m.refusals) };
  }

  /** Those of the topic itself, else those of every pattern that takes it. */
  #fieldsOf(topic: string): readonly Field[] | undefined {
    const own = this.#fieldsByTopic.get(topic);
    if (own) return own;
    const fields = this.#patterns.filter(([filter]) => matchesFilter(filter, topic)).flatMap(([, of]) => of);
    return fields.length > 0 ? fields : undefined;
  }

  #mapRecord(
    record: unknown,
    fields: readonly Field[],
    arrivalMs: number,
    origin: ReadingOrigin,
    refuse: Refuse,
  ): Mapped {
    const instant = this.#instantOf(record, arrivalMs);
    if (!instant) {
      const found = JSON.stringify(atPointer(record, this.#time?.pointer ?? ''))?.slice(0, 60) ?? 'nothing';
      return onlyRefused(
        refuse('time-malformed', `expected a time at ${this.#time?.pointer}, found ${found}`),
      );
    }
    const readings: Reading[] = [];
    const refusals: Refusal[] = [];
    for (const { tag, pointer, kind, normalise } of fields) {
      const raw = atPointer(record, pointer);
      // Devices send what changed: a field that is not there is no mistake.
      if (raw === undefined) continue;
      const result = normalise(jsonValue(raw, kind), statusCodes.good);
      if ('reason' in result) refusals.push(refuse(result.reason, result.message, tag));
      else readings.push({ tag, ...instant, ...result, origin });
    }
    if (readings.length + refusals.length > 0) return { readings, refusals };
    const known = fields.map((field) => field.pointer).join(', ');
    return onlyRefused(refuse('no-known-field', `none of the mapped fields is in the payload (${known})`));
  }

  #instantOf(record: unknown, arrivalMs: number): Instant | undefined {
    if (!this.#time) return { timeMs: arrivalMs, timeNs: 0 };
    return payloadInstant(atPointer(record, this.#time.pointer), this.#time.unit as TimeUnit | undefined);
  }
}

/** A message is one record, a list of them, or `{"records": [...]}`. */
function recordsOf(document: unknown): readonly unknown[] {
  if (Array.isArray(document)) return document;
  const records = atPointer(document, '/records');
  return Array.isArray(records) ? records : [document];
}

const onlyRefused = (refusal: Refusal): Mapped => ({ readings: [], refusals: [refusal] });
