import Type, { type Static } from 'typebox';

export const SessionAnswer = Type.Object({
  role: Type.String({ description: 'viewer, operator or admin' }),
  label: Type.String({ description: 'What the token was made for.' }),
});
export type SessionAnswer = Static<typeof SessionAnswer>;
