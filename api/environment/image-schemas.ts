import Type, { type Static } from 'typebox';

const Optional = Type.Optional(Type.Number());
export const Image = Type.Object({
  id: Type.String(),
  camera: Type.String(),
  time: Type.String(),
  verdict: Type.String({ description: 'measured or refused' }),
  reason: Type.Optional(
    Type.String({ description: 'night, fog, no-sky, no-stack (no view of a stack) or no-plume' }),
  ),
  detail: Type.Optional(Type.String()),
  ringelmann: Optional,
  ringelmannUncertainty: Optional,
  grade: Optional,
  opacity: Optional,
  limit: Optional,
  isEvidence: Type.Boolean({ description: 'Above the limit: kept.' }),
  plume: Type.Optional(
    Type.Object({ left: Type.Number(), top: Type.Number(), right: Type.Number(), bottom: Type.Number() }),
  ),
});
export const ImagesAnswer = Type.Object({ images: Type.Array(Image) });
export type ImagesAnswer = Static<typeof ImagesAnswer>;
