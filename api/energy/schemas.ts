import Type, { type Static } from 'typebox';
import { TableFormat } from '../query/table.ts';
import { closed, From, IsoTime, To } from '../schemas/common.ts';

export const ConsumptionQuery = Type.Object(
  {
    from: From,
    to: To,
    carrier: Type.Optional(Type.String({ examples: ['electricity'] })),
    asset: Type.Optional(Type.String({ description: 'One meter. Without it: all.' })),
    format: TableFormat,
    every: Type.Optional(
      Type.Union(
        ['interval', 'hour', 'day', 'week', 'month'].map((unit) => Type.Literal(unit)),
        {
          default: 'hour',
          description: 'Plant calendar; `interval` gives the metered intervals as they are.',
        },
      ),
    ),
  },
  closed,
);

export const Consumption = Type.Object({
  asset: Type.String(),
  carrier: Type.String(),
  quantity: Type.String({ description: 'The register, such as activeEnergyTotal.' }),
  isMain: Type.Boolean({ description: 'The register that counts as the consumption of the meter.' }),
  isVirtual: Type.Optional(Type.Boolean({ description: 'Made of other meters by a formula: in no sum.' })),
  parent: Type.Optional(
    Type.String({ description: 'Set where the meter is part of another: do not add both.' }),
  ),
  unit: Type.String(),
  points: Type.Array(
    Type.Object({
      start: IsoTime,
      value: Type.Number({ description: 'Sum over the intervals that are there.' }),
      completeness: Type.Number({ description: 'Fraction of the window that is metered, 0 to 1.' }),
      known: Type.Number({
        description: 'The same with what was estimated, edited or interpolated: what the value stands for.',
      }),
      method: Type.String({ description: 'How it was found; several are joined by "+".' }),
      edition: Type.Optional(Type.String()),
    }),
  ),
});
export type Consumption = Static<typeof Consumption>;

export const ConsumptionAnswer = Type.Object({ meters: Type.Array(Consumption) });
