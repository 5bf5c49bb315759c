import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { CalendarUnit } from '../../model/calendar.ts';
import type { Backend } from '../ports.ts';
import { readResults } from '../query/results.ts';
import { spanOf } from '../query/span.ts';
import { consumptionOf } from './consumption.ts';
import { ConsumptionAnswer, ConsumptionQuery } from './schemas.ts';

/** Scenario 31: energy. Reads what the runner wrote. */
export const energyPlugin: FastifyPluginAsyncTypebox<{ backend: Backend }> = async (app, { backend }) => {
  app.get('/consumption', { schema: consumptionSchema }, async (request) => {
    const { carrier, asset, every = 'hour', ...times } = request.query;
    const span = spanOf(times, backend.calendar, backend.clock.nowMs());
    const rows = await readResults(backend, {
      measurement: 'energy_interval',
      span,
      where: { carrier, asset },
      limit: 500_000,
    });
    return {
      meters: consumptionOf(backend.plant, rows, every as CalendarUnit | 'interval', backend.calendar, span),
    };
  });
};

const consumptionSchema = {
  summary: 'Metered energy and media by meter, in plant time',
  tags: ['energy'],
  querystring: ConsumptionQuery,
  response: { 200: ConsumptionAnswer },
};
