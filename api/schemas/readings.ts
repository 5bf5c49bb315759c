import Type, { type Static } from 'typebox';
import type { ReadingValue } from '../../model/reading.ts';
import type { Aggregate } from '../../store/time-series-store.ts';
import { closed, From, IsoTime, Status, TagList, To, Value } from './common.ts';

export const LatestReading = Type.Object({
  tag: Type.String(),
  value: Value,
  unit: Type.String(),
  status: Status,
  sourceTime: IsoTime,
  ageS: Type.Number({ description: 'Now minus source time; negative where the source clock is ahead.' }),
});
export type LatestReading = Static<typeof LatestReading>;

export const LatestQuery = Type.Object({ tags: TagList }, closed);

export const aggregates = [
  'mean',
  'min',
  'max',
  'first',
  'last',
  'sum',
  'count',
  'increase',
  'time-weighted-mean',
  'minmax',
] as const satisfies readonly Aggregate[];

export const ReadingsQuery = Type.Object(
  {
    tags: TagList,
    from: From,
    to: To,
    every: Type.Optional(
      Type.String({
        pattern: '^([1-9]\\d{0,6}(ms|s|m|h)|1d|1w|1mo|1y)$',
        description: 'One point a window: 1m, 15m, 1h, or 1d, 1w, 1mo, 1y of the plant calendar.',
      }),
    ),
    aggregate: Type.Optional(
      Type.Union(
        aggregates.map((name) => Type.Literal(name)),
        {
          default: 'mean',
          description:
            'How a window becomes a point; needs `every`. `increase` is what a register gained. `minmax` gives two points a window.',
        },
      ),
    ),
    maxPoints: Type.Optional(
      Type.Integer({
        minimum: 10,
        maximum: 500_000,
        description:
          'Most points a tag. A raw answer that would be longer is downsampled (minimum and maximum kept), and says so.',
      }),
    ),
  },
  closed,
);
export type ReadingsQuery = Static<typeof ReadingsQuery>;

export const Point = Type.Unsafe<[string, ReadingValue, number]>({
  type: 'array',
  items: Type.Union([IsoTime, Value, Status]),
  minItems: 3,
  maxItems: 3,
  description: '[time, value, status]',
});

export const Series = Type.Object({
  tag: Type.String(),
  unit: Type.String(),
  points: Type.Array(Point),
  downsampled: Type.Optional(
    Type.Object(
      { every: Type.String(), aggregate: Type.String() },
      { description: 'Present where the raw readings were too many and were thinned out.' },
    ),
  ),
  truncatedAt: Type.Optional(
    Type.String({
      description: 'Present where readings that can not be thinned out were cut: read on from here.',
    }),
  ),
});
export type Series = Static<typeof Series>;

export const ReadingsAnswer = Type.Object({ series: Type.Array(Series) });
