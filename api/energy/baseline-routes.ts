import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { Static } from 'typebox';
import { PlantscopeError } from '../../model/error.ts';
import type { TimeWindow } from '../../model/window.ts';
import type { Backend } from '../ports.ts';
import { columnsOf, flatRow, flatRows } from '../query/flat-row.ts';
import { asTable, type Sheet } from '../query/table.ts';
import { anomalyAnswer } from './anomalies.ts';
import { baselineOf } from './baseline.ts';
import {
  AnomaliesAnswer,
  BaselineAnswer,
  BaselineQuery,
  Contribution,
  ForecastAnswer,
  MeterSpanQuery,
} from './baseline-schemas.ts';
import { energySpan } from './energy-span.ts';
import { forecastOf } from './forecast.ts';
import { meterOrSupply } from './meters.ts';

/** What was to be expected: baseline with savings, day-ahead forecast, anomalies. */
export const baselineRoutes: FastifyPluginAsyncTypebox<{ backend: Backend }> = async (app, { backend }) => {
  const { plant } = backend;

  app.get('/baseline', { schema: baselineSchema }, async ({ query }, reply) => {
    const { meter, model, baselineFrom, baselineTo, format, ...times } = query;
    const reporting = energySpan(backend, times, meter);
    const baseline = periodOf(baselineFrom, baselineTo);
    const asked = { meter: meter === undefined ? undefined : meterOrSupply(plant, meter), model, baseline };
    const answer = await baselineOf(backend, asked, reporting);
    return asTable(reply, format, 'baseline', answer, () => baselineSheets(answer));
  });

  app.get('/forecast', { schema: forecastSchema }, async ({ query }, reply) => {
    const { meter, format, ...times } = query;
    const answer = await forecastOf(backend, meterOrSupply(plant, meter), energySpan(backend, times, meter));
    return asTable(reply, format, 'forecast', answer, () => forecastSheets(answer));
  });

  app.get('/anomalies', { schema: anomaliesSchema }, async ({ query }, reply) => {
    const { meter, format, ...times } = query;
    const span = energySpan(backend, times, meter);
    const answer = await anomalyAnswer(backend, meterOrSupply(plant, meter), span);
    return asTable(reply, format, 'anomalies', answer, () => anomalySheets(answer));
  });

  function periodOf(from: string | undefined, to: string | undefined): TimeWindow | undefined {
    if (from === undefined && to === undefined) return undefined;
    if (from !== undefined && to !== undefined) return energySpan(backend, { from, to });
    throw new PlantscopeError('invalid-request', 'A baseline period has a beginning and an end', {
      where: from === undefined ? 'baselineFrom' : 'baselineTo',
    });
  }
};

const baselineSheets = (answer: Static<typeof BaselineAnswer>): Sheet[] => [
  { name: 'baseline', rows: [flatRow(answer)] },
  {
    name: 'reporting period',
    rows: flatRows(answer.points),
    columns: columnsOf(BaselineAnswer.properties.points),
  },
  { name: 'cusum', rows: flatRows(answer.cusum), columns: columnsOf(BaselineAnswer.properties.cusum) },
  {
    name: 'baseline period',
    rows: flatRows(answer.fitted),
    columns: columnsOf(BaselineAnswer.properties.fitted),
  },
];

const forecastSheets = (answer: Static<typeof ForecastAnswer>): Sheet[] => [
  { name: 'forecast', rows: flatRows(answer.points), columns: columnsOf(ForecastAnswer.properties.points) },
  { name: 'compared', rows: [flatRow(answer)] },
];

const anomalySheets = ({ anomalies, ...answer }: Static<typeof AnomaliesAnswer>): Sheet[] => [
  { name: 'anomalies', rows: flatRows(anomalies), columns: columnsOf(AnomaliesAnswer.properties.anomalies) },
  {
    name: 'contributions',
    rows: anomalies.flatMap(({ start, contributions }) =>
      flatRows(contributions.map((part) => ({ start, ...part }))),
    ),
    columns: ['start', ...columnsOf(Contribution)],
  },
  { name: 'judged', rows: [flatRow(answer)] },
];

const tags = ['energy'];

const baselineSchema = {
  summary: 'Energy against its baseline: EnPI, CUSUM, savings with their uncertainty',
  tags,
  querystring: BaselineQuery,
  response: { 200: BaselineAnswer },
};
const forecastSchema = {
  summary: 'Day-ahead forecast with prediction interval, compared with the same time last week',
  tags,
  querystring: MeterSpanQuery,
  response: { 200: ForecastAnswer },
};
const anomaliesSchema = {
  summary: 'Hours far off what like hours had, with the contribution of each sub-meter',
  tags,
  querystring: MeterSpanQuery,
  response: { 200: AnomaliesAnswer },
};
