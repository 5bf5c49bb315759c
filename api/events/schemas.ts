import Type, { type Static } from 'typebox';
import { closed, From, IsoTime, To } from '../schemas/common.ts';

export const EventsQuery = Type.Object(
  {
    from: From,
    to: To,
    source: Type.Optional(Type.String({ description: 'Only of this source.', maxLength: 200 })),
    standing: Type.Optional(Type.Boolean({ description: 'Only conditions that still stand.' })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, default: 200 })),
  },
  closed,
);

export const EventAnswer = Type.Object({
  time: IsoTime,
  source: Type.String(),
  id: Type.String({ description: 'Unique at the source.' }),
  type: Type.String({ description: 'Type of the event, as the source names it.' }),
  about: Type.String({ description: 'Device or node it is about.' }),
  message: Type.String(),
  severity: Type.Integer({ minimum: 0, maximum: 1000, description: '1 informative to 1000 catastrophic.' }),
  condition: Type.Optional(
    Type.Object({
      id: Type.String(),
      name: Type.String(),
      active: Type.Boolean(),
      acknowledged: Type.Boolean(),
      retain: Type.Boolean({ description: 'Still of interest to an operator.' }),
    }),
  ),
});
export type EventAnswer = Static<typeof EventAnswer>;

export const EventsAnswer = Type.Object({
  events: Type.Array(EventAnswer),
  isComplete: Type.Boolean({ description: 'False where `limit` cut the list.' }),
});
export type EventsAnswer = Static<typeof EventsAnswer>;
