import Type, { type Static } from 'typebox';
import { AreaFile } from './asset-schema.ts';
import { EnergyFile } from './energy-schema.ts';
import { EnvironmentFile } from './environment-schema.ts';
import { EquipmentFile } from './equipment-schema.ts';
import { NorthboundFile } from './northbound-schema.ts';
import { NotificationsFile } from './notification-schema.ts';
import { Duration, Id, Port, SecretFile, strict } from './schema-parts.ts';
import { SourceFile } from './source-schema.ts';

/**
 * The one schema of plant.yaml. Types are derived from it, the JSON Schema for editors is it,
 * and the loader refuses whatever it does not name.
 */
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
      tls: Type.Optional(
        Type.Object(
          {
            certificateFile: Type.String(),
            privateKeyFile: SecretFile,
            clientCaFile: Type.Optional(
              Type.String({ description: 'A client then needs a certificate of this authority.' }),
            ),
          },
          strict,
        ),
      ),
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
        {
          ...{ raw: Type.Optional(Duration), minute: Type.Optional(Duration), hour: Type.Optional(Duration) },
          derived: Type.Optional(Duration),
        },
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
          spoolWhenFull: Type.Optional(
            Type.Union([Type.Literal('hold'), Type.Literal('drop-oldest')], {
              description:
                '`hold` (default): nothing more is taken until batches are stored. `drop-oldest`: counted and told.',
            }),
          ),
        },
        strict,
      ),
    ),
    api: Type.Optional(
      Type.Object({ host: Type.Optional(Type.String()), port: Type.Optional(Port) }, strict),
    ),
    shifts: Type.Optional(Type.Array(ShiftFile)),
    energy: Type.Optional(EnergyFile),
    environment: Type.Optional(EnvironmentFile),
    equipment: Type.Optional(EquipmentFile),
    northbound: Type.Optional(NorthboundFile),
    notifications: Type.Optional(NotificationsFile),
    sources: Type.Record(Id, SourceFile),
    areas: Type.Array(AreaFile, { minItems: 1 }),
  },
  { ...strict, title: 'Plantscope plant file' },
);

export type PlantFile = Static<typeof PlantFile>;
export type StoreFile = Static<typeof StoreFile>;
export type BrokerFile = Static<typeof BrokerFile>;
export type ShiftFile = Static<typeof ShiftFile>;
