import {
  type DataValue,
  HistoryData,
  HistoryReadRequest,
  type HistoryReadResponse,
  type NodeId,
  ReadRawModifiedDetails,
  TimestampsToReturn,
} from 'node-opcua';
import { errorMessage } from '../../model/error.ts';
import type { TimeWindow } from '../../model/window.ts';

/** Answers of a server that keeps no history of a node, or does not let us see it. */
const noHistory =
  /BadHistoryOperationUnsupported|BadHistoryOperationInvalid|BadServiceUnsupported|BadNotSupported|BadNotImplemented|BadUserAccessDenied|BadNotReadable|BadNodeIdUnknown|BadNodeIdInvalid/;
const outOfPoints = /BadNoContinuationPoints|BadContinuationPointInvalid|BadTooManyOperations/;

export const valuesPerPage = 1_000;

/** Where history is read from. The call must settle, answered or not. */
export interface HistorySession {
  historyRead(request: HistoryReadRequest): Promise<HistoryReadResponse>;
}

export type HistoryOutcome = 'done' | 'no-history' | 'split';

interface Pending {
  readonly index: number;
  readonly nodeId: NodeId;
  readonly startMs: number;
  readonly continuationPoint: Buffer | null;
}

/**
 * Reads raw history of several nodes page by page; each page is handed over before the next is asked for.
 * @param onPage values of the node at `index`, oldest first
 * @returns how it ended for each node; `split` = read it alone, the server ran out of continuation points
 * @see OPC 10000-11 (1.05) 6.5.3
 */
export async function readHistory(
  session: HistorySession,
  nodeIds: readonly NodeId[],
  window: TimeWindow,
  onPage: (index: number, values: readonly DataValue[]) => Promise<void>,
): Promise<HistoryOutcome[]> {
  const outcomes = nodeIds.map((): HistoryOutcome => 'done');
  let pending = nodeIds.map(
    (nodeId, index): Pending => ({ index, nodeId, startMs: window.startMs, continuationPoint: null }),
  );
  while (pending.length > 0) {
    // Nodes that go on share one call only while they share a start time.
    const startMs = pending[0]?.startMs ?? window.startMs;
    const group = pending.filter((node) => node.startMs === startMs);
    const rest = pending.filter((node) => node.startMs !== startMs);
    const next = await readPage(session, group, { startMs, endMs: window.endMs }, onPage, outcomes);
    pending = [...next, ...rest];
  }
  return outcomes;
}

async function readPage(
  session: HistorySession,
  group: readonly Pending[],
  window: TimeWindow,
  onPage: (index: number, values: readonly DataValue[]) => Promise<void>,
  outcomes: HistoryOutcome[],
): Promise<Pending[]> {
  const results = await historyRead(session, group, window);
  const next: Pending[] = [];
  for (const [position, node] of group.entries()) {
    const result = results[position];
    const name = result?.statusCode.name ?? 'BadUnexpectedError';
    if (result === undefined || /^Bad/.test(name)) {
      outcomes[node.index] = failure(name);
      continue;
    }
    const values = result.historyData instanceof HistoryData ? (result.historyData.dataValues ?? []) : [];
    if (values.length > 0) await onPage(node.index, values);
    const follow = following(node, values, result.continuationPoint);
    if (follow) next.push(follow);
  }
  return next;
}

function failure(name: string): HistoryOutcome {
  if (noHistory.test(name)) return 'no-history';
  if (outOfPoints.test(name)) return 'split';
  if (name === 'BadNoData') return 'done';
  throw new Error(`HistoryRead: ${name}`);
}

/** The next page: by continuation point, or by time where a server fills a page and offers none. */
function following(
  node: Pending,
  values: readonly DataValue[],
  continuationPoint: Buffer | null | undefined,
): Pending | undefined {
  if (continuationPoint && continuationPoint.length > 0) return { ...node, continuationPoint };
  const lastMs = values.at(-1)?.sourceTimestamp?.getTime();
  if (values.length < valuesPerPage || lastMs === undefined || lastMs <= node.startMs) return undefined;
  return { ...node, startMs: lastMs, continuationPoint: null };
}

async function historyRead(session: HistorySession, group: readonly Pending[], window: TimeWindow) {
  const request = new HistoryReadRequest({
    historyReadDetails: new ReadRawModifiedDetails({
      isReadModified: false,
      startTime: new Date(window.startMs),
      endTime: new Date(window.endMs),
      numValuesPerNode: valuesPerPage,
      returnBounds: false,
    }),
    timestampsToReturn: TimestampsToReturn.Both,
    releaseContinuationPoints: false,
    nodesToRead: group.map(({ nodeId, continuationPoint }) => ({
      nodeId,
      ...(continuationPoint ? { continuationPoint } : {}),
    })),
  });
  try {
    return (await session.historyRead(request)).results ?? [];
  } catch (thrown) {
    // A server without the service answers with one fault for the whole call.
    const name = /Bad[A-Za-z]+/.exec(errorMessage(thrown))?.[0] ?? '';
    if (!noHistory.test(name) && !outOfPoints.test(name)) throw thrown;
    return group.map(() => ({ statusCode: { name }, historyData: null, continuationPoint: null }));
  }
}
