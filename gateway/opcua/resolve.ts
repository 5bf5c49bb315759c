import { type ClientSession, coerceNodeId, resolveNodeId, StatusCodes } from 'node-opcua';
import type { OpcuaAddress, PathStep } from './address.ts';
import { followPaths, type NodePath, type Resolved } from './browse-path.ts';
import type { ServiceLimits } from './service-limits.ts';

const root = 'i=84';

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
  const paths: { readonly index: number; readonly path: NodePath }[] = [];
  const resolved = addresses.map((address, index): Resolved => {
    if (address.node.kind === 'node-id') return fromNodeId(address.node, namespaces);
    const path = nodePath(address.node.steps, namespaces);
    if (path) paths.push({ index, path });
    return { statusCode: StatusCodes.BadNodeIdUnknown };
  });
  const results = await followPaths(
    session,
    paths.map(({ path }) => path),
    limits,
  );
  for (const [position, result] of results.entries()) resolved[paths[position]?.index ?? -1] = result;
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

function nodePath(steps: readonly PathStep[], namespaces: readonly string[]): NodePath | undefined {
  const qualified = steps.map(({ namespaceUri, name }) => ({
    namespaceIndex: namespaces.indexOf(namespaceUri),
    name,
  }));
  if (qualified.some(({ namespaceIndex }) => namespaceIndex < 0)) return undefined;
  return { start: resolveNodeId(root), steps: qualified };
}
