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
    summary: 'Hourly flow-weighted means and loads of a wastewater outlet',
    group: 'environment',
    filters: ['asset', 'pollutant'],
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

const series = { asset: Type.String(), pollutant: Type.String() };
const rowsOf = <Fields extends Parameters<typeof Type.Object>[0]>(fields: Fields) =>
  Type.Object({ rows: Type.Array(Type.Object(fields)) });
const Optional = Type.Optional(Type.Number());

export const OutletsAnswer = rowsOf({
  asset: Type.String(),
  name: Type.String(),
  kind: Type.String(),
  standard: Type.Optional(Type.String()),
  outletCode: Type.Optional(Type.String()),
  referenceOxygenPct: Optional,
});
export const ExceedancesAnswer = rowsOf({
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
});
export const TotalsAnswer = rowsOf({
  ...series,
  massKg: Type.Number({ description: 'From the measured concentration, not the corrected one.' }),
  measuredHours: Type.Integer(),
  validHours: Type.Integer(),
  captureRate: Type.Number({ description: 'Valid hours to the hours of the span.' }),
});
export const PermitsAnswer = rowsOf({
  ...series,
  emittedT: Type.Number({ description: 'Measured in this calendar year; hours without data add nothing.' }),
  permitT: Type.Number(),
  share: Type.Number(),
  coveredShare: Type.Number({ description: 'Hours with a mass to the hours of the year so far.' }),
  projectedT: Type.Optional(
    Type.Number({ description: 'At the year end, at the rate of the covered hours.' }),
  ),
  exhausted: Type.Optional(Type.String()),
  verdict: Type.String({ description: 'within, early-warning or exceeded' }),
});

export type ExceedancesAnswer = Static<typeof ExceedancesAnswer>;
export type PermitsAnswer = Static<typeof PermitsAnswer>;
