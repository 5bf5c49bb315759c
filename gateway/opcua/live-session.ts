import {
  AttributeIds,
  type ClientSession,
  type DataValue,
  type HistoryReadRequest,
  type HistoryReadResponse,
  type NodeId,
  VariableIds,
} from 'node-opcua';
import type { Logger } from 'pino';
import type { Clock } from '../../model/clock.ts';
import { PlantscopeError } from '../../model/error.ts';
import type { Resolved } from './browse-path.ts';
import { closeConnection, type OpcuaConnection, withTimeout } from './connection.ts';
import { type ItemRequest, type ItemResult, isFull } from './monitored-item.ts';
import { MonitoredItems, type NotificationHandler } from './monitored-items.ts';
import { resolveAddresses } from './resolve.ts';
import { inChunks, readServiceLimits, type ServiceLimits } from './service-limits.ts';
import type { TagState } from './tag-state.ts';
import type { OpcuaTiming } from './timing.ts';

export interface LiveSessionOptions {
  readonly publishingMs: number;
  readonly timing: OpcuaTiming;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly handler: NotificationHandler;
}

/** What the server said of itself at a heartbeat. */
export interface Heartbeat {
  /** Server clock minus ours, corrected by half the round trip. */
  readonly clockSkewMs: number;
  readonly serviceLevel: number | undefined;
}

/** One session at work: nodes resolved by its namespace table, items made within its limits. */
export class LiveSession {
  readonly connection: OpcuaConnection;
  readonly limits: ServiceLimits;
  readonly items: MonitoredItems;
  /** Node of each tag in this session. */
  readonly nodes = new Map<TagState, NodeId>();
  /** Tags the server has no monitored item left for: read in turn instead. */
  readonly polled = new Map<TagState, NodeId>();
  readonly #namespaces: readonly string[];
  readonly #identity: string;
  readonly #sessionId: string;
  readonly #options: LiveSessionOptions;
  #subscriptionIds: readonly number[] = [];
  #roundTripMs = 0;

  private constructor(
    connection: OpcuaConnection,
    limits: ServiceLimits,
    { namespaces, identity }: ServerIdentity,
    options: LiveSessionOptions,
  ) {
    this.connection = connection;
    this.limits = limits;
    this.#namespaces = namespaces;
    this.#identity = identity;
    this.#sessionId = connection.session.sessionId.toString();
    this.#options = options;
    this.items = new MonitoredItems(connection.session, limits, options.publishingMs, options.handler);
  }

  static async open(connection: OpcuaConnection, options: LiveSessionOptions): Promise<LiveSession> {
    const { session } = connection;
    const identity = await readIdentity(session);
    return new LiveSession(connection, await readServiceLimits(session), identity, options);
  }

  get session(): ClientSession {
    return this.connection.session;
  }

