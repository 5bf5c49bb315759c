import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Clock } from '../../model/clock.ts';
import { PlantscopeError } from '../../model/error.ts';
import { parseDurationMs } from '../../model/window.ts';
import type { LoadedPlant } from '../../plant/load.ts';
import type { ChannelFile, NotificationRuleFile } from '../../plant/notification-schema.ts';
import type { NotificationRule } from '../../scenarios/alarms/notification.ts';
import type { Channel } from '../../scenarios/runner/notify/channel.ts';
import { emailChannel } from '../../scenarios/runner/notify/email-channel.ts';
import { Notifier, type NotifierOptions } from '../../scenarios/runner/notify/notifier.ts';
import { webhookChannel } from '../../scenarios/runner/notify/webhook-channel.ts';

export interface NotificationParts extends Omit<NotifierOptions, 'rules' | 'channels'> {
  readonly loaded: LoadedPlant;
  readonly readSecret: (path: string) => string;
}

/** What tells alarms beyond the screen; undefined where the plant file says nothing of it. */
export function openNotifications({ loaded, readSecret, ...rest }: NotificationParts): Notifier | undefined {
  const file = loaded.file.notifications;
  if (file === undefined) return undefined;
  const channels = notificationChannels({ loaded, readSecret, clock: rest.clock });
  return new Notifier({ ...rest, channels, rules: file.rules.map(ruleOf) });
}

/** Every channel of the plant file, with its secrets read. @throws PlantscopeError `secret-unreadable`, `webhook-url` */
export function notificationChannels(
  parts: Pick<NotificationParts, 'loaded' | 'readSecret' | 'clock'>,
): Channel[] {
  return (parts.loaded.file.notifications?.channels ?? []).map((file) => channelOf(file, parts));
}

const MAIL_PORTS = { starttls: 587, tls: 465, none: 25 } as const;

function channelOf(
  file: ChannelFile,
  { loaded, readSecret, clock }: { loaded: LoadedPlant; readSecret: (path: string) => string; clock: Clock },
): Channel {
  if (file.kind === 'webhook') {
    const { id, secretFile, urlFile } = file;
    const url = file.url ?? readSecret(urlFile ?? '').trim();
    const isPlain = url.startsWith('http://') && file.plain !== true;
    if (!URL.canParse(url) || !/^https?:/.test(url) || isPlain)
      throw new PlantscopeError('webhook-url', `The address of the webhook ${id} is none to send to`, {
        ...{ where: urlFile ?? id, hint: 'https://...; or http:// with `plain: true` in the plant file.' },
      });
    return webhookChannel({ id, url, clock, secret: secretFile && readSecret(secretFile) });
  }
  const { security = 'starttls', username, passwordFile, caFile, ...rest } = file;
  return emailChannel({
    ...rest,
    security,
    port: file.port ?? MAIL_PORTS[security],
    ca: caFile && readFileSync(resolve(dirname(loaded.path), caFile), 'utf8'),
    login:
      username === undefined || passwordFile === undefined
        ? undefined
        : { user: username, pass: readSecret(passwordFile) },
  });
}

export function ruleOf({
  send,
  priorities = ['medium', 'high'],
  areas,
  times,
  unacknowledgedFor,
  cleared = false,
}: NotificationRuleFile): NotificationRule {
  const minutes = (clock: string): number => {
    const [hour = 0, minute = 0] = clock.split(':').map(Number);
    return 60 * hour + minute;
  };
  const unacknowledgedMs = unacknowledgedFor === undefined ? undefined : parseDurationMs(unacknowledgedFor);
  return {
    ...{ send, priorities, cleared },
    ...(areas && { areas }),
    ...(times && {
      times: {
        ...(times.days && { days: times.days }),
        ...{ startMin: minutes(times.start), endMin: minutes(times.end) },
      },
    }),
    ...(unacknowledgedMs !== undefined && { unacknowledgedMs }),
  };
}
