import Type, { type Static } from 'typebox';
import { closed, From, IsoTime, To } from '../schemas/common.ts';

export const FigureQuery = Type.Object({ from: From, to: To }, closed);

const CarbonRowSchema = Type.Object({
  year: Type.Integer(),
  carrier: Type.String(),
  amount: Type.Number(),
  unit: Type.String(),
  completeness: Type.Number({ description: 'Fraction of the time that is metered, 0 to 1.' }),
  kgce: Type.Optional(Type.Number({ description: 'Standard coal, kg.' })),
  coalEdition: Type.Optional(Type.String()),
  kgCo2: Type.Optional(Type.Number({ description: 'Left out where no factor is known.' })),
  carbonEdition: Type.Optional(Type.String()),
  assumption: Type.Optional(Type.String({ description: 'What the conversion takes for granted.' })),
  notConverted: Type.Optional(Type.String({ description: 'Why there is no figure.' })),
});
export type CarbonRow = Static<typeof CarbonRowSchema>;
export const CarbonAnswer = Type.Object({ carriers: Type.Array(CarbonRowSchema) });

const MeterDemandSchema = Type.Object({
  asset: Type.String(),
  completeness: Type.Number({ description: 'Share of the stored intervals metered fully enough to count.' }),
  points: Type.Array(Type.Object({ start: IsoTime, demandKw: Type.Number() })),
  months: Type.Array(
    Type.Object({
      month: Type.String({ examples: ['2026-11'] }),
      start: IsoTime,
      demandKw: Type.Number({ description: 'Largest 15 min block of the part of the month asked for.' }),
    }),
  ),
});
export type MeterDemand = Static<typeof MeterDemandSchema>;
export const DemandAnswer = Type.Object({
  edition: Type.String(),
  meters: Type.Array(MeterDemandSchema),
});
