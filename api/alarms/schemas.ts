import Type, { type Static } from 'typebox';
import { closed, IsoTime } from '../schemas/common.ts';

export const AlarmAnswer = Type.Object({
  id: Type.String(),
  asset: Type.String(),
  state: Type.String({ description: 'State of ISA-18.2: normal, unacknowledged, acknowledged ...' }),
  active: Type.Boolean({ description: 'Whether the limit is broken, also while the alarm is hidden.' }),
  priority: Type.String(),
  side: Type.String(),
  limit: Type.Optional(Type.Number({ description: 'Of the last raise or clear, else the fixed one.' })),
  unit: Type.String(),
  basis: Type.String({ description: 'Standard that the limit comes from.' }),
  measurement: Type.String({ description: 'The tag or the derived figure that is judged.' }),
  value: Type.Optional(Type.Number({ description: 'Of the last raise or clear.' })),
  latching: Type.Boolean({ description: 'Stays until it is reset.' }),
  evidence: Type.Optional(Type.String({ description: 'What it was seen on: the id of an image.' })),
  since: Type.Optional(IsoTime),
  raised: Type.Optional(IsoTime),
  acknowledgedBy: Type.Optional(Type.String()),
  shelvedUntil: Type.Optional(IsoTime),
});
export type AlarmAnswer = Static<typeof AlarmAnswer>;

export const AlarmsAnswer = Type.Object({ alarms: Type.Array(AlarmAnswer) });
export type AlarmsAnswer = Static<typeof AlarmsAnswer>;

export const JournalQuery = Type.Object(
  {
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, default: 200 })),
    before: Type.Optional(
      Type.Integer({ minimum: 1, description: 'Page on: lines with a smaller sequence.' }),
    ),
  },
  closed,
);

export const JournalAnswer = Type.Object({
  lines: Type.Array(
    Type.Object({
      sequence: Type.Integer(),
      time: IsoTime,
      alarm: Type.String(),
      event: Type.String(),
      from: Type.String(),
      to: Type.String(),
      value: Type.Optional(Type.Number()),
      limit: Type.Optional(Type.Number()),
      evidence: Type.Optional(Type.String()),
      by: Type.Optional(Type.String()),
      note: Type.Optional(Type.String()),
    }),
  ),
});
export type JournalAnswer = Static<typeof JournalAnswer>;

const Note = Type.Optional(Type.String({ maxLength: 500 }));
export const ActBody = Type.Object({ note: Note }, closed);
export const ShelveBody = Type.Object(
  { minutes: Type.Integer({ minimum: 1, maximum: 1440 }), note: Note },
  closed,
);

export const KpisAnswer = Type.Object({
  annunciated: Type.Integer(),
  perHour: Type.Number(),
  peakPerTenMinutes: Type.Integer(),
  floodShare: Type.Number({ description: 'Share of 10-minute periods in a flood.' }),
  chattering: Type.Array(Type.String()),
  fleeting: Type.Integer(),
  stale: Type.Array(Type.String()),
  standing: Type.Integer({ description: 'At the end of the span.' }),
  meanPerTenMinutes: Type.Number(),
  rating: Type.String({ description: 'acceptable, manageable or overloaded (EEMUA 191).' }),
  priorities: Type.Object({ low: Type.Number(), medium: Type.Number(), high: Type.Number() }),
  medianAcknowledgeS: Type.Optional(Type.Number()),
  topTen: Type.Array(Type.Object({ alarm: Type.String(), count: Type.Integer(), share: Type.Number() })),
});
export type KpisAnswer = Static<typeof KpisAnswer>;
