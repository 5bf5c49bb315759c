import Type, { type Static } from 'typebox';
import { ClientTls, Duration, durationOf, PasswordUser, Port, SecretFile, strict } from './schema-parts.ts';

export const SecurityPolicyName = Type.Union(
  [
    Type.Literal('Basic256Sha256'),
    Type.Literal('Aes128_Sha256_RsaOaep'),
    Type.Literal('Aes256_Sha256_RsaPss'),
    Type.Literal('Basic256'),
    Type.Literal('Basic128Rsa15'),
    Type.Literal('None'),
  ],
  { description: 'Basic256 and Basic128Rsa15 are broken, None is open: each is used only where named here.' },
);

export const OpcuaSource = Type.Object(
  {
    kind: Type.Literal('opcua'),
    endpoint: Type.Optional(
      Type.String({ pattern: '^opc\\.tcp://', description: 'opc.tcp://host:port/path' }),
    ),
    endpoints: Type.Optional(
      Type.Array(Type.String({ pattern: '^opc\\.tcp://' }), {
        minItems: 1,
        description: 'Redundant servers; the one with the highest ServiceLevel is used.',
      }),
    ),
    security: Type.Optional(
      Type.Object(
        {
          policy: Type.Optional(SecurityPolicyName),
          mode: Type.Optional(
            Type.Union([Type.Literal('SignAndEncrypt'), Type.Literal('Sign'), Type.Literal('None')]),
          ),
        },
        { ...strict, description: 'Default: Basic256Sha256 with SignAndEncrypt. Never downgraded silently.' },
      ),
    ),
    user: Type.Optional(
      Type.Union([
        PasswordUser,
        Type.Object({ certificateFile: Type.String(), privateKeyFile: SecretFile }, strict),
      ]),
    ),
    simulated: Type.Optional(
      Type.Boolean({
        description: 'The built-in simulator: started with the platform, trust set up on both sides.',
      }),
    ),
    backfill: Type.Optional(Duration),
    publishingInterval: Type.Optional(Duration),
    staleAfter: Type.Optional(Duration),
  },
  strict,
);

export const MqttSource = Type.Object(
  {
    kind: Type.Literal('mqtt'),
    broker: Type.Optional(
      Type.String({
        pattern: '^(embedded|mqtts?://.+)$',
        description: '`embedded` (default), or mqtt://host:port or mqtts://host:port of another broker.',
      }),
    ),
    format: Type.Optional(
      Type.Union([Type.Literal('json'), Type.Literal('sparkplug'), Type.Literal('influx-line')], {
        description:
          'Payload format; default json. Addresses: json `topic#/json/pointer`, sparkplug `group/edge[/device]#metric`, influx-line `topic#measurement,tag=value field`.',
      }),
    ),
    topic: Type.Optional(
      Type.String({
        description: 'Topic filter this source listens to; default: the topics of its addresses.',
      }),
    ),
    time: Type.Optional(
      Type.Object(
        {
          pointer: Type.String({
            description: 'JSON pointer of the timestamp; without it the arrival time counts.',
          }),
          unit: Type.Optional(
            Type.Union(
              ['iso', 's', 'ms', 'us', 'ns'].map((unit) => Type.Literal(unit)),
              {
                description: 'Default: iso where it is text, ms where it is a number.',
              },
            ),
          ),
        },
        strict,
      ),
    ),
    user: Type.Optional(PasswordUser),
    tls: Type.Optional(ClientTls),
    protocol: Type.Optional(
      Type.Union([Type.Literal('3.1.1'), Type.Literal('5')], { description: 'Default 3.1.1.' }),
    ),
    statusTopic: Type.Optional(
      Type.String({
        description: 'Topic that says `online`, retained, and by last will `offline`; other brokers only.',
      }),
    ),
    backfill: Type.Optional(
      durationOf(
        'Devices that keep records are asked for what is missing, back to this, on <topic>/history/get.',
      ),
    ),
    simulated: Type.Optional(Type.Boolean({ description: 'The built-in simulated devices publish here.' })),
    staleAfter: Type.Optional(Duration),
  },
  strict,
);

