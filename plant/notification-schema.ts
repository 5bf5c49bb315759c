import Type, { type Static } from 'typebox';
import { Duration, Id, Port, SecretFile, strict } from './schema-parts.ts';

const WebhookFile = Type.Object(
  {
    id: Id,
    kind: Type.Literal('webhook'),
    url: Type.Optional(
      Type.String({ pattern: '^https?://', description: 'Where to POST; http:// needs `plain: true`.' }),
    ),
    urlFile: Type.Optional(SecretFile),
    secretFile: Type.Optional(SecretFile),
    plain: Type.Optional(Type.Literal(true, { description: 'Messages may travel unencrypted.' })),
  },
  {
    ...strict,
    description:
      'JSON by POST. `urlFile`: the address itself is a secret. `secretFile`: key of the signature (HMAC-SHA256) of each message.',
  },
);

const Address = Type.String({ pattern: '^[^\\s@<>,;"]+@[^\\s@<>,;"]+$', description: 'name@example.com' });

const EmailFile = Type.Object(
  {
    id: Id,
    kind: Type.Literal('email'),
    host: Type.String({ minLength: 1, description: 'Mail server.' }),
    port: Type.Optional(Port),
    security: Type.Optional(
      Type.Union([Type.Literal('starttls'), Type.Literal('tls'), Type.Literal('none')], {
        description: '`starttls` (default, port 587), `tls` (port 465), `none`: unencrypted (port 25).',
      }),
    ),
    caFile: Type.Optional(Type.String({ description: 'Authority that signed its certificate.' })),
    username: Type.Optional(Type.String({ minLength: 1 })),
    passwordFile: Type.Optional(SecretFile),
    from: Address,
    to: Type.Array(Address, { minItems: 1, maxItems: 50 }),
  },
  { ...strict, description: 'E-mail over SMTP.' },
);

const Clock = Type.String({ pattern: '^([01]\\d|2[0-3]):[0-5]\\d$' });

const NotificationRuleFile = Type.Object(
  {
    send: Type.Array(Id, { minItems: 1, description: 'Channels it goes to.' }),
    priorities: Type.Optional(
      Type.Array(Type.Union([Type.Literal('low'), Type.Literal('medium'), Type.Literal('high')]), {
        minItems: 1,
        description: 'Default: medium and high.',
      }),
    ),
    areas: Type.Optional(Type.Array(Id, { minItems: 1, description: 'Areas of the plant. Default: all.' })),
    times: Type.Optional(
      Type.Object(
        {
          days: Type.Optional(
            Type.Array(
              Type.Union(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'].map((day) => Type.Literal(day))),
              { minItems: 1 },
            ),
          ),
          start: Clock,
          end: Clock,
        },
        { ...strict, description: "In the plant's time; an end before the start is of the next day." },
      ),
    ),
    unacknowledgedFor: Type.Optional(Duration),
    cleared: Type.Optional(Type.Boolean({ description: 'Tells the end of an alarm too. Default: false.' })),
  },
  {
    ...strict,
    description:
      'Who is told of which alarms. With `unacknowledgedFor`: only of those that nobody acknowledged for so long.',
  },
);

export const NotificationsFile = Type.Object(
  {
    channels: Type.Array(Type.Union([WebhookFile, EmailFile]), { minItems: 1, maxItems: 50 }),
    rules: Type.Array(NotificationRuleFile, { minItems: 1, maxItems: 200 }),
  },
  { ...strict, description: 'Alarms told beyond the screen; docs/alarms.md.' },
);

export type NotificationsFile = Static<typeof NotificationsFile>;
export type ChannelFile = NotificationsFile['channels'][number];
export type WebhookFile = Static<typeof WebhookFile>;
export type EmailFile = Static<typeof EmailFile>;
export type NotificationRuleFile = Static<typeof NotificationRuleFile>;
