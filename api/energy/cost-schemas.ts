import Type, { type Static } from 'typebox';

const MeterCostSchema = Type.Object({
  asset: Type.String(),
  parent: Type.Optional(
    Type.String({ description: 'Set where the meter is part of another: do not add both.' }),
  ),
  energy: Type.Optional(Type.Number({ description: 'Left out where nothing is known.' })),
  cost: Type.Optional(Type.Number({ description: 'Energy alone: no demand charge, no power factor.' })),
  completeness: Type.Number({ description: 'Fraction of the span that is metered, 0 to 1.' }),
  periods: Type.Array(Type.Object({ period: Type.String(), energy: Type.Number(), cost: Type.Number() })),
  editions: Type.Array(Type.String(), { description: 'Documents of the tariff versions that priced it.' }),
});
export type MeterCost = Static<typeof MeterCostSchema>;

export const CostAnswer = Type.Object({
  tariff: Type.String(),
  currency: Type.String(),
  unit: Type.String({ description: 'Of energy.' }),
  meters: Type.Array(MeterCostSchema),
});
