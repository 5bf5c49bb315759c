import Type, { type Static } from 'typebox';
import { TableFormat } from '../query/table.ts';
import { closed, From, IsoTime, To } from '../schemas/common.ts';

export const FormatQuery = Type.Object({ format: TableFormat }, closed);
export const TableQuery = Type.Object({ from: From, to: To, format: TableFormat }, closed);

export const CarbonRowSchema = Type.Object({
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

const RunningSchema = Type.Object(
  {
    start: IsoTime,
    end: IsoTime,
    powerKw: Type.Number(),
    expectedKw: Type.Number({ description: 'Demand of the window if the load stays as it is.' }),
    certainKw: Type.Number({ description: 'Less is no longer possible.' }),
    allowedKw: Type.Number({ description: 'Load to the end of the window that keeps the limit.' }),
    limitKw: Type.Number(),
    warning: Type.Union([Type.Literal('none'), Type.Literal('early'), Type.Literal('exceeded')]),
    completeness: Type.Number(),
  },
  { description: 'The window that runs now.' },
);
export type Running = Static<typeof RunningSchema>;

const MeterDemandSchema = Type.Object({
  asset: Type.String(),
  basis: Type.Optional(
    Type.String({ description: 'What the limit is: declared demand, or transformer capacity.' }),
  ),
  limitKw: Type.Optional(Type.Number()),
  completeness: Type.Number({ description: 'Share of the stored intervals metered fully enough to count.' }),
  points: Type.Array(
    Type.Object({
      start: IsoTime,
      demandKw: Type.Number({ description: 'The 15 min block.' }),
      slidingKw: Type.Optional(
        Type.Number({ description: 'Largest window of 15 min that ends in the block, moving on by 1 min.' }),
      ),
    }),
  ),
  months: Type.Array(
    Type.Object({
      month: Type.String({ examples: ['2026-11'] }),
      start: IsoTime,
      demandKw: Type.Number({ description: 'Largest 15 min block of the part of the month asked for.' }),
      slidingKw: Type.Optional(Type.Number({ description: 'Largest sliding window of it.' })),
      slidingEnd: Type.Optional(IsoTime),
    }),
  ),
  running: Type.Optional(RunningSchema),
});
export type MeterDemand = Static<typeof MeterDemandSchema>;
export const DemandAnswer = Type.Object({
  edition: Type.String(),
  meters: Type.Array(MeterDemandSchema),
});
export type CarbonAnswer = Static<typeof CarbonAnswer>;
export type DemandAnswer = Static<typeof DemandAnswer>;
