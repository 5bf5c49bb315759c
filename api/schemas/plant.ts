import Type, { type Static } from 'typebox';
import { IsoTime, Label } from './common.ts';

export const PlantAnswer = Type.Object({
  site: Type.Object({ id: Type.String(), name: Type.String(), timeZone: Type.String() }),
  shifts: Type.Array(
    Type.Object({
      name: Type.String(),
      start: Type.String({ description: 'HH:MM, plant time.' }),
      end: Type.String({ description: 'At or before the start: the next day.' }),
      weekdays: Type.Array(Type.Integer({ minimum: 1, maximum: 7 }), { description: 'Monday = 1.' }),
    }),
  ),
  version: Type.String(),
  now: IsoTime,
  assetCount: Type.Integer(),
  tagCount: Type.Integer(),
});
export type PlantAnswer = Static<typeof PlantAnswer>;

export const AssetAnswer = Type.Object({
  id: Type.String(),
  name: Type.String(),
  area: Type.String(),
  line: Type.String(),
  areaName: Type.String(),
  lineName: Type.String(),
  nature: Type.String(),
  natureLabel: Label,
  scenario: Type.String(),
  carrier: Type.Optional(Type.String()),
  signConvention: Type.Optional(Type.String()),
  parent: Type.Optional(Type.String({ description: 'Of a meter: the meter it hangs under.' })),
  properties: Type.Array(
    Type.Object({
      name: Type.String(),
      value: Type.Union([Type.String(), Type.Number(), Type.Boolean()]),
      unit: Type.Optional(Type.String()),
      label: Type.Optional(Label),
    }),
  ),
  tags: Type.Array(Type.String()),
});
export type AssetAnswer = Static<typeof AssetAnswer>;

export const TagAnswer = Type.Object({
  tag: Type.String(),
  asset: Type.String(),
  area: Type.String(),
  line: Type.String(),
  quantity: Type.String(),
  label: Label,
  unit: Type.String(),
  kind: Type.Union([Type.Literal('number'), Type.Literal('boolean'), Type.Literal('text')]),
  cumulates: Type.Boolean({ description: 'A register: its consumption is its difference.' }),
  range: Type.Optional(Type.Array(Type.Number(), { minItems: 2, maxItems: 2 })),
  nature: Type.String(),
  source: Type.String(),
  address: Type.String(),
  samplingIntervalMs: Type.Number(),
  staleAfterS: Type.Number({ description: 'Age from which the newest reading counts as stale.' }),
  reportsChanges: Type.Boolean({
    description: 'The source speaks only when the value changes: while it is healthy, an old value stands.',
  }),
  writable: Type.Boolean(),
});
export type TagAnswer = Static<typeof TagAnswer>;