export const ReplaySource = Type.Object(
  {
    kind: Type.Literal('replay'),
    file: Type.String({ minLength: 1, description: 'CSV file with a header; relative to the plant file.' }),
    delimiter: Type.Optional(Type.String({ minLength: 1, maxLength: 1 })),
    decimal: Type.Optional(
      Type.Union([Type.Literal('.'), Type.Literal(',')], {
        description:
          'Decimal sign of numbers; with a comma, points between groups of three digits are left out.',
      }),
    ),
    time: Type.Object(
      {
        column: Type.String(),
        format: Type.Optional(
          Type.String({
            description: 'yyyy MM dd HH mm ss SSS; default ISO 8601. Times without zone are plant time.',
          }),
        ),
        stamp: Type.Optional(
          Type.Union([Type.Literal('start'), Type.Literal('end'), Type.Literal('end-same-day')], {
            description:
              'What a row marks; `end-same-day`: the 00:00 row that closes a day carries that same date.',
          }),
        ),
        interval: Type.Optional(durationOf('Length of the interval a row stands for, such as 15m.')),
      },
      strict,
    ),
    accumulate: Type.Optional(
      Type.Array(Type.String(), {
        description: 'Columns that hold the amount of an interval: summed up into a register on the way in.',
      }),
    ),
    shiftToNow: Type.Optional(Type.Boolean({ description: 'Moves the times so that the first row is now.' })),
    speed: Type.Optional(
      Type.Union([Type.Literal('max'), Type.Number({ exclusiveMinimum: 0 })], {
        description: '`max` (default), or seconds of the recording a second.',
      }),
    ),
  },
  strict,
);

export const ModbusSource = Type.Object(
  {
    kind: Type.Literal('modbus'),
    host: Type.String(),
    port: Type.Optional(Port),
    pollInterval: Type.Optional(Duration),
    timeout: Type.Optional(Duration),
    maxRegistersPerRead: Type.Optional(Type.Integer({ minimum: 1, maximum: 125 })),
    units: Type.Optional(
      Type.Record(
        Type.String({ pattern: '^([0-9]|[1-9][0-9]|1[0-9]{2}|2[0-4][0-9]|25[0-5])$' }),
        Type.Object({ pollInterval: Duration }, strict),
        { description: 'By unit id: units that are polled at another interval than the rest.' },
      ),
    ),
    simulated: Type.Optional(Type.Boolean()),
    staleAfter: Type.Optional(Duration),
  },
  { ...strict, description: 'An address is `unit=1;holding=100;type=float32;order=ABCD`.' },
);

export const Hj212Source = Type.Object(
  {
    kind: Type.Literal('hj212'),
    port: Type.Optional(Port),
    host: Type.Optional(Type.String({ description: 'Address to listen on; default 127.0.0.1.' })),
    passwordFile: Type.Optional(SecretFile),
    keyFile: Type.Optional(SecretFile),
    simulated: Type.Optional(Type.Boolean()),
    staleAfter: Type.Optional(Duration),
  },
  {
    ...strict,
    description:
      'Receives data loggers (HJ 212-2005, -2017, -2025; `keyFile`: SM4 key of 2025). An address is `MN/factor-Rtd`, or `MN/CN/factor-Avg`.',
  },
);

export const SourceFile = Type.Union([OpcuaSource, MqttSource, ReplaySource, ModbusSource, Hj212Source]);

export type SourceFile = Static<typeof SourceFile>;
export type OpcuaSourceFile = Static<typeof OpcuaSource>;
export type MqttSourceFile = Static<typeof MqttSource>;
export type ReplaySourceFile = Static<typeof ReplaySource>;
export type ModbusSourceFile = Static<typeof ModbusSource>;
export type Hj212SourceFile = Static<typeof Hj212Source>;
