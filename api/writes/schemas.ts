import Type, { type Static } from 'typebox';
import { closed, IsoTime, Value } from '../schemas/common.ts';

const Written = Type.Union([Type.Number(), Type.Boolean(), Type.String({ maxLength: 4096 })], {
  description: 'In the unit of the tag.',
});

export const WriteBody = Type.Object(
  { value: Written, note: Type.Optional(Type.String({ maxLength: 500 })) },
  closed,
);

export const WriteAnswer = Type.Object({
  tag: Type.String(),
  unit: Type.String(),
  value: Written,
  readBack: Value,
});
export type WriteAnswer = Static<typeof WriteAnswer>;

export const WritesQuery = Type.Object(
  {
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, default: 200 })),
    before: Type.Optional(
      Type.Integer({ minimum: 1, description: 'Page on: lines with a smaller sequence.' }),
    ),
  },
  closed,
);

export const WritesAnswer = Type.Object({
  lines: Type.Array(
    Type.Object({
      sequence: Type.Integer(),
      time: IsoTime,
      tag: Type.String(),
      value: Written,
      by: Type.String({ description: 'Id of the access token.' }),
      note: Type.Optional(Type.String()),
      outcome: Type.String({ description: 'asked, written, refused, unconfirmed, failed' }),
      asked: Type.Optional(Type.Integer({ description: 'Sequence of the line that asked.' })),
      readBack: Type.Optional(Value),
      reason: Type.Optional(Type.String()),
    }),
  ),
});
export type WritesAnswer = Static<typeof WritesAnswer>;
