import {
  AttributeIds,
  type ClientSession,
  NodeClass,
  NodeId,
  NodeIdType,
  type QualifiedName,
  type ReferenceDescription,
} from 'node-opcua';
import { PlantscopeError } from '../../model/error.ts';
import {
  browsePathAddress,
  nodeIdAddress,
  opcuaNamespaceUri,
  type PathStep,
  parseAddress,
} from './address.ts';
import { browseForward } from './browse-path.ts';
import { resolveAddresses } from './resolve.ts';
import type { ServiceLimits } from './service-limits.ts';

/** A node met on a walk. */
export interface BrowsedNode {
  readonly nodeId: NodeId;
  readonly path: readonly PathStep[];
  /** Path of the nearest object: of itself, or of what holds this variable. */
  readonly devicePath: readonly PathStep[];
  /** No sibling of it or of a node above it has the same browse name. */
  readonly isPathUnique: boolean;
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
 * @param path a browse path such as `/Objects`, or the address of a node
 * @param depth levels below it
 * @throws PlantscopeError `opcua-path` where the path leads nowhere
 */
export async function walkServer(walk: Walk, path: string, depth: number): Promise<BrowsedNode[]> {
  const start = await startOf(walk, path);
  const seen = new Set<string>([start.nodeId.toString()]);
  const found: BrowsedNode[] = [];
  let level: Parent[] = [start];
  for (let at = 0; at < depth && level.length > 0 && found.length < mostNodes; at++) {
    const children = (await childrenOf(walk, level)).filter(({ nodeId }) => isNew(seen, nodeId));
    found.push(...children);
    level = children;
  }
  return found;
}

async function startOf(walk: Walk, path: string): Promise<Parent> {
  const address = parseAddress(path);
  const [start] = await resolveAddresses(walk.session, [address], walk.namespaces, walk.limits);
  const nowhere = new PlantscopeError('opcua-path', `nothing is found at ${path}`, {
    where: path,
    hint: 'Begin with /Objects; `plantscope opcua browse` prints the address of each node.',
  });
  if (!start || !('nodeId' in start)) throw nowhere;
  const { nodeId } = start;
  const name = await walk.session.read({ nodeId, attributeId: AttributeIds.BrowseName });
  if (name.statusCode.isNotGood()) throw nowhere;
  if (address.node.kind === 'browse-path') {
    const { steps } = address.node;
    return { nodeId, path: steps, devicePath: steps, isPathUnique: true };
  }
  const { name: text, namespaceIndex } = name.value.value as QualifiedName;
  const steps = [{ namespaceUri: walk.namespaces[namespaceIndex] ?? opcuaNamespaceUri, name: text ?? '' }];
  // No path from the root is known here, so what lies below is called by its ids.
  return { nodeId, path: steps, devicePath: steps, isPathUnique: false };
}

type Parent = Pick<BrowsedNode, 'nodeId' | 'path' | 'devicePath' | 'isPathUnique'>;

function isNew(seen: Set<string>, nodeId: NodeId): boolean {
  const key = nodeId.toString();
  if (seen.has(key) || serverOwn.has(key)) return false;
  seen.add(key);
  return true;
}

async function childrenOf(
  { session, limits, namespaces }: Walk,
  parents: readonly Parent[],
): Promise<BrowsedNode[]> {
  const results = await browseForward(
    session,
    parents.map(({ nodeId }) => nodeId),
    limits,
    NodeClass.Object | NodeClass.Variable,
  );
  return parents.flatMap((parent, index) => {
    const references = results[index] ?? [];
    const twins = repeatedNames(references);
    return references
      .filter(({ referenceTypeId }) => referenceTypeId.toString() !== `ns=0;${hasProperty}`)
      .map((reference) => toNode(reference, parent, !twins.has(nameOf(reference)), namespaces));
  });
}

const nameOf = ({ browseName }: ReferenceDescription): string =>
  `${browseName.namespaceIndex}:${browseName.name}`;

/** A server may give several nodes of one parent the same browse name; one node may be referred to twice. */
function repeatedNames(references: readonly ReferenceDescription[]): ReadonlySet<string> {
  const nodes = new Map<string, string>();
  const repeated = new Set<string>();
  for (const reference of references) {
    const [name, nodeId] = [nameOf(reference), reference.nodeId.toString()];
    if ((nodes.get(name) ?? nodeId) !== nodeId) repeated.add(name);
    nodes.set(name, nodeId);
  }
  return repeated;
}

function toNode(
  { nodeId: expanded, browseName, displayName, nodeClass }: ReferenceDescription,
  parent: Parent,
  isAlone: boolean,
  namespaces: readonly string[],
): BrowsedNode {
  const uri = (index: number): string => namespaces[index] ?? opcuaNamespaceUri;
  const step = { namespaceUri: uri(browseName.namespaceIndex), name: browseName.name ?? '' };
  const path = [...parent.path, step];
  const nodeId = new NodeId(expanded.identifierType, expanded.value, expanded.namespace);
  const isVariable = nodeClass === NodeClass.Variable;
  const isPathUnique = parent.isPathUnique && isAlone;
  const byId = nodeIdAddress(uri(nodeId.namespace), nodeId.toString().replace(/^ns=\d+;/, ''));
  return {
    ...{ nodeId, path, isVariable, isPathUnique },
    devicePath: isVariable ? parent.devicePath : path,
    displayName: displayName.text ?? browseName.name ?? '',
    address: isPathUnique && !isChosenId(nodeId) ? browsePathAddress(path) : byId,
  };
}

/** Text ids are chosen by people and stay; numbers are often dealt out anew at each start, so there the path counts. */
const isChosenId = ({ identifierType, namespace }: NodeId): boolean =>
  identifierType === NodeIdType.STRING || namespace === 0;
