import Type, { type Static } from 'typebox';

const BalanceMeterSchema = Type.Object({
  asset: Type.String(),
  name: Type.String(),
  unit: Type.String(),
  depth: Type.Integer({ description: '0 for a meter that is part of no other.' }),
  parent: Type.Optional(Type.String()),
  measured: Type.Optional(Type.Number({ description: 'Left out where nothing is known.' })),
  childrenSum: Type.Optional(
    Type.Number({ description: 'Over the direct sub-meters; left out where one of them has no value.' }),
  ),
  loss: Type.Optional(Type.Number({ description: 'Known loss between the meter and its sub-meters.' })),
  unexplained: Type.Optional(
    Type.Number({
      description: 'measured - childrenSum - loss: above 0 not sub-metered, below 0 a meter is wrong.',
    }),
  ),
  unexplainedPct: Type.Optional(Type.Number({ description: '% of measured.' })),
  completeness: Type.Number({ description: 'Least of the meter and its direct sub-meters, 0 to 1.' }),
});
export type BalanceMeter = Static<typeof BalanceMeterSchema>;

export const CarrierBalanceSchema = Type.Object({
  carrier: Type.String(),
  meters: Type.Array(BalanceMeterSchema, { description: 'Parents before children.' }),
});
export type CarrierBalance = Static<typeof CarrierBalanceSchema>;

export const BalanceAnswer = Type.Object({ carriers: Type.Array(CarrierBalanceSchema) });
