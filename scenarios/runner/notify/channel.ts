import type { Notification } from '../../alarms/notification-text.ts';

/** A batch for one channel. */
export interface Message {
  readonly delivery: string;
  readonly plant: string;
  readonly notifications: readonly Notification[];
}

/** A way out of the platform. */
export interface Channel {
  readonly id: string;
  /** Where it leads, without what is secret in it. */
  readonly address: string;
  /** Resolves once the other side took it. @throws PlantscopeError `notification-refused`, or what the network threw */
  send(message: Message): Promise<void>;
}
