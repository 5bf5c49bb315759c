import Type, { type Static } from 'typebox';
import { closed, IsoTime } from './common.ts';

export const QuarantineQuery = Type.Object(
  {
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, default: 200 })),
    before: Type.Optional(Type.Integer({ minimum: 1, description: 'Page on: items with a smaller id.' })),
    reason: Type.Optional(Type.String()),
    source: Type.Optional(Type.String({ description: 'Source or station it came from.' })),
  },
  closed,
);

const times = { count: Type.Integer(), firstTime: IsoTime, lastTime: IsoTime };

export const QuarantineAnswer = Type.Object({
  groups: Type.Array(
    Type.Object({ reason: Type.String(), from: Type.String(), items: Type.Integer(), ...times }),
  ),
  items: Type.Array(
    Type.Object({
      id: Type.Integer(),
      reason: Type.String(),
      message: Type.String({ description: 'What was expected, what came.' }),
      from: Type.String(),
      where: Type.String({ description: 'Topic, node id, file and row.' }),
      payload: Type.String({ description: 'What came, as text; long payloads are cut.' }),
      tag: Type.Optional(Type.String()),
      ...times,
    }),
  ),
});
export type QuarantineAnswer = Static<typeof QuarantineAnswer>;

/** Nothing, or the payload as a person mended it. */
export const QuarantineReplay = Type.Union([
  Type.Object({ payload: Type.Optional(Type.String({ maxLength: 262_144 })) }, closed),
  Type.Null(),
]);
