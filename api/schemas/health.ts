import Type, { type Static } from 'typebox';
import { IsoTime } from './common.ts';

export const StationAnswer = Type.Object({
  station: Type.String(),
  state: Type.Union([Type.Literal('ok'), Type.Literal('degraded'), Type.Literal('down')]),
  summary: Type.String(),
  ratePerS: Type.Number(),
  queue: Type.Optional(Type.Number()),
  oldestS: Type.Optional(Type.Number({ description: 'Age of the oldest that waits.' })),
  clockSkewMs: Type.Optional(Type.Number({ description: 'Positive: the source is ahead.' })),
  lastError: Type.Optional(
    Type.Object({ message: Type.String(), time: IsoTime, remedy: Type.Optional(Type.String()) }),
  ),
  counters: Type.Record(Type.String(), Type.Number()),
});
export type StationAnswer = Static<typeof StationAnswer>;

export const HealthAnswer = Type.Object({
  state: Type.Union([Type.Literal('ok'), Type.Literal('degraded'), Type.Literal('down')], {
    description: 'The worst of the stations.',
  }),
  time: IsoTime,
  version: Type.String(),
  stations: Type.Array(StationAnswer),
});
export type HealthAnswer = Static<typeof HealthAnswer>;
