import {
  AttributeIds,
  BrowseDirection,
  DataType,
  type DataValue,
  NodeId,
  promoteOpaqueStructure,
  type Variant,
  VariantArrayType,
} from 'node-opcua';
import { followPaths } from './browse-path.ts';
import type { BrowsedNode, Walk } from './browse-server.ts';
import { inChunks } from './service-limits.ts';
import { leavesOf, longestArray, type ValueLeaf } from './value-leaves.ts';

/** What a variable holds and in which unit, as far as the server tells. */
export interface VariableFacts {
  /** What of it can be tags. */
  readonly leaves: readonly ValueLeaf[];
  /** Why there is no leaf, where there is none. */
  readonly reason: string;
  readonly unitName: string | undefined;
  readonly unitId: number | undefined;
  readonly range: readonly [number, number] | undefined;
}

const notReadable = /BadNotReadable|BadUserAccessDenied|BadNodeIdUnknown/;
const enumeration = 'Enumeration';

/** Parts, unit (EUInformation) and range (EURange) of each variable. @see OPC 10000-8 (1.05) 5.3.2, 5.6 */
export async function readFacts(walk: Walk, nodes: readonly BrowsedNode[]): Promise<VariableFacts[]> {
  const values = await readAttribute(walk, nodes, AttributeIds.Value);
  await promoteOpaqueStructure(walk.session, values.filter(isStructure));
  const types = await builtInTypes(walk, await readAttribute(walk, nodes, AttributeIds.DataType));
  const units = await readProperty(walk, nodes, 'EngineeringUnits');
  const ranges = await readProperty(walk, nodes, 'EURange');
  const texts = [
    await readProperty(walk, nodes, 'EnumStrings'),
    await readProperty(walk, nodes, 'EnumValues'),
  ];
  return nodes.map((_, index) => {
    const unit = units[index] as { displayName?: { text?: string | null }; unitId?: number } | undefined;
    return {
      ...partsOf(values[index], texts.some((list) => list[index]) ? enumeration : (types[index] ?? '')),
      unitName: unit?.displayName?.text ?? undefined,
      unitId: unit?.unitId,
      range: rangeOf(ranges[index]),
    };
  });
}

function partsOf(
  read: DataValue | undefined,
  declaredType: string,
): Pick<VariableFacts, 'leaves' | 'reason'> {
  const status = read?.statusCode.name ?? 'BadNoData';
  if (notReadable.test(status)) return { leaves: [], reason: `it can't be read (${status})` };
  // A value that is bad now, or not there yet, has its type all the same.
  const variant = read?.value && read.value.dataType !== DataType.Null ? read.value : undefined;
  const typeName = variant ? String(DataType[variant.dataType]) : declaredType;
  const leaves = leavesOf(variant, typeName === enumeration ? 'Int32' : typeName);
  const isEnumeration = declaredType === enumeration;
  return {
    leaves: isEnumeration ? leaves.map((leaf) => ({ ...leaf, kind: 'text' as const })) : leaves,
    reason: reasonOf(variant, typeName),
  };
}

function reasonOf(variant: Variant | undefined, typeName: string): string {
  if (typeName === 'ExtensionObject') return 'no field of the structure is a number, a truth or a text';
  if (!variant || variant.arrayType === VariantArrayType.Scalar) return `${typeName} is no kind of tag`;
  const count = (variant.value as ArrayLike<unknown> | null)?.length ?? 0;
  if (count === 0) return 'the array is empty now';
  return count > longestArray
    ? `an array of ${count} (more than ${longestArray}: map the elements you want by hand, with #/<index>)`
    : `${typeName} is no kind of tag`;
}

function rangeOf(property: unknown): VariableFacts['range'] {
  const { low, high } = (property ?? {}) as { low?: number; high?: number };
  return low !== undefined &&
    high !== undefined &&
    Number.isFinite(low) &&
    Number.isFinite(high) &&
    low < high
    ? [low, high]
    : undefined;
}

const isStructure = ({ value }: DataValue): boolean => value?.dataType === DataType.ExtensionObject;

function readAttribute(
  { session, limits }: Walk,
  nodes: readonly { readonly nodeId: NodeId }[],
  attributeId: AttributeIds,
): Promise<DataValue[]> {
  return inChunks(nodes, limits.read, (chunk) =>
    session.read(chunk.map(({ nodeId }) => ({ nodeId, attributeId }))),
  );
}

/** The built-in type that each data type is made of; `Enumeration` for those. */
async function builtInTypes(walk: Walk, dataTypes: readonly DataValue[]): Promise<string[]> {
  const known = new Map<string, string>();
  const names: string[] = [];
  for (const { value } of dataTypes) {
    const nodeId = value.value as unknown;
    if (!(nodeId instanceof NodeId)) names.push('an unknown type');
    else {
      const key = nodeId.toString();
      const name = known.get(key) ?? (await builtInType(walk, nodeId));
      known.set(key, name);
      names.push(name);
    }
  }
  return names;
}

const enumerationType = 29;
const hasSubtype = 'i=45';
/** A chain of types longer than this runs in a circle. */
const longestChain = 20;

async function builtInType({ session }: Walk, dataType: NodeId): Promise<string> {
  let at = dataType;
  for (let step = 0; step < longestChain; step++) {
    if (at.namespace === 0 && at.value === enumerationType) return enumeration;
    // Above 23 (DataValue) the numbers of types are no built-in types any more.
    if (at.namespace === 0 && Number(at.value) <= DataType.DataValue)
      return String(DataType[Number(at.value)]);
    const { references } = await session.browse({
      ...{ nodeId: at, referenceTypeId: hasSubtype, browseDirection: BrowseDirection.Inverse },
      ...{ includeSubtypes: true, resultMask: 0 },
    });
    const parent = references?.[0]?.nodeId;
    if (!parent) break;
    at = new NodeId(parent.identifierType, parent.value, parent.namespace);
  }
  return dataType.toString();
}

async function readProperty(walk: Walk, nodes: readonly BrowsedNode[], name: string): Promise<unknown[]> {
  const paths = nodes.map(({ nodeId }) => ({ start: nodeId, steps: [{ namespaceIndex: 0, name }] }));
  const targets = (await followPaths(walk.session, paths, walk.limits)).flatMap((found, index) =>
    'nodeId' in found ? [{ index, nodeId: found.nodeId }] : [],
  );
  const values = await readAttribute(walk, targets, AttributeIds.Value);
  const properties: unknown[] = nodes.map(() => undefined);
  for (const [position, { index }] of targets.entries()) properties[index] = values[position]?.value.value;
  return properties;
}
