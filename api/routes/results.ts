import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import { PlantscopeError } from '../../model/error.ts';
import type { Backend } from '../ports.ts';
import { presentResult, readResults } from '../query/results.ts';
import { spanOf } from '../query/span.ts';
import { closed, From, To } from '../schemas/common.ts';
import { Limit, ResultsAnswer } from '../schemas/results.ts';

/** The rows of one measurement, as dashboards' panels read them. */
export const resultsRoute: FastifyPluginAsyncTypebox<{ backend: Backend }> = async (app, { backend }) => {
  app.get('/results/:measurement', { schema }, async (request) => {
    const { where, limit, ...times } = request.query;
    const span = spanOf(times, backend.calendar, backend.clock.nowMs());
    const { measurement } = request.params;
    const rows = await readResults(backend, { measurement, span, where: parseWhere(where), limit });
    return { rows: rows.map(presentResult) };
  });
};

/** `asset=press-1,carrier=electricity` */
function parseWhere(text: string | undefined): Record<string, string> {
  if (text === undefined || text === '') return {};
  const pairs = text.split(',').map((pair) => /^([A-Za-z]\w{0,63})=(.+)$/.exec(pair));
  if (pairs.every((pair) => pair !== null)) {
    return Object.fromEntries(pairs.map((pair) => [pair[1] ?? '', pair[2] ?? '']));
  }
  throw new PlantscopeError('invalid-request', `where is "${text}"`, {
    where: 'where',
    hint: 'Expected name=value, separated by commas: asset=press-1,carrier=electricity',
  });
}

const schema = {
  summary: 'Derived figures of one measurement, by ascending time',
  tags: ['results'],
  params: Type.Object({ measurement: Type.String({ pattern: '^[a-z][a-z0-9_]{0,63}$' }) }),
  querystring: Type.Object(
    {
      from: From,
      to: To,
      limit: Limit,
      where: Type.Optional(Type.String({ maxLength: 2000, description: 'name=value, separated by commas' })),
    },
    closed,
  ),
  response: { 200: ResultsAnswer },
};
