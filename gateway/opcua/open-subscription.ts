import {
  type ClientSession,
  type ClientSessionPublishService,
  type ClientSubscription,
  DataChangeNotification,
  type MonitoredItemNotification,
  type NotificationMessage,
  RepublishRequest,
} from 'node-opcua';
import { withTimeout } from './connection.ts';
import { MessageOrder } from './message-order.ts';
import { monotonicMs } from './monotonic.ts';

/** The service below the stack's own reconnection; every session has it. */
type RawSession = ClientSession & ClientSessionPublishService;

const republishTimeoutMs = 5_000;

export interface SubscriptionListener {
  changes(changes: readonly MonitoredItemNotification[]): void;
  /** Messages of this subscription were lost on the way. */
  lost(subscription: OpenSubscription): void;
  /** The server ended it. */
  ended(reason: string): void;
}

/** One subscription at the server: says when it was last heard of, and notices messages that are missing. */
export class OpenSubscription {
  /** Client handles of its items. */
  readonly handles = new Set<number>();
  readonly #subscription: ClientSubscription;
  readonly #listener: SubscriptionListener;
  readonly #order: MessageOrder<NotificationMessage>;
  #lastMessageMs = monotonicMs();

  private constructor(session: RawSession, subscription: ClientSubscription, listener: SubscriptionListener) {
    this.#subscription = subscription;
    this.#listener = listener;
    this.#order = new MessageOrder({
      fetch: (sequence) => republish(session, this.id, sequence),
      deliver: (message) => this.#deliver(message),
      lost: () => listener.lost(this),
    });
    subscription.on('raw_notification', (message: NotificationMessage) => this.#take(message));
    subscription.on('terminated', () => listener.ended('the server ended the subscription'));
  }

  static async open(
    session: ClientSession,
    publishingMs: number,
    listener: SubscriptionListener,
  ): Promise<OpenSubscription> {
    const subscription = await session.createSubscription2({
      requestedPublishingInterval: publishingMs,
      requestedMaxKeepAliveCount: Math.max(1, Math.round(5_000 / publishingMs)),
      requestedLifetimeCount: Math.max(10, Math.round(90_000 / publishingMs)),
      maxNotificationsPerPublish: 10_000,
      publishingEnabled: true,
      priority: 100,
    });
    return new OpenSubscription(session as RawSession, subscription, listener);
  }

  get id(): number {
    return this.#subscription.subscriptionId;
  }

  /** Milliseconds since it last said anything, keep-alives included. */
  get silenceMs(): number {
    return monotonicMs() - this.#lastMessageMs;
  }

  get keepAliveMs(): number {
    return this.#subscription.publishingInterval * this.#subscription.maxKeepAliveCount;
  }

  async setPublishing(isOn: boolean): Promise<void> {
    await this.#subscription.setPublishingMode(isOn);
  }

  /** A keep-alive is a message without data; its number is that of the next message. */
  #take(message: NotificationMessage): void {
    this.#lastMessageMs = monotonicMs();
    if (hasData(message)) this.#order.take(message.sequenceNumber, message);
  }

  #deliver(message: NotificationMessage): void {
    const changes = (message.notificationData ?? []).flatMap((data) =>
      data instanceof DataChangeNotification ? (data.monitoredItems ?? []) : [],
    );
    if (changes.length > 0) this.#listener.changes(changes);
  }
}

const hasData = ({ notificationData }: NotificationMessage): boolean =>
  (notificationData ?? []).some((data) => data !== null);

/** A message the server still keeps; undefined where it does not, or has no such service. */
async function republish(
  session: RawSession,
  subscriptionId: number,
  retransmitSequenceNumber: number,
): Promise<NotificationMessage | undefined> {
  const request = new RepublishRequest({ subscriptionId, retransmitSequenceNumber });
  const answer = new Promise<NotificationMessage | undefined>((resolve) =>
    session.republish(request, (_, response) => resolve(response?.notificationMessage)),
  );
  const message = await withTimeout(answer, republishTimeoutMs, 'Republish');
  return message && hasData(message) ? message : undefined;
}
