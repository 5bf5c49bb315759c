import Type, { type Static } from 'typebox';
import { EnergyFile } from './energy-schema.ts';

/**
 * The one schema of plant.yaml. Types are derived from it, the JSON Schema for editors is it,
 * and the loader refuses whatever it does not name.
 */
const strict = { additionalProperties: false } as const;

const Id = Type.String({
  pattern: '^[a-z0-9][a-z0-9-]{0,62}$',
  description: 'Lower-case letters, digits and hyphens; at most 63.',
});
const durationOf = (description: string) =>
  Type.String({ pattern: '^\\d+(\\.\\d+)?\\s*(ms|s|min|m|h|d|w)$', description });
const Duration = durationOf('A duration such as 500ms, 10s, 15m, 1h or 3d.');
const Port = Type.Integer({ minimum: 1, maximum: 65535 });
const SecretFile = Type.String({
  minLength: 1,
  description: 'Path of a file that holds the secret, readable by you only.',
});

export const SecurityPolicyName = Type.Union(
  [
    'Basic256Sha256',
    'Aes128_Sha256_RsaOaep',
    'Aes256_Sha256_RsaPss',
    'Basic256',
    'Basic128Rsa15',
    'None',
  ].map((name) => Type.Literal(name)),
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
        Type.Object({ name: Type.String(), passwordFile: SecretFile }, strict),
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
    user: Type.Optional(Type.Object({ name: Type.String(), passwordFile: SecretFile }, strict)),
    tls: Type.Optional(
      Type.Object(
        {
          caFile: Type.Optional(Type.String()),
          certificateFile: Type.Optional(Type.String()),
          privateKeyFile: Type.Optional(SecretFile),
        },
        strict,
      ),
    ),
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
    simulated: Type.Optional(Type.Boolean()),
    staleAfter: Type.Optional(Duration),
  },
  {
    ...strict,
    description: 'Receives data loggers (HJ 212-2005, -2017, -2025). An address is `MN/factor-Rtd`.',
  },
);

export const SourceFile = Type.Union([OpcuaSource, MqttSource, ReplaySource, ModbusSource, Hj212Source]);

export const TagFile = Type.Union([
  Type.Null(),
  Type.Object(
    {
      source: Type.Optional(Id),
      address: Type.Optional(
        Type.String({ minLength: 1, description: "The source's address, after the asset's `base`." }),
      ),
      unit: Type.Optional(Type.String({ description: "The source's unit, where it is not the nature's." })),
      kind: Type.Optional(
        Type.Union([Type.Literal('number'), Type.Literal('boolean'), Type.Literal('text')]),
      ),
      cumulates: Type.Optional(Type.Boolean()),
      multiplier: Type.Optional(
        Type.Number({ exclusiveMinimum: 0, description: 'CT × PT ratio, or a scale.' }),
      ),
      range: Type.Optional(Type.Tuple([Type.Number(), Type.Number()])),
      deadband: Type.Optional(
        Type.Union([Type.Number({ minimum: 0 }), Type.String({ pattern: '^\\d+(\\.\\d+)?\\s*%$' })], {
          description: "Absolute in the source's unit, or `0.5 %` of the range.",
        }),
      ),
      sampling: Type.Optional(Duration),
      writable: Type.Optional(Type.Boolean()),
    },
    strict,
  ),
]);

export const AssetFile = Type.Object(
  {
    id: Id,
    name: Type.Optional(Type.String()),
    nature: Type.String(),
    source: Type.Optional(Id),
    base: Type.Optional(Type.String({ description: 'Put before the address of each tag.' })),
    parent: Type.Optional(Id),
    sampling: Type.Optional(Duration),
    properties: Type.Optional(
      Type.Record(Type.String(), Type.Union([Type.Number(), Type.String(), Type.Boolean()])),
    ),
    tags: Type.Record(Type.String({ pattern: '^[a-z][A-Za-z0-9]*$' }), TagFile),
  },
  strict,
);

export const LineFile = Type.Object(
  { id: Id, name: Type.Optional(Type.String()), assets: Type.Array(AssetFile, { minItems: 1 }) },
  strict,
);
export const AreaFile = Type.Object(
  { id: Id, name: Type.Optional(Type.String()), lines: Type.Array(LineFile, { minItems: 1 }) },
  strict,
);

