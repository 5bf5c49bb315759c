import {
  AttributeIds,
  type ClientSession,
  DataType,
  type NodeId,
  Variant,
  VariantArrayType,
} from 'node-opcua';
import { PlantscopeError } from '../../model/error.ts';
import type { LiveSession } from './live-session.ts';
import type { OpcuaTag } from './opcua-tag.ts';
import type { TagState } from './tag-state.ts';
import { takeValue } from './value.ts';

const integers: readonly DataType[] = [
  DataType.SByte,
  DataType.Byte,
  DataType.Int16,
  DataType.UInt16,
  DataType.Int32,
  DataType.UInt32,
];
const floats: readonly DataType[] = [DataType.Float, DataType.Double];

/**
 * Writes a value, given in the tag's unit, in the node's own unit and type, and reads it back.
 * @throws PlantscopeError `write-refused` with the reason; `write-unconfirmed` where the read-back differs
 */
export async function writeTag(
  live: LiveSession | undefined,
  state: TagState | undefined,
  tag: string,
  value: number | boolean | string,
): Promise<void> {
  const nodeId = state && live?.nodes.get(state);
  if (!state) throw refused(tag, 'this source has no such tag');
  if (!state.opcua.tag.writable) throw refused(tag, 'the tag is not marked writable in the plant file');
  if (!live || !nodeId) throw refused(tag, 'the server is not connected, or the node is in quarantine', true);
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
  await confirm(live.session, nodeId, state.opcua, variant);
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
  if (dataType === DataType.Boolean && raw !== '') return new Variant({ dataType, value: Boolean(raw) });
  if (dataType === DataType.String) return new Variant({ dataType, value: String(raw) });
  if (floats.includes(dataType) && typeof raw === 'number') return new Variant({ dataType, value: raw });
  if (integers.includes(dataType) && typeof raw === 'number') {
    return new Variant({ dataType, value: Math.round(raw) });
  }
  throw refused(tag, `the node is of type ${DataType[dataType]}, which can't hold ${JSON.stringify(raw)}`);
}

async function confirm(
  session: ClientSession,
  nodeId: NodeId,
  opcua: OpcuaTag,
  written: Variant,
): Promise<void> {
  const now = await session.read({ nodeId, attributeId: AttributeIds.Value }, 0);
  const [wanted, found] = [written, now.value].map((variant) =>
    takeValue(variant, [], opcua.tag.definition.kind),
  );
  if (JSON.stringify(wanted) === JSON.stringify(found)) return;
  const isClose =
    typeof written.value === 'number' && Math.fround(written.value) === Math.fround(Number(now.value.value));
  if (isClose) return;
  throw new PlantscopeError(
    'write-unconfirmed',
    `${opcua.tag.id}: the server took ${written.value} but reads ${now.value.value}`,
    {
      where: opcua.tag.address,
      hint: 'The device may need time or refuse the value by itself; read it again.',
    },
  );
}

function refused(tag: string, reason: string, retryable = false): PlantscopeError {
  return new PlantscopeError('write-refused', `${tag}: ${reason}`, { where: tag, retryable });
}
