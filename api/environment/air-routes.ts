import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import type { Backend } from '../ports.ts';
import { answerRows } from '../query/answer.ts';
import { spanOf } from '../query/span.ts';
import { closed, From, To } from '../schemas/common.ts';
import { dailyAqi, movingAir, noiseDays, roseOver } from './air.ts';
import { DailyAqiAnswer, MovingAnswer, NoiseDaysAnswer, RoseAnswer, SpanAndFormat } from './schemas.ts';

/** Ambient air by day, moving means, roses, and noise by day and night. */
export const airRoutes: FastifyPluginAsyncTypebox<{ backend: Backend }> = async (app, { backend }) => {
  const span = (query: { readonly from?: string; readonly to?: string }) =>
    spanOf(query, backend.calendar, backend.clock.nowMs());

  app.get('/aqi/daily', { schema: dailySchema }, async ({ query }, reply) =>
    answerRows(reply, query.format, await dailyAqi(backend, span(query))),
  );

  app.get('/moving', { schema: movingSchema }, async ({ query }, reply) =>
    answerRows(reply, query.format, await movingAir(backend, span(query))),
  );

  app.get('/roses', { schema: roseSchema }, async ({ query }) => roseOver(backend, span(query), query));

  app.get('/noise/daily', { schema: noiseSchema }, async ({ query }, reply) =>
    answerRows(reply, query.format, await noiseDays(backend, span(query))),
  );
};

const tags = ['environment'];
const dailySchema = {
  summary:
    'Daily air quality index of each station in both editions of HJ 633, and the day limits of GB 3095',
  tags,
  querystring: SpanAndFormat,
  response: { 200: DailyAqiAnswer },
};
const movingSchema = {
  summary: 'Moving means at the end of each hour: ozone over 8 h, the others over 24 h',
  tags,
  querystring: SpanAndFormat,
  response: { 200: MovingAnswer },
};
const roseSchema = {
  summary: 'Wind rose of 16 sectors; with a pollutant, its mean by the wind too',
  tags,
  querystring: Type.Object(
    {
      ...{ from: From, to: To },
      weather: Type.Optional(Type.String({ description: 'Asset with wind; default: the first.' })),
      pollutant: Type.Optional(Type.String({ description: 'A tag of a station, such as ambient-1.pm25.' })),
    },
    closed,
  ),
  response: { 200: RoseAnswer },
};
const noiseSchema = {
  summary: 'Day, night and day-night level of each meter by local day, against the limits of its class',
  tags,
  querystring: SpanAndFormat,
  response: { 200: NoiseDaysAnswer },
};