export const StoreFile = Type.Union([
  Type.Object(
    { kind: Type.Literal('duckdb'), memoryLimitMb: Type.Optional(Type.Integer({ minimum: 64 })) },
    strict,
  ),
  Type.Object(
    {
      kind: Type.Literal('influxdb'),
      url: Type.String({ pattern: '^https?://' }),
      database: Type.String({
        pattern: '^[A-Za-z0-9_-]+$',
        description: 'Database (1.x) or bucket (2.x, 3.x).',
      }),
      org: Type.Optional(Type.String()),
      tokenFile: Type.Optional(SecretFile),
      username: Type.Optional(Type.String()),
      passwordFile: Type.Optional(SecretFile),
    },
    strict,
  ),
]);

export const BrokerFile = Type.Union([
  Type.Object(
    {
      kind: Type.Literal('embedded'),
      host: Type.Optional(Type.String()),
      port: Type.Optional(Port),
      tls: Type.Optional(Type.Object({ certificateFile: Type.String(), privateKeyFile: SecretFile }, strict)),
    },
    strict,
  ),
  Type.Object(
    {
      kind: Type.Literal('external'),
      url: Type.String({ pattern: '^mqtts?://' }),
      username: Type.Optional(Type.String()),
      passwordFile: Type.Optional(SecretFile),
      caFile: Type.Optional(Type.String()),
    },
    strict,
  ),
]);

export const ShiftFile = Type.Object(
  {
    name: Type.String(),
    start: Type.String({ pattern: '^([01]\\d|2[0-3]):[0-5]\\d$' }),
    end: Type.String({ pattern: '^([01]\\d|2[0-3]):[0-5]\\d$' }),
    days: Type.Optional(
      Type.Array(
        Type.Union(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'].map((day) => Type.Literal(day))),
        {
          minItems: 1,
        },
      ),
    ),
  },
  strict,
);

export const PlantFile = Type.Object(
  {
    version: Type.Literal(1, { description: 'Version of the format of this file.' }),
    site: Type.Object({ id: Id, name: Type.String({ minLength: 1 }), timeZone: Type.String() }, strict),
    store: Type.Optional(StoreFile),
    retention: Type.Optional(
      Type.Object(
        { raw: Type.Optional(Duration), minute: Type.Optional(Duration), hour: Type.Optional(Duration) },
        strict,
      ),
    ),
    broker: Type.Optional(BrokerFile),
    gateway: Type.Optional(
      Type.Object(
        {
          id: Type.Optional(Id),
          spoolMaxMb: Type.Optional(Type.Integer({ minimum: 16 })),
          spoolMaxAge: Type.Optional(Duration),
        },
        strict,
      ),
    ),
    api: Type.Optional(
      Type.Object({ host: Type.Optional(Type.String()), port: Type.Optional(Port) }, strict),
    ),
    shifts: Type.Optional(Type.Array(ShiftFile)),
    energy: Type.Optional(EnergyFile),
    sources: Type.Record(Id, SourceFile),
    areas: Type.Array(AreaFile, { minItems: 1 }),
  },
  { ...strict, title: 'Plantscope plant file' },
);

export type PlantFile = Static<typeof PlantFile>;
export type SourceFile = Static<typeof SourceFile>;
export type OpcuaSourceFile = Static<typeof OpcuaSource>;
export type MqttSourceFile = Static<typeof MqttSource>;
export type ReplaySourceFile = Static<typeof ReplaySource>;
export type ModbusSourceFile = Static<typeof ModbusSource>;
export type Hj212SourceFile = Static<typeof Hj212Source>;
export type StoreFile = Static<typeof StoreFile>;
export type BrokerFile = Static<typeof BrokerFile>;
export type ShiftFile = Static<typeof ShiftFile>;
export type AreaFile = Static<typeof AreaFile>;
export type LineFile = Static<typeof LineFile>;
export type AssetFile = Static<typeof AssetFile>;
export type TagFile = Static<typeof TagFile>;
