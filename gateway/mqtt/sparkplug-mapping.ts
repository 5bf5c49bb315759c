import { errorMessage } from '../../model/error.ts';
import type { Tag } from '../../model/plant.ts';
import type { Reading } from '../../model/reading.ts';
import type { Refusal } from '../../model/refusal.ts';
import { type StatusCode, statusCodes } from '../../model/status.ts';
import { type Normalise, normaliserOf } from '../normalise.ts';
import type { DeviceRequest, Mapped, MessageMapping } from './mapping.ts';
import { SparkplugNode } from './sparkplug-node.ts';
import {
  decodeSparkplug,
  encodeRebirth,
  type SparkplugMetric,
  type SparkplugPayload,
  typedValue,
} from './sparkplug-payload.ts';

const NAMESPACE = 'spBv1.0';
const nodeTypes = ['NBIRTH', 'NDATA', 'NDEATH'] as const;
const deviceTypes = ['DBIRTH', 'DDATA', 'DDEATH'] as const;
type MessageType = (typeof nodeTypes)[number] | (typeof deviceTypes)[number];

interface Target {
  readonly tag: string;
  readonly normalise: Normalise;
}

/** One edge node: by device (`''`: the node itself) the tags of each metric. */
interface Edge {
  readonly group: string;
  readonly name: string;
  readonly node: SparkplugNode;
  readonly devices: Map<string, Map<string, Target[]>>;
}

interface Message {
  readonly type: MessageType;
  readonly edge: Edge;
  readonly device: string;
  readonly payload: SparkplugPayload;
  readonly arrivalMs: number;
  readonly refuse: (reason: string, message: string, tag?: string) => Refusal;
}

/**
 * Sparkplug B: each tag's address is `group/edge[/device]#metric name`. Births tell aliases and types, a death makes the
 * tags bad, and a gap in the sequence asks the node for a rebirth; the values that came after the gap are kept.
 * @see Sparkplug 3.0.0 clauses 4 (topics), 5 (operational behaviour), 6 (payloads)
 */
export class SparkplugMapping implements MessageMapping {
  readonly filters: readonly string[];
  readonly #source: string;
  readonly #edges = new Map<string, Edge>();

  constructor(source: string, tags: readonly Tag[]) {
    this.#source = source;
    for (const tag of tags) this.#add(tag);
    this.filters = [...this.#edges.values()].flatMap(({ group, name }) => [
      ...nodeTypes.map((type) => `${NAMESPACE}/${group}/${type}/${name}`),
      ...deviceTypes.map((type) => `${NAMESPACE}/${group}/${type}/${name}/+`),
    ]);
  }

  #add(tag: Tag): void {
    const hash = tag.address.indexOf('#');
    const [group = '', name = '', device = ''] = tag.address.slice(0, hash).split('/');
    const key = `${group}/${name}`;
    const edge = this.#edges.get(key) ?? { group, name, node: new SparkplugNode(), devices: new Map() };
    this.#edges.set(key, edge);
    const metrics: Map<string, Target[]> = edge.devices.get(device) ?? new Map();
    edge.devices.set(device, metrics);
    const metric = tag.address.slice(hash + 1);
    metrics.set(metric, [...(metrics.get(metric) ?? []), { tag: tag.id, normalise: normaliserOf(tag) }]);
  }

  greetings(nowMs: number): readonly DeviceRequest[] {
    return [...this.#edges.values()].map((edge) => rebirthOf(edge, nowMs));
  }

  map(topic: string, bytes: Uint8Array, arrivalMs: number): Mapped {
    const text = () => Buffer.from(bytes).toString('base64');
    const refuse = (reason: string, message: string, tag?: string): Refusal => ({
      ...{ reason, message, from: this.#source, where: topic, payload: text() },
      ...(tag === undefined ? {} : { tag }),
    });
    const [, group, type = '', name, device = ''] = topic.split('/');
    const edge = this.#edges.get(`${group}/${name}`);
    if (!edge || !isMessageType(type))
      return onlyRefused(refuse('unknown-topic', `no tag of the plant file reads the topic ${topic}`));
    let payload: SparkplugPayload;
    try {
      payload = decodeSparkplug(bytes);
    } catch (error) {
      return onlyRefused(refuse('sparkplug-malformed', `no Sparkplug B payload: ${errorMessage(error)}`));
    }
    if (type !== 'NDEATH' && payload.seq === undefined)
      return onlyRefused(
        refuse('sparkplug-malformed', 'no Sparkplug B payload: its sequence number is missing'),
      );
    const mapped = this.#apply({ type, edge, device, payload, arrivalMs, refuse });
    const asks = edge.node.mustAsk(arrivalMs) && type !== 'NDEATH';
    return asks ? { ...mapped, requests: [rebirthOf(edge, arrivalMs)] } : mapped;
  }

  #apply(message: Message): Mapped {
    const { type, edge, device, payload } = message;
    switch (type) {
      case 'NBIRTH':
      case 'DBIRTH':
        edge.node.birth(device, payload);
        return readMetrics(message);
      case 'NDATA':
      case 'DDATA':
        edge.node.data(payload);
        return readMetrics(message);
      case 'DDEATH':
        edge.node.data(payload);
        return lost(message, [device]);
      case 'NDEATH':
        return edge.node.death(payload)
          ? lost(message, [...edge.devices.keys()])
          : { readings: [], refusals: [] };
    }
  }
}

