import {
  type ClientSession,
  type ClientSessionRawSubscriptionService,
  type DataValue,
  type MonitoredItemNotification,
  TimestampsToReturn,
} from 'node-opcua';
import { errorMessage } from '../../model/error.ts';
import {
  type ItemRequest,
  type ItemResult,
  isFilterRefused,
  isFull,
  itemToCreate,
} from './monitored-item.ts';
import { OpenSubscription } from './open-subscription.ts';
import { inChunks, type ServiceLimits } from './service-limits.ts';
import { StructureOrder } from './structure-order.ts';
import type { TagState } from './tag-state.ts';

export interface NotificationHandler {
  values(values: readonly (readonly [states: readonly TagState[], dataValue: DataValue])[]): void;
  /** Notifications of these tags were lost on the way. */
  lost(states: readonly TagState[]): void;
  /** The server ended a subscription of ours. */
  subscriptionEnded(reason: string): void;
}

interface Item {
  readonly request: ItemRequest;
  monitoredItemId: number;
  readonly home: OpenSubscription;
}

/** The services below the stack's own monitored items; every session has them. */
type RawSession = ClientSession & ClientSessionRawSubscriptionService;

/**
 * The subscriptions of one session and their monitored items.
 * Items are made through the bare service, so that each refusal is seen and each chunk is as long as the server allows.
 */
export class MonitoredItems {
  readonly #session: RawSession;
  readonly #limits: ServiceLimits;
  readonly #publishingMs: number;
  readonly #handler: NotificationHandler;
  readonly #order: StructureOrder;
  readonly #subscriptions: OpenSubscription[] = [];
  readonly #items = new Map<number, Item>();
  #nextHandle = 1;

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
    this.#order = new StructureOrder(session);
  }

  get count(): number {
    return this.#items.size;
  }

  get subscriptionIds(): readonly number[] {
    return this.#subscriptions.map(({ id }) => id);
  }

  /** Milliseconds since the quietest subscription last said anything, keep-alives included. */
  silenceMs(): number {
    return Math.max(0, ...this.#subscriptions.map(({ silenceMs }) => silenceMs));
  }

  /** A subscription that has been silent for longer than this is dead: three keep-alives and a little. */
  get longestSilenceMs(): number {
    return 3 * Math.max(0, ...this.#subscriptions.map(({ keepAliveMs }) => keepAliveMs)) + 1_000;
  }

  async add(requests: readonly ItemRequest[]): Promise<ItemResult[]> {
    const results: ItemResult[] = [];
    let waiting = requests;
    let isFresh = false;
    while (waiting.length > 0) {
      const home = await this.#roomy();
      const room = this.#limits.itemsPerSubscription - home.handles.size;
      const answers = await this.#create(home, waiting.slice(0, room));
      const full = answers.filter(({ statusName }) => isFull(statusName)).map(({ request }) => request);
      results.push(...answers.filter(({ statusName }) => !isFull(statusName)));
      waiting = [...full, ...waiting.slice(room)];
      if (full.length === 0) {
        isFresh = false;
        continue;
      }
      // Where even an empty subscription takes none, the limit is the server's, not the subscription's.
      const isServerFull: boolean = isFresh && full.length === answers.length;
      isFresh = !isServerFull && (await this.#canOpen());
      if (!isFresh) return [...results, ...waiting.map(withoutItem)];
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
      this.#forget(item.home, handle);
      await this.#session.deleteMonitoredItems({
        subscriptionId: item.home.id,
        monitoredItemIds: [item.monitoredItemId],
      });
    }
  }

  /** Stops or resumes the flow; while stopped the server queues. */
  async setPublishing(isOn: boolean): Promise<void> {
    for (const subscription of this.#subscriptions) await subscription.setPublishing(isOn);
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
    const subscription = await OpenSubscription.open(this.#session, this.#publishingMs, {
      changes: (changes) => this.#onChanges(changes),
      lost: ({ handles }) =>
        this.#handler.lost([...handles].flatMap((handle) => this.#items.get(handle)?.request.states ?? [])),
      ended: (reason) => this.#handler.subscriptionEnded(reason),
    });
    this.#subscriptions.push(subscription);
    return subscription;
  }

  async #create(home: OpenSubscription, requests: readonly ItemRequest[]): Promise<ItemResult[]> {
    const first = await this.#createOnce(home, requests, true);
    const refused = first.filter(({ statusName }) => isFilterRefused(statusName));
    if (refused.length === 0) return first;
    // Not every server filters every type. The deadband is applied again on our side, so nothing is lost.
    const again = await this.#createOnce(
      home,
      refused.map(({ request }) => request),
      false,
    );
    return [...first.filter(({ statusName }) => !isFilterRefused(statusName)), ...again];
  }

  async #createOnce(
    home: OpenSubscription,
    requests: readonly ItemRequest[],
    withDeadband: boolean,
  ): Promise<ItemResult[]> {
    const indexed = requests.map((request) => ({ request, handle: this.#register(home, request) }));
    const results = await inChunks(indexed, this.#limits.monitor, async (chunk) => {
      const response = await this.#session.createMonitoredItems({
        subscriptionId: home.id,
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

  #onChanges(changes: readonly MonitoredItemNotification[]): void {
    const values = changes.flatMap(
      ({ clientHandle, value }): (readonly [readonly TagState[], DataValue])[] => {
        const item = this.#items.get(clientHandle);
        return item ? [[item.request.states, value]] : [];
      },
    );
    if (values.length === 0) return;
    this.#order.pass(
      values.map(([, dataValue]) => dataValue),
      () => this.#handler.values(values),
      (cause) => this.#handler.subscriptionEnded(`structures can't be decoded: ${errorMessage(cause)}`),
    );
  }
}

const withoutItem = (request: ItemRequest): ItemResult => ({
  request,
  statusName: 'BadTooManyMonitoredItems',
});
