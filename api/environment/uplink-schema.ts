import Type, { type Static } from 'typebox';

const Counters = Type.Record(Type.String(), Type.Number());
const Time = Type.Optional(Type.String());

export const UplinkAnswer = Type.Object({
  rows: Type.Array(
    Type.Object({
      platform: Type.String(),
      address: Type.String(),
      edition: Type.String({ description: 'Edition of HJ 212.' }),
      connected: Type.Boolean(),
      lastAcknowledged: Time,
      backlog: Type.Integer({ description: 'Periods that are due and not acknowledged yet.' }),
      oldest: Time,
      counters: Counters,
      lastError: Type.Optional(Type.Object({ message: Type.String(), time: Type.String() })),
      lanes: Type.Array(
        Type.Object({
          station: Type.String({ description: 'MN' }),
          asset: Type.String(),
          period: Type.Union([
            Type.Literal('realtime'),
            Type.Literal('minute'),
            Type.Literal('hour'),
            Type.Literal('day'),
          ]),
          backlog: Type.Integer(),
          sentUpTo: Type.String({ description: 'End of what is acknowledged.' }),
          refusal: Type.Optional(Type.String({ description: 'QnRtn of the last refusal.' })),
          corrections: Type.Array(
            Type.Object({
              period: Type.String({ description: 'Start of the period.' }),
              sent: Type.String(),
              refusal: Type.Optional(Type.String({ description: 'QnRtn, where it was not taken.' })),
            }),
            { description: 'Acknowledged periods whose figures changed, sent again; the newest 50.' },
          ),
        }),
      ),
    }),
  ),
});
export type UplinkAnswer = Static<typeof UplinkAnswer>;