const isMessageType = (text: string): text is MessageType =>
  ([...nodeTypes, ...deviceTypes] as readonly string[]).includes(text);

function readMetrics(message: Message): Mapped {
  const { edge, device, payload, refuse } = message;
  const results = payload.metrics.map((metric) => readMetric(message, metric));
  const unknown = payload.metrics.filter((metric) => edge.node.resolve(device, metric) === undefined);
  const aliases = unknown.map(({ alias }) => alias ?? 'none').join(', ');
  const refusals =
    unknown.length === 0 ? [] : [refuse('alias-unknown', `no birth told the aliases ${aliases}`)];
  return {
    readings: results.flatMap((result) => result.readings),
    refusals: [...refusals, ...results.flatMap((result) => result.refusals)],
  };
}

/** A metric that no tag reads gives nothing: edge nodes tell more than a plant needs. */
function readMetric(message: Message, metric: SparkplugMetric): Mapped {
  const { edge, device, payload, arrivalMs, refuse } = message;
  const meant = edge.node.resolve(device, metric);
  const targets = meant === undefined ? undefined : edge.devices.get(device)?.get(meant.name);
  const timeMs = metric.timeMs ?? payload.timeMs ?? arrivalMs;
  const origin = metric.isHistorical ? 'history' : 'live';
  const readings: Reading[] = [];
  const refusals: Refusal[] = [];
  for (const { tag, normalise } of targets ?? []) {
    // What is neither number, switch, text nor null (a data set, a template, bytes) has no place in a tag.
    const raw = metric.raw === undefined ? {} : typedValue(metric.raw, meant?.dataType);
    const result = normalise(raw, statusOf(metric));
    if ('reason' in result) refusals.push(refuse(result.reason, result.message, tag));
    else readings.push({ tag, timeMs, timeNs: 0, ...result, origin });
  }
  return { readings, refusals };
}

/** @see Sparkplug 3.0.0 clause 6.4.14, property `Quality` */
function statusOf({ quality, raw }: SparkplugMetric): StatusCode {
  if (raw === null || quality === 0) return statusCodes.bad;
  return quality === 500 ? statusCodes.uncertainLastUsableValue : statusCodes.good;
}

/** The time of arrival, because a will carries the time of the connection it was left at. */
function lost({ edge, arrivalMs }: Message, devices: readonly string[]): Mapped {
  const targets = devices.flatMap((device) => [...(edge.devices.get(device)?.values() ?? [])].flat());
  const reading = { timeMs: arrivalMs, timeNs: 0, value: null, origin: 'live' } as const;
  const status = statusCodes.badNoCommunication;
  return { readings: targets.map(({ tag }) => ({ tag, ...reading, status })), refusals: [] };
}

const rebirthOf = ({ group, name }: Edge, nowMs: number): DeviceRequest => ({
  topic: `${NAMESPACE}/${group}/NCMD/${name}`,
  payload: encodeRebirth(nowMs),
});

const onlyRefused = (refusal: Refusal): Mapped => ({ readings: [], refusals: [refusal] });
