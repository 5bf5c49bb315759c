import { AttributeIds, type ClientSession, StatusCodes, VariableIds } from 'node-opcua';

/** How many operations one call may hold. It shrinks when the server refuses what it had promised. */
export interface CallLimit {
  value: number;
  /** How often the server took less than it had promised. */
  lowered?: number;
  /** The server turned out not to have the service at all. */
  isUnsupported?: true;
}

export interface ServiceLimits {
  readonly read: CallLimit;
  readonly write: CallLimit;
  readonly browse: CallLimit;
  readonly translate: CallLimit;
  readonly monitor: CallLimit;
  readonly historyRead: CallLimit;
  /** Items that fit into one subscription. */
  readonly itemsPerSubscription: number;
}

const id = (name: keyof typeof VariableIds): string => `i=${VariableIds[name]}`;
const nodes = [
  id('Server_ServerCapabilities_OperationLimits_MaxNodesPerRead'),
  id('Server_ServerCapabilities_OperationLimits_MaxNodesPerWrite'),
  id('Server_ServerCapabilities_OperationLimits_MaxNodesPerBrowse'),
  id('Server_ServerCapabilities_OperationLimits_MaxNodesPerTranslateBrowsePathsToNodeIds'),
  id('Server_ServerCapabilities_OperationLimits_MaxMonitoredItemsPerCall'),
  id('Server_ServerCapabilities_OperationLimits_MaxNodesPerHistoryReadData'),
  id('Server_ServerCapabilities_MaxMonitoredItemsPerSubscription'),
];

/** Chunks that a server without limits gets: large enough to be quick, small enough to be answered in time. */
const ours = [1000, 500, 500, 500, 1000, 20, 10_000] as const;

/** The server's own limits; where it has none, or says 0 (no limit), ours. @see OPC 10000-5 (1.05) 6.3.11 */
export async function readServiceLimits(session: ClientSession): Promise<ServiceLimits> {
  // One by one: a server that allows a single node per Read must be able to say so.
  const values: number[] = [];
  for (const [index, nodeId] of nodes.entries()) {
    const { value, statusCode } = await session.read({ nodeId, attributeId: AttributeIds.Value });
    const stated = statusCode.isGood() && typeof value.value === 'number' ? value.value : 0;
    values.push(stated > 0 ? Math.min(stated, ours[index] ?? stated) : (ours[index] ?? 1));
  }
  const [read = 1, write = 1, browse = 1, translate = 1, monitor = 1, historyRead = 1, items = 1] = values;
  return {
    read: { value: read },
    write: { value: write },
    browse: { value: browse },
    translate: { value: translate },
    monitor: { value: monitor },
    historyRead: { value: historyRead },
    itemsPerSubscription: items,
  };
}

/** How often the server took less in one call than it states. */
export function brokenPromises({ itemsPerSubscription: _, ...limits }: ServiceLimits): number {
  return Object.values(limits).reduce((sum, { lowered = 0 }) => sum + lowered, 0);
}

const tooMuch =
  /BadTooManyOperations|BadRequestTooLarge|BadResponseTooLarge|BadEncodingLimitsExceeded|BadTcpMessageTooLarge/;

/**
 * Calls a service for many operations, as many at once as the server takes, one call after the other.
 * A server that takes fewer than it says gets half as many, and half again, and that is remembered.
 */
export async function inChunks<T, R>(
  operations: readonly T[],
  limit: CallLimit,
  call: (chunk: T[]) => Promise<readonly R[]>,
): Promise<R[]> {
  const results: R[] = [];
  while (results.length < operations.length) {
    const chunk = operations.slice(results.length, results.length + limit.value);
    try {
      const answers = await call(chunk);
      if (answers.length !== chunk.length) throw new Error(StatusCodes.BadUnexpectedError.toString());
      for (const answer of answers) results.push(answer);
    } catch (thrown) {
      if (chunk.length === 1 || !tooMuch.test(String(thrown))) throw thrown;
      limit.value = Math.max(1, Math.floor(chunk.length / 2));
      limit.lowered = (limit.lowered ?? 0) + 1;
    }
  }
  return results;
}
