import type { AlarmPriority } from './definition.ts';
import type { NotificationKind } from './notification.ts';

/** One alarm as it is told to a person or a program. Times are ISO 8601 with the plant's offset. */
export interface Notification {
  /** The same on each repetition: who gets it twice can tell. */
  readonly id?: string;
  readonly kind: NotificationKind;
  /** The alarm, `<asset>.<name>`. */
  readonly alarm: string;
  readonly asset: string;
  readonly assetName: string;
  readonly area: string;
  readonly priority: AlarmPriority;
  readonly state: string;
  readonly time: string;
  readonly value?: number;
  readonly limit?: number;
  readonly unit: string;
  /** Standard that the limit comes from. */
  readonly basis: string;
  /** Of `unacknowledged`: since when nobody did. */
  readonly since?: string;
}

const kinds: Readonly<Record<NotificationKind, string>> = {
  raised: 'alarm 报警',
  unacknowledged: 'NOT ACKNOWLEDGED 未确认',
  cleared: 'cleared 已恢复',
  test: 'test 测试',
};
const priorities: Readonly<Record<AlarmPriority, string>> = {
  low: 'low 低',
  medium: 'medium 中',
  high: 'HIGH 高',
};

/** One line: what, where, how much. */
export function notificationLine(one: Notification): string {
  const { kind, priority, assetName, alarm, time, since } = one;
  const late = since === undefined ? '' : `, since 自 ${since}`;
  return `[${priorities[priority]}] ${kinds[kind]}: ${assetName} (${alarm})${measure(one)}, ${time}${late}`;
}

function measure({ value, limit, unit }: Notification): string {
  if (value === undefined) return '';
  const against = limit === undefined ? '' : ` / limit 限值 ${round(limit)}`;
  return `, ${round(value)}${against} ${unit === '1' ? '' : unit}`.trimEnd();
}

/** Four digits say what a person can use. */
const round = (value: number): string => String(Number(value.toPrecision(4)));

/** Subject and text of a mail about one or several alarms. */
export function mailText(
  plant: string,
  notifications: readonly Notification[],
): { readonly subject: string; readonly text: string } {
  const [first] = notifications;
  const lines = notifications.map(notificationLine);
  const more = notifications.length > 1 ? ` (+${notifications.length - 1})` : '';
  const bases = [...new Set(notifications.map(({ alarm, basis }) => `${alarm}: ${basis}`))];
  return {
    subject: first ? `${plant}: ${notificationLine(first)}${more}` : plant,
    text: `${lines.join('\n')}\n\nLimits from 限值依据:\n${bases.join('\n')}\n\nPlantscope, ${plant}\n`,
  };
}
