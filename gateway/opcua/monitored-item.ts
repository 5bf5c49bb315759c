import {
  AttributeIds,
  DataChangeFilter,
  DataChangeTrigger,
  DeadbandType,
  MonitoringMode,
  type NodeId,
} from 'node-opcua';
import type { TagState } from './tag-state.ts';

/** One node to watch, and the tags that take their value from it. */
export interface ItemRequest {
  readonly nodeId: NodeId;
  readonly states: readonly TagState[];
  readonly samplingMs: number;
  /** In the node's own unit. */
  readonly deadband: number | undefined;
}

export interface ItemResult {
  readonly request: ItemRequest;
  /** Good, or why the server does not monitor the node. */
  readonly statusName: string;
}

/** Keeps at most this many values of one item at the server while we are away. */
const queueSpanMs = 30_000;
const longestQueue = 100;

/** Answers of a server that does not filter this type of value. */
export const isFilterRefused = (statusName: string): boolean =>
  /BadMonitoredItemFilter|BadFilter|BadDeadbandFilterInvalid/.test(statusName);

/** Answers of a server, or of one subscription, that has no item left. */
export const isFull = (statusName: string): boolean =>
  /BadTooManyMonitoredItems|BadOutOfMemory|BadResourceUnavailable/.test(statusName);

/** Value and status are watched, each change is queued at the server. @see OPC 10000-4 (1.05) 5.13.2 */
export function itemToCreate(request: ItemRequest, clientHandle: number, withDeadband: boolean) {
  const { nodeId, samplingMs, deadband } = request;
  const filter =
    withDeadband && deadband !== undefined && deadband > 0
      ? new DataChangeFilter({
          trigger: DataChangeTrigger.StatusValue,
          deadbandType: DeadbandType.Absolute,
          deadbandValue: deadband,
        })
      : null;
  return {
    itemToMonitor: { nodeId, attributeId: AttributeIds.Value },
    monitoringMode: MonitoringMode.Reporting,
    requestedParameters: {
      clientHandle,
      samplingInterval: samplingMs,
      filter,
      queueSize: Math.min(longestQueue, Math.max(2, Math.ceil(queueSpanMs / Math.max(1, samplingMs)))),
      discardOldest: true,
    },
  };
}
