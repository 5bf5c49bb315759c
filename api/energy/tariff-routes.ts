import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { PlantscopeError } from '../../model/error.ts';
import { dayMs } from '../../model/window.ts';
import { TariffCalendar } from '../../scenarios/energy/tariff-periods.ts';
import type { Backend } from '../ports.ts';
import { columnsOf } from '../query/flat-row.ts';
import { spanOf } from '../query/span.ts';
import { asTable, type Sheet } from '../query/table.ts';
import { TableQuery } from './figure-schemas.ts';
import { TariffAnswer } from './tariff-schemas.ts';

const LONGEST_MS = 40 * dayMs;

/** When which price holds: what lies behind a load curve. */
export const tariffRoutes: FastifyPluginAsyncTypebox<{ backend: Backend }> = async (app, { backend }) => {
  const { plant, calendar, clock } = backend;
  const tariff = plant.tariff && new TariffCalendar(plant.tariff, calendar);

  app.get('/tariff', { schema: tariffSchema }, async ({ query }, reply): Promise<TariffAnswer> => {
    const span = spanOf(query, calendar, clock.nowMs());
    if (span.endMs - span.startMs > LONGEST_MS) {
      throw new PlantscopeError('invalid-time', 'The span is longer than 40 days', { where: 'from' });
    }
    if (!tariff) return asTable(reply, query.format, 'tariff', { windows: [] }, () => [sheetOf([])]);
    const priced = calendar
      .windows('day', span)
      .filter(({ startMs }) => tariff.isInForce(startMs))
      .flatMap((day) => tariff.windows(day));
    const windows = priced.map(({ startMs, endMs, period, price, edition }) => ({
      ...{ start: calendar.toIso(startMs), end: calendar.toIso(endMs), period, price, edition },
    }));
    const answer = { tariff: tariff.tariff.name, currency: tariff.tariff.currency, windows };
    return asTable(reply, query.format, 'tariff', answer, () => [sheetOf(windows)]);
  });
};

const sheetOf = (rows: Sheet['rows']): Sheet => ({
  ...{ name: 'tariff', rows },
  columns: columnsOf(TariffAnswer.properties.windows),
});

const tariffSchema = {
  summary: 'Periods and prices of the time-of-use tariff, in plant time',
  tags: ['energy'],
  querystring: TableQuery,
  response: { 200: TariffAnswer },
};
