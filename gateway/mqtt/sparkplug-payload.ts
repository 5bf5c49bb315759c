import proto from 'sparkplug-payload/lib/sparkplugPayloadProto.js';

const { Payload } = proto.org.eclipse.tahu.protobuf;
type WireMetric = proto.org.eclipse.tahu.protobuf.Payload.IMetric;
type WireLong = WireMetric['longValue'];

/** One metric as it came; its type and name may have been told in the birth only. */
export interface SparkplugMetric {
  readonly name: string | undefined;
  readonly alias: number | undefined;
  readonly timeMs: number | undefined;
  readonly dataType: number | undefined;
  readonly isHistorical: boolean;
  /** OPC-like quality: 0 bad, 192 good, 500 stale. */
  readonly quality: number | undefined;
  /** Numbers unsigned as on the wire; null where the metric says it has no value; undefined for what has none of these kinds. */
  readonly raw: number | bigint | boolean | string | null | undefined;
}

export interface SparkplugPayload {
  readonly seq: number | undefined;
  readonly timeMs: number | undefined;
  readonly metrics: readonly SparkplugMetric[];
}

/**
 * Reads a Sparkplug B payload.
 * @throws RangeError or Error where the bytes are no such protobuf message
 * @see Sparkplug 3.0.0 clause 6.4
 */
export function decodeSparkplug(bytes: Uint8Array): SparkplugPayload {
  const payload = Payload.decode(bytes);
  return {
    seq: own(payload, 'seq'),
    timeMs: own(payload, 'timestamp'),
    metrics: payload.metrics.map(toMetric),
  };
}

/** A command that asks an edge node for all its births. @see Sparkplug 3.0.0 clause 6.4.20 */
export function encodeRebirth(timeMs: number): Buffer {
  const metric = { name: 'Node Control/Rebirth', timestamp: timeMs, datatype: 11, booleanValue: true };
  return Buffer.from(Payload.encode({ timestamp: timeMs, metrics: [metric] }).finish());
}

function toMetric(metric: WireMetric): SparkplugMetric {
  return {
    name: metric.name || undefined,
    alias: own(metric, 'alias'),
    timeMs: own(metric, 'timestamp'),
    dataType: own(metric, 'datatype'),
    isHistorical: metric.isHistorical === true,
    quality: qualityOf(metric),
    raw: metric.isNull === true ? null : rawValue(metric),
  };
}

function rawValue(metric: WireMetric): SparkplugMetric['raw'] {
  const has = (field: keyof WireMetric) => Object.hasOwn(metric, field);
  if (has('intValue')) return metric.intValue ?? undefined;
  if (has('longValue')) return toBigInt(metric.longValue);
  if (has('floatValue')) return metric.floatValue ?? undefined;
  if (has('doubleValue')) return metric.doubleValue ?? undefined;
  if (has('booleanValue')) return metric.booleanValue ?? undefined;
  return has('stringValue') ? (metric.stringValue ?? undefined) : undefined;
}

function qualityOf({ properties }: WireMetric): number | undefined {
  const at = properties?.keys?.indexOf('Quality') ?? -1;
  return properties?.values?.[at]?.intValue ?? undefined;
}

const toBigInt = (value: WireLong): bigint | undefined =>
  value === null || value === undefined ? undefined : BigInt(value.toString());

/** A field that came, as a number; the decoder's defaults for what did not come are left out. */
function own<Message extends object>(message: Message, field: keyof Message): number | undefined {
  return Object.hasOwn(message, field) ? Number(message[field]) : undefined;
}

const signedBits: Readonly<Record<number, number>> = { 1: 8, 2: 16, 3: 32, 4: 64 };

/**
 * The value as its data type means it: the wire carries negative integers as unsigned ones, of which makers send the
 * shortest, 32 or 64 bits.
 * @see Sparkplug 3.0.0 clause 6.4.16, table of data types
 */
export function typedValue(raw: SparkplugMetric['raw'], dataType: number | undefined): unknown {
  const bits = dataType === undefined ? undefined : signedBits[dataType];
  if (typeof raw === 'bigint') return Number(bits === undefined ? raw : BigInt.asIntN(bits, raw));
  if (typeof raw === 'number' && bits !== undefined)
    return Number(BigInt.asIntN(bits, BigInt(Math.trunc(raw))));
  return raw;
}
