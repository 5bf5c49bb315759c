import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import Type, { type Static } from 'typebox';
import { PlantscopeError } from '../../model/error.ts';
import { dayMs } from '../../model/window.ts';
import { TariffCalendar } from '../../scenarios/energy/tariff-periods.ts';
import type { Backend } from '../ports.ts';
import { spanOf } from '../query/span.ts';
import { IsoTime } from '../schemas/common.ts';
import { FigureQuery } from './figure-schemas.ts';

const LONGEST_MS = 40 * dayMs;

export const TariffAnswer = Type.Object({
  tariff: Type.Optional(Type.String({ description: 'Left out where the plant file has none.' })),
  currency: Type.Optional(Type.String()),
  windows: Type.Array(
    Type.Object({
      start: IsoTime,
      end: IsoTime,
      period: Type.String({ description: '尖 sharp, 峰 peak, 平 flat, 谷 valley, 深谷 deepValley.' }),
      price: Type.Number({ description: 'Of a kWh, in the currency.' }),
      edition: Type.String({ description: 'Document of the tariff version.' }),
    }),
    { description: 'Stretches of one price, in order. Days before the first version have none.' },
  ),
});
export type TariffAnswer = Static<typeof TariffAnswer>;

/** When which price holds: what lies behind a load curve. */
export const tariffRoutes: FastifyPluginAsyncTypebox<{ backend: Backend }> = async (app, { backend }) => {
  const { plant, calendar, clock } = backend;
  const tariff = plant.tariff && new TariffCalendar(plant.tariff, calendar);

  app.get('/tariff', { schema: tariffSchema }, async ({ query }): Promise<TariffAnswer> => {
    const span = spanOf(query, calendar, clock.nowMs());
    if (span.endMs - span.startMs > LONGEST_MS) {
      throw new PlantscopeError('invalid-time', 'The span is longer than 40 days', { where: 'from' });
    }
    if (!tariff) return { windows: [] };
    const priced = calendar
      .windows('day', span)
      .filter(({ startMs }) => tariff.isInForce(startMs))
      .flatMap((day) => tariff.windows(day));
    const windows = priced.map(({ startMs, endMs, period, price, edition }) => ({
      ...{ start: calendar.toIso(startMs), end: calendar.toIso(endMs), period, price, edition },
    }));
    return { tariff: tariff.tariff.name, currency: tariff.tariff.currency, windows };
  });
};

const tariffSchema = {
  summary: 'Periods and prices of the time-of-use tariff, in plant time',
  tags: ['energy'],
  querystring: FigureQuery,
  response: { 200: TariffAnswer },
};
