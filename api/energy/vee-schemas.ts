import Type, { type Static } from 'typebox';
import { TableFormat } from '../query/table.ts';
import { closed, From, IsoTime, To } from '../schemas/common.ts';

export const VeeQuery = Type.Object(
  { from: From, to: To, meter: Type.Optional(Type.String()), format: TableFormat },
  closed,
);

const FindingSchema = Type.Object({
  meter: Type.String(),
  rule: Type.String(),
  start: IsoTime,
  end: IsoTime,
  detail: Type.String(),
  rejects: Type.Boolean({ description: 'Its values are replaced by estimates.' }),
  revision: Type.Integer(),
});
export type Finding = Static<typeof FindingSchema>;

const SubstituteSchema = Type.Object({
  meter: Type.String(),
  start: IsoTime,
  value: Type.Number(),
  unit: Type.String(),
  quality: Type.Union([Type.Literal('estimated'), Type.Literal('edited')]),
  rule: Type.String(),
  original: Type.Optional(Type.Number({ description: 'What the register gave, where it gave anything.' })),
  completeness: Type.Number(),
  revision: Type.Integer(),
});
export type Substitute = Static<typeof SubstituteSchema>;

const EditSchema = Type.Object({
  number: Type.Integer(),
  meter: Type.String(),
  start: IsoTime,
  value: Type.Optional(Type.Number({ description: 'Left out where it took an edit back.' })),
  by: Type.String(),
  reason: Type.String(),
  at: IsoTime,
});
export type Edit = Static<typeof EditSchema>;

export const VeeAnswer = Type.Object({
  edition: Type.String(),
  findings: Type.Array(FindingSchema),
  substitutes: Type.Array(SubstituteSchema, { description: 'Estimated and edited intervals.' }),
});
export const EditsAnswer = Type.Object({ edits: Type.Array(EditSchema, { description: 'Newest first.' }) });

export const EditBody = Type.Object(
  {
    meter: Type.String(),
    start: Type.String({ format: 'plant-time', description: 'Of the quarter of an hour.' }),
    value: Type.Optional(
      Type.Number({ minimum: 0, description: "In the meter's unit; left out it takes the edit back." }),
    ),
    reason: Type.String({ minLength: 1, maxLength: 500, pattern: '\\S' }),
  },
  closed,
);
export const EditAnswer = Type.Object({ number: Type.Integer({ description: 'In the audit trail.' }) });
