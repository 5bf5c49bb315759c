import {
  BrowsePath,
  type ClientSession,
  coerceNodeId,
  type NodeId,
  ReferenceTypeIds,
  StatusCodes,
} from 'node-opcua';
import type { OpcuaAddress } from './address.ts';
import { inChunks, type ServiceLimits } from './service-limits.ts';

/** A node of this session, or the status that says why there is none. Never kept beyond the session. */
export type Resolved =
  | { readonly nodeId: NodeId }
  | { readonly statusCode: { readonly value: number; readonly name: string } };

/**
 * Finds the node of each address by the server's present namespace table: indexes may have changed since the last session.
 * @returns one result an address, in order
 */
export async function resolveAddresses(
  session: ClientSession,
  addresses: readonly OpcuaAddress[],
  namespaces: readonly string[],
  limits: ServiceLimits,
): Promise<Resolved[]> {
  const paths: { readonly index: number; readonly path: BrowsePath }[] = [];
  const resolved = addresses.map((address, index): Resolved => {
    if (address.node.kind === 'node-id') return fromNodeId(address.node, namespaces);
    const path = browsePath(address.node.steps, namespaces);
    if (path) paths.push({ index, path });
    return { statusCode: StatusCodes.BadNodeIdUnknown };
  });
  const results = await inChunks(paths, limits.translate, (chunk) =>
    session.translateBrowsePath(chunk.map(({ path }) => path)),
  );
  for (const [position, result] of results.entries()) {
    const { index } = paths[position] ?? { index: -1 };
    const nodeId = result.targets?.[0]?.targetId;
    resolved[index] =
      result.statusCode.isGood() && nodeId
        ? { nodeId: coerceNodeId(nodeId.toString()) }
        : { statusCode: result.statusCode };
  }
  return resolved;
}

function fromNodeId(
  node: { readonly namespaceUri: string; readonly identifier: string },
  namespaces: readonly string[],
): Resolved {
  const index = namespaces.indexOf(node.namespaceUri);
  if (index < 0) return { statusCode: StatusCodes.BadNodeIdUnknown };
  try {
    return { nodeId: coerceNodeId(`ns=${index};${node.identifier}`) };
  } catch {
    return { statusCode: StatusCodes.BadNodeIdInvalid };
  }
}

function browsePath(
  steps: readonly { readonly namespaceUri: string; readonly name: string }[],
  namespaces: readonly string[],
): BrowsePath | undefined {
  const elements = steps.map(({ namespaceUri, name }) => ({
    referenceTypeId: coerceNodeId(ReferenceTypeIds.HierarchicalReferences),
    isInverse: false,
    includeSubtypes: true,
    targetName: { namespaceIndex: namespaces.indexOf(namespaceUri), name },
  }));
  if (elements.some(({ targetName }) => targetName.namespaceIndex < 0)) return undefined;
  return new BrowsePath({ startingNode: coerceNodeId('i=84'), relativePath: { elements } });
}
