import {
  AttributeIds,
  type ClientSession,
  DataType,
  type NodeId,
  Variant,
  VariantArrayType,
} from 'node-opcua';
import { PlantscopeError } from '../../model/error.ts';
import type { ReadingValue } from '../../model/reading.ts';
import type { LiveSession } from './live-session.ts';
import type { OpcuaTag } from './opcua-tag.ts';
import type { TagState } from './tag-state.ts';
import { takeValue } from './value.ts';

/** Least and greatest value of each integer type. @see OPC 10000-6 (1.05) 5.2.2 */
const integers: ReadonlyMap<DataType, readonly [least: number, greatest: number]> = new Map([
  [DataType.SByte, [-128, 127]],
  [DataType.Byte, [0, 255]],
  [DataType.Int16, [-32_768, 32_767]],
  [DataType.UInt16, [0, 65_535]],
  [DataType.Int32, [-2_147_483_648, 2_147_483_647]],
  [DataType.UInt32, [0, 4_294_967_295]],
]);
const floats: readonly DataType[] = [DataType.Float, DataType.Double];

/**
 * Writes a value, given in the tag's unit, in the node's own unit and type, and reads it back.
 * @returns what was read back, in the tag's unit
 * @throws PlantscopeError `write-refused` with the reason; `write-unavailable` without a connection; `write-unconfirmed`
 * where the read-back differs
 */
export async function writeTag(
  live: LiveSession | undefined,
  state: TagState | undefined,
  tag: string,
  value: number | boolean | string,
): Promise<ReadingValue> {
  const nodeId = state && live?.nodes.get(state);
  if (!state) throw refused(tag, 'this source has no such tag');
  if (!state.opcua.tag.writable) throw refused(tag, 'the tag is not marked writable in the plant file');
  if (!live || !nodeId) {
    throw new PlantscopeError('write-unavailable', `${tag}: not connected, or its node is in quarantine`, {
      ...{ where: tag, retryable: true },
      hint: 'Look at the source on the health page.',
    });
  }
  if (state.opcua.address.pointer.length > 0)
    throw refused(tag, 'a part of an array or structure is read only');
  const raw = toSourceUnit(state.opcua, value);
  const present = await live.session.read({ nodeId, attributeId: AttributeIds.Value });
  const variant = toVariant(tag, present.value, raw);
  const status = await live.session.write({
    nodeId,
    attributeId: AttributeIds.Value,
    value: { value: variant },
  });
  if (status.isNotGood()) throw refused(tag, `the server answers ${status.name}`);
  return confirm(live.session, nodeId, state.opcua, variant);
}

/** The unit conversion is a line; its inverse follows from two points. */
function toSourceUnit(
  { tag, toUnit }: OpcuaTag,
  value: number | boolean | string,
): number | boolean | string {
  if (typeof value !== 'number') return value;
  if (tag.range && (value < tag.range[0] || value > tag.range[1])) {
    throw refused(tag.id, `${value} is outside the range [${tag.range.join(', ')}] ${tag.unit}`);
  }
  const offset = toUnit(0);
  return (value - offset) / (toUnit(1) - offset);
}

function toVariant(tag: string, present: Variant, raw: number | boolean | string): Variant {
  const { dataType, arrayType } = present;
  if (arrayType !== VariantArrayType.Scalar) throw refused(tag, 'the node holds an array');
  const value = valueFor(dataType, raw);
  if (value !== undefined) return new Variant({ dataType, value });
  throw refused(tag, `the node is of type ${DataType[dataType]}, which can't hold ${JSON.stringify(raw)}`);
}

/** The value as the node's type holds it; undefined where it can't. */
function valueFor(dataType: DataType, raw: number | boolean | string): number | boolean | string | undefined {
  if (dataType === DataType.Boolean)
    return raw === true || raw === 1 ? true : isFalse(raw) ? false : undefined;
  if (dataType === DataType.String) return typeof raw === 'string' ? raw : undefined;
  if (typeof raw !== 'number') return undefined;
  if (floats.includes(dataType)) return raw;
  const range = integers.get(dataType);
  const whole = Math.round(raw);
  // A conversion of units leaves 24.999999999: that is 25; 24.5 is no whole number.
  const isWhole = Math.abs(raw - whole) <= 1e-9 * Math.max(1, Math.abs(whole));
  return range && isWhole && whole >= range[0] && whole <= range[1] ? whole : undefined;
}

const isFalse = (raw: number | boolean | string): boolean => raw === false || raw === 0;

async function confirm(
  session: ClientSession,
  nodeId: NodeId,
  opcua: OpcuaTag,
  written: Variant,
): Promise<ReadingValue> {
  const now = await session.read({ nodeId, attributeId: AttributeIds.Value }, 0);
  const [wanted, found] = [written, now.value].map((variant) =>
    takeValue(variant, [], opcua.tag.definition.kind),
  );
  const isClose =
    typeof written.value === 'number' && Math.fround(written.value) === Math.fround(Number(now.value.value));
  if (found && 'value' in found && (isClose || JSON.stringify(wanted) === JSON.stringify(found))) {
    return typeof found.value === 'number' ? opcua.toUnit(found.value) : found.value;
  }
  throw new PlantscopeError(
    'write-unconfirmed',
    `${opcua.tag.id}: the server took ${written.value} but reads ${now.value.value}`,
    {
      where: opcua.tag.address,
      hint: 'The device may need time or refuse the value by itself; read it again.',
    },
  );
}

function refused(tag: string, reason: string): PlantscopeError {
  return new PlantscopeError('write-refused', `${tag}: ${reason}`, { where: tag });
}
