import Type, { type Static } from 'typebox';
import { TableFormat } from '../query/table.ts';
import { closed, From, To } from '../schemas/common.ts';

export const IntensityQuery = Type.Object(
  {
    from: From,
    to: To,
    by: Type.Optional(
      Type.Union(
        ['product', 'area', 'line', 'asset', 'shift'].map((name) => Type.Literal(name)),
        { default: 'product' },
      ),
    ),
    carrier: Type.Optional(Type.String({ default: 'electricity' })),
    format: TableFormat,
  },
  closed,
);

export const IntensityGroupSchema = Type.Object({
  group: Type.String(),
  name: Type.String(),
  meters: Type.Array(Type.String(), { description: 'Meters in the sum.' }),
  energyUnit: Type.String(),
  outputUnit: Type.String(),
  energy: Type.Optional(Type.Number({ description: 'Left out where a meter has no value.' })),
  output: Type.Optional(Type.Number({ description: 'Left out where nothing counts it.' })),
  intensity: Type.Optional(
    Type.Number({ description: 'Energy per unit of output; left out where nothing was made.' }),
  ),
  completeness: Type.Number(),
  method: Type.String(),
  revision: Type.Integer({ description: 'Greatest of the intervals in it.' }),
});
export type IntensityGroup = Static<typeof IntensityGroupSchema>;

export const IntensityAnswer = Type.Object({
  by: Type.String(),
  carrier: Type.String(),
  edition: Type.String(),
  groups: Type.Array(IntensityGroupSchema),
});
