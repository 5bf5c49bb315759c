import Type, { type Static } from 'typebox';
import { closed, From, To } from '../schemas/common.ts';

export const environmentRoutes = [
  {
    path: '/hourly',
    measurement: 'stack_hourly',
    summary: 'Hourly means of a stack, corrected to the reference oxygen, with limit and completeness',
    group: 'environment',
    filters: ['asset', 'pollutant'],
  },
  {
    path: '/water',
    measurement: 'water_hourly',
    summary: 'Hourly flow-weighted means and loads of a wastewater outlet, and pH',
    group: 'environment',
    filters: ['asset', 'pollutant'],
  },
  {
    path: '/stations',
    measurement: 'station_hourly',
    summary: 'Hourly means of ambient, dust, VOC and weather stations, with validity and limit',
    group: 'environment',
    filters: ['asset', 'pollutant'],
  },
  {
    path: '/checks',
    measurement: 'instrument_check',
    summary: 'Zero and span drift, and values of an instrument that look wrong, by the hour',
    group: 'environment',
    filters: ['asset', 'pollutant'],
  },
  {
    path: '/treatment',
    measurement: 'treatment_state',
    summary: 'Treatment facilities against the production they serve, every quarter of an hour',
    group: 'environment',
    filters: ['asset'],
  },
  {
    path: '/smoke',
    measurement: 'smoke',
    summary: 'Blackness of the smoke (Ringelmann) that the cameras saw',
    group: 'environment',
    filters: ['asset'],
  },
  {
    path: '/aqi',
    measurement: 'ambient_aqi',
    summary: 'Hourly air quality index of ambient stations, by the edition of HJ 633 in force',
    group: 'environment',
    filters: ['asset'],
  },
  {
    path: '/noise',
    measurement: 'noise_hourly',
    summary: 'Hourly noise figures against the day or night limit of GB 12348',
    group: 'environment',
    filters: ['asset'],
  },
] as const;

const Format = Type.Optional(Type.Union([Type.Literal('json'), Type.Literal('csv')], { default: 'json' }));
export const SpanAndFormat = Type.Object({ from: From, to: To, format: Format }, closed);
export const FormatOnly = Type.Object({ format: Format }, closed);
export const PeriodQuery = Type.Object(
  {
    ...{ from: From, to: To, format: Format },
    asset: Type.Optional(Type.String()),
    period: Type.Optional(
      Type.Union(
        ['day', 'month', 'quarter', 'year'].map((kind) => Type.Literal(kind)),
        {
          default: 'day',
        },
      ),
    ),
  },
  closed,
);

const series = { asset: Type.String(), pollutant: Type.String() };
export const rowsSchema = <Fields extends Parameters<typeof Type.Object>[0]>(fields: Fields) =>
  Type.Object({ rows: Type.Array(Type.Object(fields)) });
const Optional = Type.Optional(Type.Number());
const Text = Type.Optional(Type.String());

