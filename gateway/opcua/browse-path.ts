import {
  BrowseDirection,
  BrowsePath,
  type BrowseResult,
  type ClientSession,
  coerceNodeId,
  type NodeId,
  type ReferenceDescription,
  resolveNodeId,
  StatusCodes,
} from 'node-opcua';
import { errorMessage } from '../../model/error.ts';
import { inChunks, type ServiceLimits } from './service-limits.ts';

/** A browse name by the present namespace table of a session. */
export interface QualifiedStep {
  readonly namespaceIndex: number;
  readonly name: string;
}

export interface NodePath {
  readonly start: NodeId;
  readonly steps: readonly QualifiedStep[];
}

/** A node of this session, or the status that says why there is none. Never kept beyond the session. */
export type Resolved =
  | { readonly nodeId: NodeId }
  | { readonly statusCode: { readonly value: number; readonly name: string } };

const hierarchical = 'i=33';
const hasNoService = /BadServiceUnsupported|BadNotImplemented|BadNotSupported/;

/**
 * Finds the node at the end of each path. A server without TranslateBrowsePathsToNodeIds (a small one need not have
 * it) is walked by Browse instead.
 * @returns one result a path, in order
 * @see OPC 10000-4 (1.05) 5.9.4
 */
export async function followPaths(
  session: ClientSession,
  paths: readonly NodePath[],
  limits: ServiceLimits,
): Promise<Resolved[]> {
  if (paths.length === 0) return [];
  if (!limits.translate.isUnsupported) {
    try {
      return await translate(session, paths, limits);
    } catch (thrown) {
      if (!hasNoService.test(errorMessage(thrown))) throw thrown;
      limits.translate.isUnsupported = true;
    }
  }
  return walk(session, paths, limits);
}

async function translate(
  session: ClientSession,
  paths: readonly NodePath[],
  limits: ServiceLimits,
): Promise<Resolved[]> {
  const results = await inChunks(paths, limits.translate, (chunk) =>
    session.translateBrowsePath(chunk.map(browsePath)),
  );
  return results.map(({ targets, statusCode }): Resolved => {
    const target = targets?.[0]?.targetId;
    return statusCode.isGood() && target ? { nodeId: coerceNodeId(target.toString()) } : { statusCode };
  });
}

function browsePath({ start, steps }: NodePath): BrowsePath {
  const elements = steps.map((targetName) => ({
    referenceTypeId: resolveNodeId(hierarchical),
    isInverse: false,
    includeSubtypes: true,
    targetName,
  }));
  return new BrowsePath({ startingNode: start, relativePath: { elements } });
}

/** Step by step; what several paths have in common is browsed once. */
async function walk(
  session: ClientSession,
  paths: readonly NodePath[],
  limits: ServiceLimits,
): Promise<Resolved[]> {
  let reached: Resolved[] = paths.map(({ start }) => ({ nodeId: start }));
  const longest = Math.max(...paths.map(({ steps }) => steps.length));
  for (let depth = 0; depth < longest; depth++) {
    const parents = new Map<string, NodeId>();
    for (const [index, at] of reached.entries()) {
      if ('nodeId' in at && paths[index]?.steps[depth]) parents.set(at.nodeId.toString(), at.nodeId);
    }
    const children = await childrenByName(session, [...parents.values()], limits);
    reached = reached.map((at, index): Resolved => {
      const step = paths[index]?.steps[depth];
      if (!step || !('nodeId' in at)) return at;
      const nodeId = children.get(at.nodeId.toString())?.get(keyOf(step));
      return nodeId ? { nodeId } : { statusCode: StatusCodes.BadNoMatch };
    });
  }
  return reached;
}

const keyOf = ({ namespaceIndex, name }: { namespaceIndex: number; name?: string | null }): string =>
  `${namespaceIndex}:${name ?? ''}`;

async function childrenByName(
  session: ClientSession,
  parents: readonly NodeId[],
  limits: ServiceLimits,
): Promise<Map<string, Map<string, NodeId>>> {
  const results = await browseForward(session, parents, limits, 0);
  return new Map(
    parents.map((parent, index) => [
      parent.toString(),
      new Map(
        (results[index] ?? []).map(({ browseName, nodeId }) => [
          keyOf(browseName),
          coerceNodeId(nodeId.toString()),
        ]),
      ),
    ]),
  );
}

/**
 * Hierarchical references of each node, forwards.
 * @param nodeClassMask 0 = every class
 */
export async function browseForward(
  session: ClientSession,
  nodes: readonly NodeId[],
  limits: ServiceLimits,
  nodeClassMask: number,
): Promise<ReferenceDescription[][]> {
  return inChunks(nodes, limits.browse, async (chunk) => {
    const browsed = await session.browse(
      chunk.map((nodeId) => ({
        nodeId,
        referenceTypeId: hierarchical,
        includeSubtypes: true,
        browseDirection: BrowseDirection.Forward,
        nodeClassMask,
        resultMask: 63,
      })),
    );
    return Promise.all(browsed.map((result) => allReferences(session, result)));
  });
}

/** A server may hand out the children of a large folder in pieces. */
async function allReferences(session: ClientSession, first: BrowseResult): Promise<ReferenceDescription[]> {
  const references = [...(first.references ?? [])];
  let point = first.continuationPoint;
  while (point && point.length > 0) {
    const next = await session.browseNext(point, false);
    references.push(...(next.references ?? []));
    point = next.continuationPoint;
  }
  return references;
}
