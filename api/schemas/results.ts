import Type, { type Static } from 'typebox';
import { closed, From, IsoTime, To } from './common.ts';

export const ResultAnswer = Type.Object({
  time: IsoTime,
  series: Type.Record(Type.String(), Type.String()),
  fields: Type.Record(Type.String(), Type.Union([Type.Number(), Type.String(), Type.Boolean()])),
});
export type ResultAnswer = Static<typeof ResultAnswer>;

export const ResultsAnswer = Type.Object({ rows: Type.Array(ResultAnswer) });

export const Limit = Type.Optional(Type.Integer({ minimum: 1, maximum: 200_000, default: 50_000 }));

export const SpanQuery = Type.Object({ from: From, to: To, limit: Limit }, closed);
