import {
  AttributeIds,
  type ClientSession,
  DataType,
  NodeClass,
  NodeId,
  NodeIdType,
  type ReferenceDescription,
  type Variant,
  VariantArrayType,
} from 'node-opcua';
import { PlantscopeError } from '../../model/error.ts';
import {
  browsePathAddress,
  nodeIdAddress,
  opcuaNamespaceUri,
  type PathStep,
  parseAddress,
} from './address.ts';
import { browseForward, followPaths } from './browse-path.ts';
import { resolveAddresses } from './resolve.ts';
import { inChunks, type ServiceLimits } from './service-limits.ts';

/** A node met on a walk. */
export interface BrowsedNode {
  readonly nodeId: NodeId;
  readonly path: readonly PathStep[];
  readonly displayName: string;
  readonly isVariable: boolean;
  /** As `parseAddress` reads it; stable across restarts of the server. */
  readonly address: string;
}

export interface Walk {
  readonly session: ClientSession;
  readonly limits: ServiceLimits;
  readonly namespaces: readonly string[];
}

const hasProperty = 'i=46';
/** The server's own object, its aliases and locations: no device of a plant. */
const serverOwn: ReadonlySet<string> = new Set(['ns=0;i=2253', 'ns=0;i=23470', 'ns=0;i=31915']);
const mostNodes = 200_000;

/**
 * Walks the address space below a node, level by level, within the server's limits; a node met twice is taken once.
 * @param path a browse path such as `/Objects`
 * @param depth levels below it
 * @throws PlantscopeError `opcua-path` where the path leads nowhere
 */
export async function walkServer(walk: Walk, path: string, depth: number): Promise<BrowsedNode[]> {
  const address = parseAddress(path);
  const [start] = await resolveAddresses(walk.session, [address], walk.namespaces, walk.limits);
  if (!start || !('nodeId' in start) || address.node.kind !== 'browse-path') {
    throw new PlantscopeError('opcua-path', `nothing is found at ${path}`, {
      where: path,
      hint: 'Begin with /Objects; `plantscope opcua browse` prints the path of each node.',
    });
  }
  const seen = new Set<string>([start.nodeId.toString()]);
  const found: BrowsedNode[] = [];
  let level: { readonly nodeId: NodeId; readonly path: readonly PathStep[] }[] = [
    { nodeId: start.nodeId, path: address.node.steps },
  ];
  for (let at = 0; at < depth && level.length > 0 && found.length < mostNodes; at++) {
    const children = (await childrenOf(walk, level)).filter(({ nodeId }) => isNew(seen, nodeId));
    found.push(...children);
    level = children;
  }
  return found;
}

function isNew(seen: Set<string>, nodeId: NodeId): boolean {
  const key = nodeId.toString();
  if (seen.has(key) || serverOwn.has(key)) return false;
  seen.add(key);
  return true;
}

async function childrenOf(
  { session, limits, namespaces }: Walk,
  parents: readonly { readonly nodeId: NodeId; readonly path: readonly PathStep[] }[],
): Promise<BrowsedNode[]> {
  const results = await browseForward(
    session,
    parents.map(({ nodeId }) => nodeId),
    limits,
    NodeClass.Object | NodeClass.Variable,
  );
  return results.flatMap((references, index) =>
    references
      .filter(({ referenceTypeId }) => referenceTypeId.toString() !== `ns=0;${hasProperty}`)
      .map((reference) => toNode(reference, parents[index]?.path ?? [], namespaces)),
  );
}

function toNode(
  { nodeId: expanded, browseName, displayName, nodeClass }: ReferenceDescription,
  parent: readonly PathStep[],
  namespaces: readonly string[],
): BrowsedNode {
  const uri = (index: number): string => namespaces[index] ?? opcuaNamespaceUri;
  const path = [...parent, { namespaceUri: uri(browseName.namespaceIndex), name: browseName.name ?? '' }];
  const nodeId = new NodeId(expanded.identifierType, expanded.value, expanded.namespace);
  return {
    nodeId,
    path,
    displayName: displayName.text ?? browseName.name ?? '',
    isVariable: nodeClass === NodeClass.Variable,
    address: stableAddress(nodeId, path, uri),
  };
}

/** Text ids are chosen by people and stay; numbers are often dealt out anew at each start, so there the path counts. */
function stableAddress(nodeId: NodeId, path: readonly PathStep[], uri: (index: number) => string): string {
  if (nodeId.identifierType === NodeIdType.STRING || nodeId.namespace === 0) {
    return nodeIdAddress(uri(nodeId.namespace), nodeId.toString().replace(/^ns=\d+;/, ''));
  }
  return browsePathAddress(path);
}

/** What a variable holds and in which unit, as far as the server tells. */
export interface VariableFacts {
  readonly dataType: string;
  readonly isArray: boolean;
  readonly value: unknown;
  readonly unitName: string | undefined;
  readonly unitId: number | undefined;
  readonly range: readonly [number, number] | undefined;
}

/** Value, unit (EUInformation) and range (EURange) of each variable. @see OPC 10000-8 (1.05) 5.3.2, 5.6 */
export async function readFacts(walk: Walk, nodes: readonly BrowsedNode[]): Promise<VariableFacts[]> {
  const { session, limits } = walk;
  const values = await inChunks(nodes, limits.read, (chunk) =>
    session.read(chunk.map(({ nodeId }) => ({ nodeId, attributeId: AttributeIds.Value }))),
  );
  const [units, ranges] = [
    await readProperty(walk, nodes, 'EngineeringUnits'),
    await readProperty(walk, nodes, 'EURange'),
  ];
  return nodes.map((_, index): VariableFacts => {
    const variant = values[index]?.value;
    const unit = units[index] as { displayName?: { text?: string | null }; unitId?: number } | undefined;
    const range = ranges[index] as { low?: number; high?: number } | undefined;
    return {
      dataType: typeName(variant),
      isArray: variant?.arrayType === VariantArrayType.Array,
      value: variant?.value,
      unitName: unit?.displayName?.text ?? undefined,
      unitId: unit?.unitId,
      range:
        range?.low !== undefined && range.high !== undefined && range.low < range.high
          ? [range.low, range.high]
          : undefined,
    };
  });
}

/** A 64 bit number and a ByteString are arrays in JavaScript only; a matrix is no type that a tag can have. */
const typeName = (variant: Variant | undefined): string =>
  `${DataType[variant?.dataType ?? DataType.Null]}${variant?.arrayType === VariantArrayType.Matrix ? ' matrix' : ''}`;

async function readProperty(
  { session, limits }: Walk,
  nodes: readonly BrowsedNode[],
  name: string,
): Promise<unknown[]> {
  const paths = nodes.map(({ nodeId }) => ({ start: nodeId, steps: [{ namespaceIndex: 0, name }] }));
  const targets = (await followPaths(session, paths, limits)).flatMap((found, index) =>
    'nodeId' in found ? [{ index, nodeId: found.nodeId }] : [],
  );
  const values = await inChunks(targets, limits.read, (chunk) =>
    session.read(chunk.map(({ nodeId }) => ({ nodeId, attributeId: AttributeIds.Value }))),
  );
  const properties: unknown[] = nodes.map(() => undefined);
  for (const [position, { index }] of targets.entries()) properties[index] = values[position]?.value.value;
  return properties;
}
