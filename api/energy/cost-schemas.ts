import Type, { type Static } from 'typebox';

export const MeterCostSchema = Type.Object({
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

const BillSchema = Type.Object({
  asset: Type.String(),
  energy: Type.Optional(Type.Number()),
  completeness: Type.Number(),
  method: Type.String(),
  energyCharge: Type.Number(),
  energyEdition: Type.String({ description: 'Documents of the tariff versions that priced it.' }),
  basicCharge: Type.Optional(Type.Number({ description: '基本电费' })),
  billedDemand: Type.Optional(Type.Number()),
  billedUnit: Type.Optional(Type.String()),
  basicEdition: Type.Optional(Type.String()),
  powerFactor: Type.Optional(Type.Number({ description: 'Of the totals of the month, to 0.01.' })),
  adjustmentPct: Type.Optional(Type.Number({ description: 'Below 0 is a reward.' })),
  adjustment: Type.Optional(Type.Number({ description: '力调电费' })),
  adjustmentEdition: Type.Optional(Type.String()),
  total: Type.Number({ description: 'Without government funds.' }),
  notes: Type.Array(Type.String(), { description: 'What is left out, and why.' }),
});
export type Bill = Static<typeof BillSchema>;

export const MonthBillSchema = Type.Object({
  month: Type.String({ examples: ['2026-11'] }),
  isComplete: Type.Boolean({ description: 'Whether the month has passed.' }),
  supplies: Type.Array(BillSchema, { description: 'Meters that are part of no other.' }),
});
export type MonthBill = Static<typeof MonthBillSchema>;

export const CostAnswer = Type.Object({
  tariff: Type.String(),
  currency: Type.String(),
  unit: Type.String({ description: 'Of energy.' }),
  meters: Type.Array(MeterCostSchema),
  bills: Type.Array(MonthBillSchema, { description: 'Of the months that the span touches.' }),
});
export type CostAnswer = Static<typeof CostAnswer>;

export const BillsAnswer = Type.Object({
  tariff: Type.String(),
  currency: Type.String(),
  bills: Type.Array(MonthBillSchema, { description: 'Of the months that the span touches.' }),
});
