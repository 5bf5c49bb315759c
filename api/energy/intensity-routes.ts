import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { type GroupBy, INTENSITY_EDITION, intensityOf } from '../../scenarios/runner/energy/intensity.ts';
import type { Backend } from '../ports.ts';
import { columnsOf } from '../query/flat-row.ts';
import { asTable } from '../query/table.ts';
import { energySpan } from './energy-span.ts';
import { IntensityAnswer, IntensityQuery } from './intensity-schemas.ts';
import { requireFilter } from './meters.ts';

/** Energy by product, area, line, asset and shift, and per unit of output. */
export const intensityRoutes: FastifyPluginAsyncTypebox<{ backend: Backend }> = async (app, { backend }) => {
  app.get('/intensity', { schema }, async ({ query }, reply) => {
    const span = energySpan(backend, query);
    const { by = 'product', carrier = 'electricity', format } = query;
    requireFilter(backend.plant, { carrier });
    const groups = await intensityOf(backend, span, by as GroupBy, carrier);
    const answer = { by, carrier, edition: INTENSITY_EDITION, groups };
    return asTable(reply, format, 'intensity', answer, () => [
      {
        name: by,
        rows: groups.map((group) => ({ ...group, meters: group.meters.join(' ') })),
        columns: columnsOf(IntensityAnswer.properties.groups),
      },
    ]);
  });
};

const schema = {
  summary: 'Energy by product, area, line, asset or shift, and its specific consumption',
  tags: ['energy'],
  querystring: IntensityQuery,
  response: { 200: IntensityAnswer },
};
