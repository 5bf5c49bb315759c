import proto from 'sparkplug-payload/lib/sparkplugPayloadProto.js';
import type { ValueKind } from '../../model/nature.ts';
import type { ReadingValue } from '../../model/reading.ts';

const { Payload } = proto.org.eclipse.tahu.protobuf;
type WireMetric = proto.org.eclipse.tahu.protobuf.Payload.IMetric;

/** @see Sparkplug 3.0.0 clause 6.4.16, table of data types */
const dataTypes = { int32: 3, int64: 4, double: 10, boolean: 11, string: 12 } as const;
const dataTypeOf = { number: dataTypes.double, boolean: dataTypes.boolean, text: dataTypes.string } as const;

/** OPC-like quality that Sparkplug knows: 0 bad, 192 good, 500 stale. @see Sparkplug 3.0.0 clause 6.4.14 */
export type SparkplugQuality = 0 | 192 | 500;

/** One metric of a tag as an edge node tells it. */
export interface TagMetric {
  readonly alias: number;
  readonly kind: ValueKind;
  readonly value: ReadingValue;
  readonly timeMs: number;
  readonly isHistorical: boolean;
  /** Told where it is not good, or was not the last time. */
  readonly quality?: SparkplugQuality;
  /** In births only. */
  readonly birth?: { readonly name: string; readonly unit?: string };
}

export function encodeMetrics(seq: number, timeMs: number, metrics: readonly TagMetric[]): Buffer {
  return encode({ timestamp: timeMs, seq, metrics: metrics.map(toWire) });
}

/** @see Sparkplug 3.0.0 clause 6.4.19 (NBIRTH) */
export function encodeNodeBirth(timeMs: number, bdSeq: number): Buffer {
  const rebirth: WireMetric = {
    ...{ name: 'Node Control/Rebirth', timestamp: timeMs },
    ...{ datatype: dataTypes.boolean, booleanValue: false },
  };
  return encode({
    timestamp: timeMs,
    seq: 0,
    metrics: [{ ...bdSeqMetric(bdSeq), timestamp: timeMs }, rebirth],
  });
}

/** Carries no sequence number. @see Sparkplug 3.0.0 clause 6.4.25 (NDEATH) */
export function encodeNodeDeath(timeMs: number, bdSeq: number): Buffer {
  return encode({ timestamp: timeMs, metrics: [bdSeqMetric(bdSeq)] });
}

const bdSeqMetric = (bdSeq: number): WireMetric => ({
  ...{ name: 'bdSeq', datatype: dataTypes.int64, longValue: bdSeq },
});

const encode = (payload: proto.org.eclipse.tahu.protobuf.IPayload): Buffer =>
  Buffer.from(Payload.encode(payload).finish());

function toWire({ alias, kind, value, timeMs, isHistorical, quality, birth }: TagMetric): WireMetric {
  const properties = propertiesOf(quality, birth?.unit);
  return {
    ...(birth && { name: birth.name, datatype: dataTypeOf[kind] }),
    ...{ alias, timestamp: timeMs },
    ...(isHistorical && { isHistorical }),
    ...(properties.keys.length > 0 && { properties }),
    ...wireValue(kind, value),
  };
}

function wireValue(kind: ValueKind, value: ReadingValue): WireMetric {
  if (value === null) return { isNull: true };
  if (kind === 'number') return { doubleValue: Number(value) };
  return kind === 'boolean' ? { booleanValue: Boolean(value) } : { stringValue: String(value) };
}

function propertiesOf(quality: SparkplugQuality | undefined, unit: string | undefined) {
  const properties = [
    ...(quality === undefined ? [] : [['Quality', { type: dataTypes.int32, intValue: quality }] as const]),
    ...(unit === undefined ? [] : [['engUnit', { type: dataTypes.string, stringValue: unit }] as const]),
  ];
  return { keys: properties.map(([key]) => key), values: properties.map(([, value]) => value) };
}
