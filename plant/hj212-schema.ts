import Type, { type Static } from 'typebox';
import { Duration, durationOf, Id, Port, SecretFile, strict } from './schema-parts.ts';

const Edition = Type.Union([Type.Literal('2005'), Type.Literal('2017'), Type.Literal('2025')], {
  description: 'Edition of HJ 212 to send by; default 2017.',
});
const Period = Type.Union([
  Type.Literal('realtime'),
  Type.Literal('minute'),
  Type.Literal('hour'),
  Type.Literal('day'),
]);

const Hj212StationFile = Type.Object(
  {
    mn: Type.String({ pattern: '^[A-Za-z0-9]{1,24}$', description: 'MN, as the authority registered it.' }),
    asset: Id,
    st: Type.Optional(Type.String({ pattern: '^\\d\\d$', description: 'ST; default by the asset.' })),
    factors: Type.Optional(
      Type.Record(Type.String(), Type.String({ pattern: '^[A-Za-z0-9]{1,8}$' }), {
        description: 'Factor code of a quantity, where it is not the usual one: { dust: a34013 }.',
      }),
    ),
    decimals: Type.Optional(
      Type.Record(Type.String(), Type.Integer({ minimum: 0, maximum: 6 }), {
        description: 'Digits after the point of a quantity, where the usual ones hide it: { flow: 3 }.',
      }),
    ),
  },
  strict,
);

const Hj212PlatformFile = Type.Object(
  {
    id: Id,
    host: Type.String({ minLength: 1 }),
    port: Port,
    edition: Type.Optional(Edition),
    passwordFile: SecretFile,
    keyFile: Type.Optional(SecretFile),
    stations: Type.Optional(
      Type.Array(Type.String(), { minItems: 1, description: 'MN of the stations it gets; default: all.' }),
    ),
    send: Type.Optional(Type.Array(Period, { minItems: 1, description: 'Default: all four.' })),
    realtimeInterval: Type.Optional(durationOf('Between real-time data, 1s to 1h; default 30s.')),
    minuteInterval: Type.Optional(durationOf('Length of minute data, divides the hour; default 10min.')),
    overTime: Type.Optional(durationOf('How long an acknowledgement is waited for; default 5s.')),
    reCount: Type.Optional(
      Type.Integer({ minimum: 0, maximum: 99, description: 'How often it is sent again; default 3.' }),
    ),
    acknowledged: Type.Optional(
      Type.Boolean({ description: 'false: the platform acknowledges nothing; sent counts as arrived.' }),
    ),
    resendCorrected: Type.Optional(
      Type.Boolean({
        description: 'Whether an acknowledged period whose figures changed is sent again; default true.',
      }),
    ),
    longMessages: Type.Optional(
      Type.Union([Type.Literal('parts'), Type.Literal('messages')], {
        description: 'Above 1024 characters: parts with PNUM and PNO (default), or messages of their own.',
      }),
    ),
    backfill: Type.Optional(Duration),
  },
  { ...strict, description: 'A platform the stations report to. `backfill` (default 30d): how far back.' },
);

export const Hj212UplinkFile = Type.Object(
  {
    stations: Type.Array(Hj212StationFile, { minItems: 1 }),
    platforms: Type.Array(Hj212PlatformFile, { minItems: 1 }),
  },
  { ...strict, description: 'Outlets and stations reported to authorities by HJ 212.' },
);

export type Hj212StationFile = Static<typeof Hj212StationFile>;
export type Hj212PlatformFile = Static<typeof Hj212PlatformFile>;
export type Hj212UplinkFile = Static<typeof Hj212UplinkFile>;
