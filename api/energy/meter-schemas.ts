import Type, { type Static } from 'typebox';
import { closed, IsoTime } from '../schemas/common.ts';

const RegisterSchema = Type.Object({
  quantity: Type.String(),
  tag: Type.String(),
  unit: Type.String({ description: 'Of the stored values.' }),
  registerUnit: Type.String({ description: 'Of the register itself.' }),
  multiplier: Type.Number({ description: 'CT × PT.' }),
  digits: Type.Optional(Type.Integer()),
  maxRatePerH: Type.Optional(Type.Number()),
  last: Type.Optional(
    Type.Object({
      time: IsoTime,
      reading: Type.Number({ description: 'As the register shows it.' }),
      origin: Type.String(),
    }),
  ),
});

const MeterSchema = Type.Object({
  meter: Type.String(),
  name: Type.String(),
  carrier: Type.String(),
  unit: Type.String(),
  parent: Type.Optional(Type.String()),
  formula: Type.Optional(Type.String({ description: 'Of a virtual meter.' })),
  checkMeter: Type.Optional(Type.String()),
  lossPct: Type.Optional(Type.Number()),
  registers: Type.Array(RegisterSchema),
  changes: Type.Array(
    Type.Object({
      at: IsoTime,
      quantity: Type.String(),
      reason: Type.String(),
      finalReading: Type.Number(),
      initialReading: Type.Number(),
    }),
    { description: 'Declared swaps, resets and changes of the ratio.' },
  ),
});
export type Meter = Static<typeof MeterSchema>;
export const MetersAnswer = Type.Object({ meters: Type.Array(MeterSchema) });

export const ManualBody = Type.Object(
  {
    time: Type.String({ format: 'plant-time' }),
    reading: Type.Number({ minimum: 0, description: 'As the register shows it, before the multiplier.' }),
    quantity: Type.Optional(Type.String({ description: 'Default: the main register.' })),
    confirmed: Type.Optional(Type.Boolean({ description: 'The person has looked again.' })),
  },
  closed,
);

const DoubtSchema = Type.Object({
  meter: Type.String(),
  time: IsoTime,
  reading: Type.Number(),
  reason: Type.String(),
  detail: Type.String(),
});
export type Doubt = Static<typeof DoubtSchema>;

export const ManualAnswer = Type.Object({
  stored: Type.Integer(),
  doubts: Type.Array(DoubtSchema, {
    description: 'Not stored: send them again as confirmed if they are right.',
  }),
});
export type ManualAnswer = Static<typeof ManualAnswer>;

const CommissionFinding = Type.Object({
  fault: Type.String(),
  evidence: Type.String(),
  place: Type.Optional(Type.String()),
  factor: Type.Optional(Type.Number()),
});

export const CommissioningAnswer = Type.Object({
  from: IsoTime,
  to: IsoTime,
  meters: Type.Array(
    Type.Object({
      meter: Type.String(),
      name: Type.String(),
      isAccepted: Type.Boolean(),
      samples: Type.Integer({ description: 'Minutes that were looked at.' }),
      findings: Type.Array(CommissionFinding),
    }),
  ),
});
export type CommissioningAnswer = Static<typeof CommissioningAnswer>;
