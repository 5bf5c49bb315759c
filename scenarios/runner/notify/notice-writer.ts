import type { PlantCalendar } from '../../../model/calendar.ts';
import type { Plant } from '../../../model/plant.ts';
import type { AlarmDefinition } from '../../alarms/definition.ts';
import { appliesTo, type NotificationKind, type NotificationRule } from '../../alarms/notification.ts';
import type { Notification } from '../../alarms/notification-text.ts';
import type { AlarmWatch } from '../alarm-watch.ts';
import type { Outbox, Waiting } from './outbox.ts';

export interface NoticeWriterOptions {
  readonly plant: Plant;
  readonly calendar: PlantCalendar;
  readonly alarms: Pick<AlarmWatch, 'definitions' | 'status'>;
  readonly outbox: Outbox;
  /** Told of the channel whose notice had to make room. */
  readonly onDropped: (channel: string) => void;
}

/** What there is to say of an alarm. */
export interface Seen {
  readonly alarm: string;
  readonly timeMs: number;
  readonly value?: number | undefined;
  readonly limit?: number | undefined;
  /** Since when nobody acknowledged it. */
  readonly openMs?: number;
}

/** Puts an alarm into words that need no plant file, for each channel of a rule that speaks of it. */
export class NoticeWriter {
  readonly #options: NoticeWriterOptions;
  readonly #definitions: ReadonlyMap<string, AlarmDefinition>;

  constructor(options: NoticeWriterOptions) {
    this.#options = options;
    this.#definitions = new Map(options.alarms.definitions.map((one) => [one.id, one]));
  }

  /** Inside a transaction of the state. */
  write(rule: NotificationRule, kind: NotificationKind, seen: Seen, nowMs: number): void {
    const { plant, calendar } = this.#options;
    const definition = this.#definitions.get(seen.alarm);
    const asset = definition && plant.assetsById.get(definition.asset);
    if (!definition || !asset) return;
    const { weekday, hour, minute } = calendar.local(nowMs);
    if (!appliesTo(rule, definition, asset.area, { weekday, minuteOfDay: 60 * hour + minute })) return;
    const { alarm, value, limit = definition.limit } = seen;
    const notification: Notification = {
      ...{ kind, alarm, asset: asset.id, assetName: asset.name, area: asset.area },
      ...{ priority: definition.priority, unit: definition.unit, basis: definition.basis },
      state: this.#options.alarms.status(alarm).state,
      time: calendar.toIso(seen.timeMs),
      ...(value !== undefined && { value }),
      ...(limit !== undefined && { limit }),
      ...(seen.openMs !== undefined && { since: calendar.toIso(seen.openMs) }),
    };
    for (const channel of rule.send) this.#put({ channel, notification, queuedMs: nowMs });
  }

  /** Two rules that say the same to one channel are one notice. */
  #put(waiting: Waiting): void {
    const { outbox, onDropped } = this.#options;
    const { channel, notification } = waiting;
    const isThere = outbox
      .of(channel, Number.POSITIVE_INFINITY)
      .some(
        ([, one]) =>
          one.notification.alarm === notification.alarm &&
          one.notification.kind === notification.kind &&
          one.notification.time === notification.time,
      );
    const dropped = isThere ? undefined : outbox.put(waiting);
    if (dropped) onDropped(dropped.channel);
  }
}
