import { AttributeIds, VariableIds } from 'node-opcua';
import { PlantscopeError } from '../../model/error.ts';
import { closeConnection, type OpcuaConnection } from './connection.ts';
import type { OpcuaTiming } from './timing.ts';

/** 200 to 255: the server is healthy; below it works, but another may do better. @see OPC 10000-4 (1.05) 6.6.2.4.2 */
export const healthyServiceLevel = 200;

export async function serviceLevelOf({ session }: OpcuaConnection): Promise<number> {
  const nodeId = `i=${VariableIds.Server_ServiceLevel}`;
  const { value, statusCode } = await session.read({ nodeId, attributeId: AttributeIds.Value });
  return statusCode.isGood() && typeof value.value === 'number' ? value.value : 0;
}

/**
 * Opens the one server, or of several the one with the highest ServiceLevel; among equals the first named.
 * @throws what the last server threw, where none opens
 */
export async function openBest(
  urls: readonly string[],
  open: (url: string) => Promise<OpcuaConnection>,
  timing: OpcuaTiming,
): Promise<OpcuaConnection> {
  const [only] = urls;
  if (only !== undefined && urls.length === 1) return open(only);
  let best: { readonly connection: OpcuaConnection; readonly level: number } | undefined;
  let failure: unknown = new PlantscopeError('opcua-endpoint', 'no endpoint is named');
  for (const url of urls) {
    try {
      const connection = await open(url);
      const level = await serviceLevelOf(connection);
      const loser = best && best.level >= level ? connection : best?.connection;
      if (loser !== connection) best = { connection, level };
      if (loser) await closeConnection(loser, timing.heartbeatTimeoutMs);
    } catch (thrown) {
      failure = thrown;
    }
  }
  if (!best) throw failure;
  return best.connection;
}

/** The highest ServiceLevel among servers that can be opened; 0 where none can. */
export async function highestServiceLevel(
  urls: readonly string[],
  open: (url: string) => Promise<OpcuaConnection>,
  timing: OpcuaTiming,
): Promise<number> {
  const levels = urls.map(async (url) => {
    try {
      const connection = await open(url);
      const level = await serviceLevelOf(connection);
      await closeConnection(connection, timing.heartbeatTimeoutMs);
      return level;
    } catch {
      // A server that does not answer is no better than ours.
      return 0;
    }
  });
  return Math.max(0, ...(await Promise.all(levels)));
}
