import Type, { type Static } from 'typebox';
import { TableFormat } from '../query/table.ts';
import { closed, From, IsoTime, To } from '../schemas/common.ts';

const Time = Type.Optional(Type.String({ format: 'plant-time' }));

export const BaselineQuery = Type.Object(
  {
    from: From,
    to: To,
    meter: Type.Optional(Type.String({ description: 'Default: the first baseline of the plant file.' })),
    model: Type.Optional(
      Type.Union(['mean', 'slr', '3pc', '3ph', '4p', '5p', 'towt'].map((kind) => Type.Literal(kind))),
    ),
    baselineFrom: Time,
    baselineTo: Time,
    format: TableFormat,
  },
  closed,
);

const Pair = Type.Object({
  start: IsoTime,
  actual: Type.Number(),
  expected: Type.Number(),
  temperature: Type.Optional(Type.Number({ description: '°C' })),
});

export const BaselineAnswer = Type.Object({
  meter: Type.String(),
  unit: Type.String(),
  model: Type.String(),
  every: Type.String(),
  edition: Type.String(),
  baseline: Type.Object({ start: IsoTime, end: IsoTime }),
  parameters: Type.Record(
    Type.String(),
    Type.Union([Type.Number(), Type.String(), Type.Array(Type.Number())]),
  ),
  r2: Type.Number(),
  cvRmse: Type.Number({ description: 'A fraction.' }),
  nmbe: Type.Number(),
  n: Type.Integer(),
  completeness: Type.Number({ description: 'Intervals of the reporting period with both values.' }),
  fitted: Type.Array(Pair, { description: 'The baseline period.' }),
  points: Type.Array(Pair, { description: 'The reporting period.' }),
  enpi: Type.Optional(Type.Number({ description: 'actual / expected; below 1 is better.' })),
  actual: Type.Optional(Type.Number()),
  expected: Type.Optional(Type.Number()),
  savings: Type.Optional(Type.Number({ description: 'expected - actual' })),
  savingsPct: Type.Optional(Type.Number()),
  savingsUncertainty: Type.Optional(Type.Number({ description: 'At 90 %, ASHRAE Guideline 14.' })),
  savingsUncertaintyPct: Type.Optional(Type.Number()),
  autocorrelationRule: Type.String(),
  cusum: Type.Array(
    Type.Object({ start: IsoTime, cusum: Type.Number({ description: 'actual - expected, summed.' }) }),
  ),
});
export type BaselineAnswer = Static<typeof BaselineAnswer>;

export const MeterSpanQuery = Type.Object(
  {
    ...{ from: From, to: To, format: TableFormat },
    meter: Type.Optional(Type.String({ description: 'Default: the first supply.' })),
  },
  closed,
);

const Scores = Type.Object({ rmse: Type.Number(), mae: Type.Number() });

export const ForecastAnswer = Type.Object({
  meter: Type.String(),
  unit: Type.String(),
  level: Type.Number({ description: 'Of the prediction interval.' }),
  method: Type.String(),
  completeness: Type.Number({ description: 'Quarters that have come over those forecast.' }),
  edition: Type.String(),
  points: Type.Array(
    Type.Object({
      start: IsoTime,
      forecast: Type.Number(),
      lower: Type.Number(),
      upper: Type.Number(),
      actual: Type.Optional(Type.Number()),
      lastWeek: Type.Optional(Type.Number()),
    }),
  ),
  compared: Type.Optional(
    Type.Object(
      {
        n: Type.Integer(),
        coverage: Type.Number(),
        forecast: Scores,
        sameTimeLastWeek: Scores,
        betterPct: Type.Number({ description: 'By how much the RMSE is smaller.' }),
      },
      {
        description:
          'Over the points that have come and that last week knows; absent before a week is stored.',
      },
    ),
  ),
});
export type ForecastAnswer = Static<typeof ForecastAnswer>;

export const Contribution = Type.Object({
  meter: Type.String(),
  name: Type.String(),
  actual: Type.Number(),
  expected: Type.Number(),
  deviation: Type.Number(),
  share: Type.Number({ description: 'Of the deviation; all and the rest sum to 1.' }),
});

export const AnomaliesAnswer = Type.Object({
  meter: Type.String(),
  unit: Type.String(),
  method: Type.String(),
  threshold: Type.Number({ description: 'Robust standard deviations.' }),
  judged: Type.Integer({ description: 'Hours that could be judged.' }),
  completeness: Type.Number({ description: 'Judged hours over the hours of the span.' }),
  edition: Type.String(),
  anomalies: Type.Array(
    Type.Object({
      start: IsoTime,
      kind: Type.String(),
      actual: Type.Number(),
      expected: Type.Number(),
      deviation: Type.Number(),
      score: Type.Number(),
      contributions: Type.Array(Contribution, { description: 'Sub-meters, the largest share first.' }),
      rest: Type.Number({ description: 'What no sub-meter explains.' }),
    }),
  ),
});
export type AnomaliesAnswer = Static<typeof AnomaliesAnswer>;
