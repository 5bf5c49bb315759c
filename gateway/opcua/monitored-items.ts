import {
  AttributeIds,
  type ClientSession,
  type ClientSessionRawSubscriptionService,
  type ClientSubscription,
  DataChangeFilter,
  DataChangeNotification,
  DataChangeTrigger,
  DataType,
  type DataValue,
  DeadbandType,
  MonitoringMode,
  type NodeId,
  type NotificationMessage,
  promoteOpaqueStructure,
  TimestampsToReturn,
} from 'node-opcua';
import { errorMessage } from '../../model/error.ts';
import { monotonicMs } from './monotonic.ts';
import { inChunks, type ServiceLimits } from './service-limits.ts';
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

export interface NotificationHandler {
  values(values: readonly (readonly [states: readonly TagState[], dataValue: DataValue])[]): void;
  /** Notifications of these tags were lost on the way. */
  lost(states: readonly TagState[]): void;
  /** The server ended a subscription of ours. */
  subscriptionEnded(reason: string): void;
}

interface OpenSubscription {
  readonly subscription: ClientSubscription;
  readonly handles: Set<number>;
  lastSequence: number | undefined;
  lastMessageMs: number;
}

interface Item {
  readonly request: ItemRequest;
  monitoredItemId: number;
  home: OpenSubscription;
}

/** The services below the stack's own monitored items; every session has them. */
type RawSession = ClientSession & ClientSessionRawSubscriptionService;

/** Keeps at most this many values of one item at the server while we are away. */
const queueSpanMs = 30_000;
const longestQueue = 100;
const filterRefused = /BadMonitoredItemFilter|BadFilter|BadDeadbandFilterInvalid/;
const tooMany = /BadTooManyMonitoredItems|BadOutOfMemory|BadResourceUnavailable/;

/**
 * The subscriptions of one session and their monitored items.
 * Items are made through the bare service, so that each refusal is seen and each chunk is as long as the server allows.
 */
export class MonitoredItems {
  readonly #session: RawSession;
  readonly #limits: ServiceLimits;
  readonly #publishingMs: number;
  readonly #handler: NotificationHandler;
  readonly #subscriptions: OpenSubscription[] = [];
  readonly #items = new Map<number, Item>();
  #nextHandle = 1;
  #promotion: Promise<void> | undefined;

  constructor(
    session: ClientSession,
    limits: ServiceLimits,
    publishingMs: number,
    handler: NotificationHandler,
  ) {
    this.#session = session as RawSession;
    this.#limits = limits;
    this.#publishingMs = publishingMs;
    this.#handler = handler;
  }

  get count(): number {
    return this.#items.size;
  }

  get subscriptionIds(): readonly number[] {
    return this.#subscriptions.map(({ subscription }) => subscription.subscriptionId);
  }

  /** Milliseconds since the quietest subscription last said anything, keep-alives included. */
  silenceMs(): number {
    const nowMs = monotonicMs();
    return Math.max(0, ...this.#subscriptions.map(({ lastMessageMs }) => nowMs - lastMessageMs));
  }

  /** A subscription that has been silent for longer than this is dead: three keep-alives and a little. */
  get longestSilenceMs(): number {
    const intervals = this.#subscriptions.map(
      ({ subscription }) => subscription.publishingInterval * subscription.maxKeepAliveCount,
    );
    return 3 * Math.max(0, ...intervals) + 1_000;
  }

  async add(requests: readonly ItemRequest[]): Promise<ItemResult[]> {
    const results: ItemResult[] = [];
    let waiting = requests;
    let isFresh = false;
    while (waiting.length > 0) {
      const home = await this.#roomy();
      const room = this.#limits.itemsPerSubscription - home.handles.size;
      const answers = await this.#create(home, waiting.slice(0, room));
      const full = answers.filter(({ statusName }) => tooMany.test(statusName));
      results.push(...answers.filter(({ statusName }) => !tooMany.test(statusName)));
      const rest = waiting.slice(room);
      if (full.length === answers.length && isFresh) {
        // Even an empty subscription takes none: the limit is the server's, not the subscription's.
        results.push(
          ...full,
          ...rest.map((request) => ({ request, statusName: 'BadTooManyMonitoredItems' })),
        );
        break;
      }
      waiting = [...full.map(({ request }) => request), ...rest];
      isFresh = full.length > 0 && (await this.#canOpen());
      if (full.length > 0 && !isFresh) {
        results.push(...waiting.map((request) => ({ request, statusName: 'BadTooManyMonitoredItems' })));
        break;
      }
    }
    return results;
  }

  /** Takes tags off their items; an item without tags left is deleted at the server. */
  async remove(states: ReadonlySet<TagState>): Promise<void> {
    for (const [handle, item] of [...this.#items]) {
      if (!item.request.states.some((state) => states.has(state))) continue;
      const rest = item.request.states.filter((state) => !states.has(state));
      if (rest.length > 0) {
        this.#items.set(handle, { ...item, request: { ...item.request, states: rest } });
        continue;
      }
      this.#items.delete(handle);
      item.home.handles.delete(handle);
      await this.#session.deleteMonitoredItems({
        subscriptionId: item.home.subscription.subscriptionId,
        monitoredItemIds: [item.monitoredItemId],
      });
    }
  }

  /** Stops or resumes the flow; while stopped the server queues. */
  async setPublishing(isOn: boolean): Promise<void> {
    for (const { subscription } of this.#subscriptions) await subscription.setPublishingMode(isOn);
  }

  async #roomy(): Promise<OpenSubscription> {
    const last = this.#subscriptions.at(-1);
    return last && last.handles.size < this.#limits.itemsPerSubscription ? last : this.#open();
  }

