import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { Backend } from '../ports.ts';
import { answerRows } from '../query/answer.ts';
import { spanOf } from '../query/span.ts';
import { concentrationsNow, periodsOf, permitStandings, totalsOver, validityOf } from './emission.ts';
import {
  ConcentrationsAnswer,
  FormatOnly,
  PeriodQuery,
  PeriodsAnswer,
  PermitsAnswer,
  SpanAndFormat,
  TotalsAnswer,
  ValidityAnswer,
} from './schemas.ts';

/** Concentrations, days and months, validity, totals and permits of the outlets. */
export const emissionRoutes: FastifyPluginAsyncTypebox<{ backend: Backend }> = async (app, { backend }) => {
  const span = (query: { readonly from?: string; readonly to?: string }) =>
    spanOf(query, backend.calendar, backend.clock.nowMs());

  app.get('/concentrations', { schema: concentrationsSchema }, async ({ query }, reply) =>
    answerRows(reply, query.format, await concentrationsNow(backend)),
  );

  app.get('/daily', { schema: dailySchema }, async ({ query }, reply) => {
    const kind = (query.period ?? 'day') as 'day' | 'month' | 'quarter' | 'year';
    const rows = await periodsOf(backend, kind, span(query), query.asset);
    return answerRows(
      reply,
      query.format,
      rows.map((row) => ({ ...row })),
    );
  });

  app.get('/validity', { schema: validitySchema }, async ({ query }, reply) =>
    answerRows(reply, query.format, await validityOf(backend, span(query))),
  );

  app.get('/totals', { schema: totalsSchema }, async ({ query }, reply) =>
    answerRows(reply, query.format, await totalsOver(backend, span(query))),
  );

  app.get('/permits', { schema: permitsSchema }, async ({ query }, reply) =>
    answerRows(reply, query.format, await permitStandings(backend)),
  );
};

const tags = ['environment'];
const concentrationsSchema = {
  summary: 'Each outlet now: newest reading as measured, newest hour corrected, flag and limit',
  tags,
  querystring: FormatOnly,
  response: { 200: ConcentrationsAnswer },
};
const dailySchema = {
  summary: 'Means, validity and masses of each outlet and pollutant by local day, month, quarter or year',
  tags,
  querystring: PeriodQuery,
  response: { 200: PeriodsAnswer },
};
const validitySchema = {
  summary: 'Capture rate, valid days, and what the invalid hours were lost to',
  tags,
  querystring: SpanAndFormat,
  response: { 200: ValidityAnswer },
};
const totalsSchema = {
  summary: 'Emitted mass and capture rate of each outlet and pollutant over a span',
  tags,
  querystring: SpanAndFormat,
  response: { 200: TotalsAnswer },
};
const permitsSchema = {
  summary: 'Emission of this year and month against the permitted totals, with projection and early warning',
  tags,
  querystring: FormatOnly,
  response: { 200: PermitsAnswer },
};