  /**
   * Resolves and monitors tags.
   * @param prepare is called with the tags that have a node, before their first value can arrive
   * @returns the tags that could not be, each with its status name
   */
  async watch(
    states: readonly TagState[],
    prepare: (found: readonly TagState[]) => Promise<void>,
  ): Promise<Map<TagState, string>> {
    const failed = new Map<TagState, string>();
    const addresses = states.map(({ opcua }) => opcua.address);
    const resolved = await resolveAddresses(this.session, addresses, this.#namespaces, this.limits);
    const found = states.filter((state, index) => this.#note(state, resolved[index], failed));
    await prepare(found);
    for (const result of await this.items.add(this.#requests(found))) this.#settle(result, failed);
    this.#subscriptionIds = this.items.subscriptionIds;
    return failed;
  }

  #note(state: TagState, resolved: Resolved | undefined, failed: Map<TagState, string>): boolean {
    if (resolved && 'nodeId' in resolved) {
      this.nodes.set(state, resolved.nodeId);
      return true;
    }
    failed.set(state, resolved?.statusCode.name ?? 'BadUnexpectedError');
    return false;
  }

  /** Tags of one node and sampling interval share one item: elements of an array, fields of a structure. */
  #requests(states: readonly TagState[]): ItemRequest[] {
    const groups = new Map<string, TagState[]>();
    for (const state of states) {
      const key = `${state.opcua.tag.samplingIntervalMs} ${this.nodes.get(state)?.toString()}`;
      groups.set(key, [...(groups.get(key) ?? []), state]);
    }
    return [...groups.values()].flatMap((group) => {
      const [first] = group;
      const nodeId = first && this.nodes.get(first);
      if (!first || !nodeId) return [];
      const { samplingIntervalMs } = first.opcua.tag;
      return [{ nodeId, states: group, samplingMs: samplingIntervalMs, deadband: sharedDeadband(group) }];
    });
  }

  #settle({ request, statusName }: ItemResult, failed: Map<TagState, string>): void {
    for (const state of request.states) {
      if (statusName === 'Good') continue;
      if (isFull(statusName)) {
        this.polled.set(state, request.nodeId);
      } else {
        this.nodes.delete(state);
        failed.set(state, statusName);
      }
    }
  }

  async unwatch(states: ReadonlySet<TagState>): Promise<void> {
    for (const state of states) {
      this.nodes.delete(state);
      this.polled.delete(state);
    }
    await this.items.remove(states);
  }

  /** The present values, straight from the device where the server can. */
  async read(states: readonly TagState[]): Promise<Map<TagState, DataValue>> {
    const known = states.flatMap((state) => {
      const nodeId = this.nodes.get(state);
      return nodeId ? [{ state, nodeId }] : [];
    });
    const values = await inChunks(known, this.limits.read, (chunk) =>
      this.session.read(
        chunk.map(({ nodeId }) => ({ nodeId, attributeId: AttributeIds.Value })),
        0,
      ),
    );
    return new Map(known.flatMap(({ state }, index) => (values[index] ? [[state, values[index]]] : [])));
  }

  /**
   * One page of history. Ends after the request timeout even where the stack holds the call for a channel that never
   * comes back: the next session must not wait for it.
   */
  historyRead(request: HistoryReadRequest): Promise<HistoryReadResponse> {
    const { requestTimeoutMs } = this.#options.timing;
    return withTimeout(this.session.historyRead(request), requestTimeoutMs, 'HistoryRead');
  }

  /** @throws PlantscopeError `opcua-timeout`, or what the stack says, where the server does not answer */
  async heartbeat(): Promise<Heartbeat> {
    const { clock, timing } = this.#options;
    const sentMs = clock.nowMs();
    const nodes = [VariableIds.Server_ServerStatus_CurrentTime, VariableIds.Server_ServiceLevel];
    const answers: DataValue[] = [];
    for (const node of nodes) {
      const read = this.session.read({ nodeId: `i=${node}`, attributeId: AttributeIds.Value });
      answers.push(await withTimeout(read, timing.heartbeatTimeoutMs, 'heartbeat'));
      if (answers.length === 1) this.#roundTripMs = clock.nowMs() - sentMs;
    }
    const [time, level] = answers;
    if (time?.statusCode.isNotGood()) {
      throw new PlantscopeError('opcua-heartbeat', `the server's clock reads ${time.statusCode.name}`, {
        retryable: true,
      });
    }
    const serverMs = time?.value.value instanceof Date ? time.value.value.getTime() : sentMs;
    const clockSkewMs = Math.round(serverMs - sentMs - this.#roundTripMs / 2);
    return { clockSkewMs, serviceLevel: level?.statusCode.isGood() ? Number(level.value.value) : undefined };
  }

  /**
   * Whether our items still live, after the stack repaired the channel by itself: the session was kept, or our
   * subscriptions were transferred to a new one on the same run of the server. Else everything is built anew.
   */
  async survivedRepair(): Promise<boolean> {
    const { identity } = await readIdentity(this.session);
    if (identity !== this.#identity) return false;
    if (this.session.sessionId.toString() === this.#sessionId) return true;
    return JSON.stringify(this.items.subscriptionIds) === JSON.stringify(this.#subscriptionIds);
  }

  async close(timeoutMs: number): Promise<void> {
    await closeConnection(this.connection, timeoutMs);
  }
}

interface ServerIdentity {
  readonly namespaces: readonly string[];
  /** Namespace table and start time: changes with every restart. */
  readonly identity: string;
}

async function readIdentity(session: ClientSession): Promise<ServerIdentity> {
  const namespaces = await session.readNamespaceArray();
  const nodeId = `i=${VariableIds.Server_ServerStatus_StartTime}`;
  const { value } = await session.read({ nodeId, attributeId: AttributeIds.Value });
  return { namespaces, identity: JSON.stringify([namespaces, value.value]) };
}

/** A deadband at the server is right only where every tag of the item wants it and takes the whole value. */
function sharedDeadband(states: readonly TagState[]): number | undefined {
  const [first] = states;
  if (!first || states.length > 1 || first.opcua.address.pointer.length > 0) return undefined;
  const { deadband, range, definition } = first.opcua.tag;
  if (!deadband || definition.kind !== 'number') return undefined;
  if (deadband.kind === 'absolute') return deadband.value;
  // The range is in the tag's unit; the server filters in the node's own.
  const factor = Math.abs(first.opcua.toUnit(1) - first.opcua.toUnit(0));
  return range ? ((deadband.value / 100) * (range[1] - range[0])) / factor : undefined;
}