  async #canOpen(): Promise<boolean> {
    try {
      await this.#open();
      return true;
    } catch (thrown) {
      if (/BadTooManySubscriptions|BadServiceUnsupported/.test(errorMessage(thrown))) return false;
      throw thrown;
    }
  }

  async #open(): Promise<OpenSubscription> {
    const subscription = await this.#session.createSubscription2({
      requestedPublishingInterval: this.#publishingMs,
      requestedMaxKeepAliveCount: Math.max(1, Math.round(5_000 / this.#publishingMs)),
      requestedLifetimeCount: Math.max(10, Math.round(90_000 / this.#publishingMs)),
      maxNotificationsPerPublish: 10_000,
      publishingEnabled: true,
      priority: 100,
    });
    const open: OpenSubscription = {
      subscription,
      handles: new Set(),
      lastSequence: undefined,
      lastMessageMs: monotonicMs(),
    };
    subscription.on('raw_notification', (message: NotificationMessage) => this.#onMessage(open, message));
    subscription.on('keepalive', () => {
      open.lastMessageMs = monotonicMs();
    });
    subscription.on('terminated', () => this.#handler.subscriptionEnded('the server ended the subscription'));
    this.#subscriptions.push(open);
    return open;
  }

  async #create(home: OpenSubscription, requests: readonly ItemRequest[]): Promise<ItemResult[]> {
    const first = await this.#createOnce(home, requests, true);
    const refused = first.filter(({ statusName }) => filterRefused.test(statusName));
    if (refused.length === 0) return first;
    // Not every server filters every type. The deadband is applied again on our side, so nothing is lost.
    const again = await this.#createOnce(
      home,
      refused.map(({ request }) => request),
      false,
    );
    return [...first.filter(({ statusName }) => !filterRefused.test(statusName)), ...again];
  }

  async #createOnce(
    home: OpenSubscription,
    requests: readonly ItemRequest[],
    withDeadband: boolean,
  ): Promise<ItemResult[]> {
    const handles = requests.map((request) => this.#register(home, request));
    const indexed = requests.map((request, index) => ({ request, handle: handles[index] ?? 0 }));
    const results = await inChunks(indexed, this.#limits.monitor, async (chunk) => {
      const response = await this.#session.createMonitoredItems({
        subscriptionId: home.subscription.subscriptionId,
        timestampsToReturn: TimestampsToReturn.Both,
        itemsToCreate: chunk.map(({ request, handle }) => itemToCreate(request, handle, withDeadband)),
      });
      return response.results ?? [];
    });
    return indexed.map(({ request, handle }, index): ItemResult => {
      const result = results[index];
      const statusName = result?.statusCode.name ?? 'BadUnexpectedError';
      const item = this.#items.get(handle);
      if (result?.statusCode.isGood() && item) item.monitoredItemId = result.monitoredItemId;
      else this.#forget(home, handle);
      return { request, statusName };
    });
  }

  #register(home: OpenSubscription, request: ItemRequest): number {
    const handle = this.#nextHandle++;
    this.#items.set(handle, { request, home, monitoredItemId: 0 });
    home.handles.add(handle);
    return handle;
  }

  #forget(home: OpenSubscription, handle: number): void {
    this.#items.delete(handle);
    home.handles.delete(handle);
  }

  #onMessage(home: OpenSubscription, message: NotificationMessage): void {
    home.lastMessageMs = monotonicMs();
    const notifications = (message.notificationData ?? []).filter((data) => data !== null);
    if (notifications.length === 0) return;
    this.#checkSequence(home, message.sequenceNumber);
    const values: (readonly [readonly TagState[], DataValue])[] = [];
    for (const notification of notifications) {
      if (!(notification instanceof DataChangeNotification)) continue;
      for (const { clientHandle, value } of notification.monitoredItems ?? []) {
        const item = this.#items.get(clientHandle);
        if (item) values.push([item.request.states, value]);
      }
    }
    if (values.length > 0) this.#dispatch(values);
  }

  /** Structures arrive undecoded; their type is read from the server first, and messages keep their order meanwhile. */
  #dispatch(values: readonly (readonly [readonly TagState[], DataValue])[]): void {
    const structures = values.map(([, dataValue]) => dataValue).filter(isStructure);
    if (structures.length === 0 && this.#promotion === undefined) {
      this.#handler.values(values);
      return;
    }
    const mine: Promise<void> = (this.#promotion ?? Promise.resolve())
      .then(() => promoteOpaqueStructure(this.#session, structures))
      .catch((cause: unknown) =>
        this.#handler.subscriptionEnded(`structures can't be decoded: ${String(cause)}`),
      )
      .then(() => {
        if (this.#promotion === mine) this.#promotion = undefined;
        this.#handler.values(values);
      });
    this.#promotion = mine;
  }

  /** Sequence numbers of messages with data run without holes, 1 after 4,294,967,295. @see OPC 10000-4 (1.05) 5.14.1 */
  #checkSequence(home: OpenSubscription, sequence: number): void {
    const expected = home.lastSequence === undefined ? sequence : (home.lastSequence % 0xffff_ffff) + 1;
    home.lastSequence = sequence;
    if (sequence === expected) return;
    const states = [...home.handles].flatMap((handle) => this.#items.get(handle)?.request.states ?? []);
    this.#handler.lost(states);
  }
}

const isStructure = ({ value }: DataValue): boolean => value?.dataType === DataType.ExtensionObject;

function itemToCreate(request: ItemRequest, clientHandle: number, withDeadband: boolean) {
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
