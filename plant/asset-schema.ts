import Type, { type Static } from 'typebox';
import { Duration, Id, strict } from './schema-parts.ts';

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

export type AreaFile = Static<typeof AreaFile>;
export type LineFile = Static<typeof LineFile>;
export type AssetFile = Static<typeof AssetFile>;
export type TagFile = Static<typeof TagFile>;
