import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import type { Backend } from '../ports.ts';
import { latestOf } from '../query/latest.ts';
import { aggregatedSeries, rawSeries } from '../query/readings.ts';
import { spanOf } from '../query/span.ts';
import { stepOf } from '../query/step.ts';
import { tagsOf } from '../query/tags.ts';
import { LatestQuery, LatestReading, ReadingsAnswer, ReadingsQuery } from '../schemas/readings.ts';

export const readingsRoutes: FastifyPluginAsyncTypebox<{ backend: Backend }> = async (app, { backend }) => {
  app.get('/latest', { schema: latestSchema }, async (request) =>
    latestOf(backend, tagsOf(backend.plant, request.query.tags)),
  );

  app.get('/readings', { schema: readingsSchema }, async (request) => {
    const { query } = request;
    const nowMs = backend.clock.nowMs();
    const tags = tagsOf(backend.plant, query.tags);
    const span = spanOf(query, backend.calendar, nowMs);
    if (query.every === undefined) return { series: await rawSeries(backend, tags, span, query.maxPoints) };
    const step = stepOf(query.every, backend.calendar, nowMs);
    return { series: await aggregatedSeries(backend, tags, span, step, query.aggregate ?? 'mean') };
  });
};

const latestSchema = {
  summary: 'The newest reading of each tag',
  description: 'Tags without any reading are left out: no data is not zero.',
  tags: ['readings'],
  querystring: LatestQuery,
  response: { 200: Type.Array(LatestReading) },
};

const readingsSchema = {
  summary: 'Readings of a span of time, raw or one point a window',
  tags: ['readings'],
  querystring: ReadingsQuery,
  response: { 200: ReadingsAnswer },
};
