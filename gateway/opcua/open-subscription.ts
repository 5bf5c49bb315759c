import {
  type ClientSession,
  type ClientSubscription,
  DataChangeNotification,
  type MonitoredItemNotification,
  type NotificationMessage,
} from 'node-opcua';
import { monotonicMs } from './monotonic.ts';

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
  #lastSequence: number | undefined;
  #lastMessageMs = monotonicMs();

  private constructor(subscription: ClientSubscription, listener: SubscriptionListener) {
    this.#subscription = subscription;
    this.#listener = listener;
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
    return new OpenSubscription(subscription, listener);
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
    const notifications = (message.notificationData ?? []).filter((data) => data !== null);
    if (notifications.length === 0) return;
    this.#checkSequence(message.sequenceNumber);
    const changes = notifications.flatMap((data) =>
      data instanceof DataChangeNotification ? (data.monitoredItems ?? []) : [],
    );
    if (changes.length > 0) this.#listener.changes(changes);
  }

  /** Sequence numbers of messages with data run without holes, 1 after 4,294,967,295. @see OPC 10000-4 (1.05) 5.14.1 */
  #checkSequence(sequence: number): void {
    const expected = this.#lastSequence === undefined ? sequence : (this.#lastSequence % 0xffff_ffff) + 1;
    this.#lastSequence = sequence;
    if (sequence !== expected) this.#listener.lost(this);
  }
}