export const OutletsAnswer = rowsSchema({
  asset: Type.String(),
  name: Type.String(),
  kind: Type.String(),
  standard: Text,
  outletCode: Text,
  referenceOxygenPct: Optional,
  permit: Text,
  permitUntil: Text,
  sources: Text,
  facilities: Text,
});
export const LimitsAnswer = rowsSchema({
  ...series,
  side: Type.String(),
  value: Type.Number(),
  unit: Type.String(),
  basis: Type.String(),
  from: Type.String(),
  until: Text,
  applies: Type.Boolean({ description: 'The strictest in force now.' }),
});
export const InstrumentsAnswer = rowsSchema({
  asset: Type.String(),
  instrument: Type.String(),
  name: Type.String(),
  kind: Type.String({ description: 'calibration, maintenance or verification' }),
  last: Type.String(),
  due: Type.String(),
  state: Type.String({ description: 'overdue, due-soon or planned' }),
  ranges: Type.String(),
});
export const ConcentrationsAnswer = rowsSchema({
  ...series,
  unit: Type.String(),
  raw: Optional,
  rawTime: Text,
  hour: Text,
  measured: Optional,
  corrected: Optional,
  oxygenPct: Optional,
  flag: Text,
  status: Text,
  limit: Optional,
  limitBasis: Text,
});
export const PeriodsAnswer = rowsSchema({
  ...series,
  period: Type.String(),
  valid: Type.Boolean(),
  hours: Type.Integer(),
  validHours: Type.Integer(),
  operatingHours: Type.Integer(),
  stoppedHours: Type.Integer(),
  transientHours: Type.Integer(),
  capture: Type.Optional(Type.Number({ description: 'Valid hours to operating hours, 0..1.' })),
  meanMeasured: Optional,
  mean: Type.Optional(Type.Number({ description: 'At the reference oxygen, or weighted by flow.' })),
  unit: Type.String(),
  measuredKg: Type.Number({ description: 'From the measured concentration, not the corrected one.' }),
  substitutedKg: Type.Number({ description: 'Filled by HJ 75 or HJ 356.' }),
  totalKg: Type.Number(),
  undeterminedHours: Type.Integer({ description: 'Above zero the total is a lower bound.' }),
  volumeM3: Optional,
});
export const ValidityAnswer = rowsSchema({
  ...series,
  captureRate: Optional,
  validDays: Type.Integer(),
  days: Type.Integer(),
  invalidHours: Type.Integer(),
  causes: Type.String({ description: 'Hours lost by cause, as missing:3;calibration:1.' }),
  doubts: Type.String({ description: 'Hours by doubt, as frozen:2.' }),
  flagged: Type.Boolean({ description: 'Capture below what the rules ask of a month.' }),
});
export const ExceedancesAnswer = rowsSchema({
  ...series,
  start: Type.String(),
  end: Type.String(),
  hours: Type.Integer(),
  limit: Optional,
  peak: Type.Number(),
  peakTime: Type.String(),
  multiple: Type.Number({
    description: '(C - C0) / C0; of noise no physical multiple: look at peak and limit.',
  }),
  cause: Text,
  reasons: Text,
});
export const TimelineAnswer = Type.Object({
  cause: Type.String(),
  reasons: Type.Array(Type.String()),
  timeline: Type.Array(
    Type.Object({
      tag: Type.String(),
      unit: Type.String(),
      points: Type.Array(Type.Tuple([Type.String(), Type.Number()])),
    }),
  ),
});
export const TotalsAnswer = rowsSchema({
  ...series,
  massKg: Type.Number({ description: 'Measured: from the measured concentration, not the corrected one.' }),
  substitutedKg: Type.Number({ description: 'Filled by HJ 75 or HJ 356 for hours without a valid mass.' }),
  totalKg: Type.Number(),
  undeterminedHours: Type.Integer(),
  measuredHours: Type.Integer(),
  validHours: Type.Integer(),
  captureRate: Type.Number({ description: 'Valid hours to the hours of the span.' }),
});
export const PermitsAnswer = rowsSchema({
  ...series,
  period: Type.String({ description: 'year or month' }),
  emittedT: Type.Number({ description: 'Of the running period, substituted hours among it.' }),
  permitT: Type.Number(),
  share: Type.Number(),
  coveredShare: Type.Number({ description: 'Hours with a mass to the hours of the period so far.' }),
  projectedT: Type.Optional(
    Type.Number({ description: 'At the end of the period, at the rate of the covered hours.' }),
  ),
  exhausted: Text,
  verdict: Type.String({ description: 'within, early-warning or exceeded' }),
});
export const DailyAqiAnswer = rowsSchema({
  asset: Type.String(),
  day: Type.String(),
  edition: Type.String(),
  inForce: Type.Boolean({ description: 'Whether the edition was in force on that day.' }),
  aqi: Optional,
  category: Text,
  colour: Text,
  primary: Type.String(),
  missing: Type.String(),
  so2: Optional,
  no2: Optional,
  co: Optional,
  pm10: Optional,
  pm25: Optional,
  o3_8h: Optional,
  exceeded: Type.String({ description: 'Items above the day limit of GB 3095 in force, class II.' }),
});
export const MovingAnswer = rowsSchema({
  ...series,
  end: Type.String(),
  value: Type.Number(),
  hours: Type.Integer(),
  limit: Optional,
  edition: Text,
});
export const RoseAnswer = Type.Object({
  weather: Type.Optional(Type.String({ description: 'Station that the wind is of.' })),
  pollutant: Type.Optional(Type.String()),
  unit: Type.Optional(Type.String()),
  hours: Type.Integer(),
  calmShare: Type.Number(),
  meanValueInCalm: Optional,
  classesMPerS: Type.Array(Type.Number({ description: 'Upper bounds; the last class is open.' })),
  sectors: Type.Array(
    Type.Object({
      sector: Type.String(),
      hours: Type.Integer(),
      share: Type.Number(),
      meanSpeedMPerS: Optional,
      byClass: Type.Array(Type.Integer()),
      meanValue: Optional,
    }),
  ),
});
export const NoiseDaysAnswer = rowsSchema({
  asset: Type.String(),
  day: Type.String(),
  dayLeq: Optional,
  nightLeq: Optional,
  ldn: Optional,
  nightLmax: Optional,
  dayHours: Type.Integer(),
  nightHours: Type.Integer(),
  dayLimit: Optional,
  nightLimit: Optional,
  exceeded: Type.Boolean(),
});

export type ExceedancesAnswer = Static<typeof ExceedancesAnswer>;
export type PermitsAnswer = Static<typeof PermitsAnswer>;
export type PeriodsAnswer = Static<typeof PeriodsAnswer>;
export type ConcentrationsAnswer = Static<typeof ConcentrationsAnswer>;
export type DailyAqiAnswer = Static<typeof DailyAqiAnswer>;
export type RoseAnswer = Static<typeof RoseAnswer>;
export type NoiseDaysAnswer = Static<typeof NoiseDaysAnswer>;
export type InstrumentsAnswer = Static<typeof InstrumentsAnswer>;
export type TimelineAnswer = Static<typeof TimelineAnswer>;
export type OutletsAnswer = Static<typeof OutletsAnswer>;
export type ValidityAnswer = Static<typeof ValidityAnswer>;
