import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { PlantscopeError } from '../../model/error.ts';
import type { TimeWindow } from '../../model/window.ts';
import type { Backend } from '../ports.ts';
import { spanOf } from '../query/span.ts';
import { anomalyAnswer } from './anomalies.ts';
import { baselineOf } from './baseline.ts';
import {
  AnomaliesAnswer,
  BaselineAnswer,
  BaselineQuery,
  ForecastAnswer,
  MeterSpanQuery,
} from './baseline-schemas.ts';
import { forecastOf } from './forecast.ts';
import { meterOrSupply } from './meters.ts';

/** What was to be expected: baseline with savings, day-ahead forecast, anomalies. */
export const baselineRoutes: FastifyPluginAsyncTypebox<{ backend: Backend }> = async (app, { backend }) => {
  const { calendar, clock, plant } = backend;

  app.get('/baseline', { schema: baselineSchema }, async ({ query }) => {
    const { meter, model, baselineFrom, baselineTo, ...times } = query;
    const reporting = spanOf(times, calendar, clock.nowMs());
    const baseline = periodOf(baselineFrom, baselineTo);
    const asked = { meter: meter === undefined ? undefined : meterOrSupply(plant, meter), model, baseline };
    return await baselineOf(backend, asked, reporting);
  });

  app.get('/forecast', { schema: forecastSchema }, async ({ query: { meter, ...times } }) => {
    const span = spanOf(times, calendar, clock.nowMs());
    return await forecastOf(backend, meterOrSupply(plant, meter), span);
  });

  app.get('/anomalies', { schema: anomaliesSchema }, async ({ query: { meter, ...times } }) => {
    const span = spanOf(times, calendar, clock.nowMs());
    return await anomalyAnswer(backend, meterOrSupply(plant, meter), span);
  });

  function periodOf(from: string | undefined, to: string | undefined): TimeWindow | undefined {
    if (from === undefined && to === undefined) return undefined;
    if (from !== undefined && to !== undefined) return spanOf({ from, to }, calendar, clock.nowMs());
    throw new PlantscopeError('invalid-request', 'A baseline period has a beginning and an end', {
      where: from === undefined ? 'baselineFrom' : 'baselineTo',
    });
  }
};

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
