import Type, { type Static } from 'typebox';

const closed = { additionalProperties: false } as const;
const Millis = Type.Integer({ minimum: 0, maximum: 9_223_372_036_853 });
const Name = Type.String({ minLength: 1, maxLength: 300 });
const window = { startMs: Millis, endMs: Millis };

/** What the `plantscope` command asks a running platform of its store: the reading half of the store's port. */
export const StoreRequest = Type.Union([
  Type.Object({ read: Type.Literal('description') }, closed),
  Type.Object({ read: Type.Literal('measurements') }, closed),
  Type.Object({ read: Type.Literal('tag-counts'), ...window }, closed),
  Type.Object(
    {
      read: Type.Literal('readings'),
      ...window,
      startNs: Type.Optional(Type.Integer({ minimum: 0, maximum: 999_999 })),
      tags: Type.Array(Name, { maxItems: 20_000 }),
      limit: Type.Integer({
        minimum: 1,
        maximum: 100_000,
        description: 'Readings a tag, the earliest first.',
      }),
    },
    closed,
  ),
  Type.Object(
    {
      read: Type.Literal('results'),
      ...window,
      measurement: Type.String({ pattern: '^[A-Za-z_][A-Za-z0-9_.:-]{0,200}$' }),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100_000 })),
    },
    closed,
  ),
]);
export type StoreRequest = Static<typeof StoreRequest>;
