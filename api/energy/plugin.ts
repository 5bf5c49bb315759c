import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { CalendarUnit } from '../../model/calendar.ts';
import { PlantscopeError } from '../../model/error.ts';
import { TariffCalendar } from '../../scenarios/energy/tariff-periods.ts';
import type { Backend } from '../ports.ts';
import { readResults } from '../query/results.ts';
import { spanOf } from '../query/span.ts';
import { balanceOf } from './balance.ts';
import { BalanceAnswer } from './balance-schemas.ts';
import { consumptionOf } from './consumption.ts';
import { costOf } from './cost.ts';
import { CostAnswer } from './cost-schemas.ts';
import { CarbonAnswer, DemandAnswer, FigureQuery } from './figure-schemas.ts';
import { carbonOf, demandOf } from './figures.ts';
import { ConsumptionAnswer, ConsumptionQuery } from './schemas.ts';

/** Scenario 31: energy. Reads what the runner wrote. */
export const energyPlugin: FastifyPluginAsyncTypebox<{ backend: Backend }> = async (app, { backend }) => {
  const { plant, calendar } = backend;
  const tariffCalendar = plant.tariff && new TariffCalendar(plant.tariff, calendar);

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

  app.get('/balance', { schema: balanceSchema }, async (request) => {
    const span = spanOf(request.query, backend.calendar, backend.clock.nowMs());
    const rows = await readResults(backend, { measurement: 'energy_interval', span, limit: 500_000 });
    return { carriers: balanceOf(backend.plant, rows, span) };
  });

  app.get('/cost', { schema: costSchema }, async (request) => {
    const prices = requireTariff(tariffCalendar);
    const { tariff } = prices;
    const span = spanOf(request.query, backend.calendar, backend.clock.nowMs());
    const where = { carrier: 'electricity' };
    const rows = await readResults(backend, { measurement: 'energy_interval', span, where, limit: 500_000 });
    const meters = costOf(backend.plant, rows, prices, span);
    return { tariff: tariff.name, currency: tariff.currency, unit: tariff.unit, meters };
  });

  app.get('/carbon', { schema: carbonSchema }, async (request) => {
    const span = spanOf(request.query, backend.calendar, backend.clock.nowMs());
    const rows = await readResults(backend, {
      measurement: 'energy_interval',
      span,
      where: {},
      limit: 500_000,
    });
    return {
      carriers: carbonOf(backend.plant, consumptionOf(backend.plant, rows, 'year', backend.calendar, span)),
    };
  });

  app.get('/demand', { schema: demandSchema }, async (request) => {
    const span = spanOf(request.query, backend.calendar, backend.clock.nowMs());
    const where = { carrier: 'electricity' };
    const rows = await readResults(backend, { measurement: 'energy_interval', span, where, limit: 500_000 });
    return { edition: 'DL/T 698.45-2017', meters: demandOf(backend.plant, rows, backend.calendar) };
  });
};

const costSchema = {
  summary: 'Cost of electricity by meter and tariff period, each with the edition of its prices',
  tags: ['energy'],
  querystring: FigureQuery,
  response: { 200: CostAnswer },
};

function requireTariff(tariff: TariffCalendar | undefined): TariffCalendar {
  if (tariff) return tariff;
  throw new PlantscopeError('not-available', 'The plant file has no tariff', {
    hint: 'Add energy: tariff: to it.',
  });
}

const balanceSchema = {
  summary: 'Each meter against its sub-meters, by carrier: measured, sum, loss, unexplained',
  tags: ['energy'],
  querystring: FigureQuery,
  response: { 200: BalanceAnswer },
};

const carbonSchema = {
  summary: 'Standard coal and CO2 by carrier and year, each with the edition of its factor',
  tags: ['energy'],
  querystring: FigureQuery,
  response: { 200: CarbonAnswer },
};

const demandSchema = {
  summary: 'Demand of each electricity meter in 15 min blocks, and the maximum of each month',
  tags: ['energy'],
  querystring: FigureQuery,
  response: { 200: DemandAnswer },
};

const consumptionSchema = {
  summary: 'Metered energy and media by meter, in plant time',
  tags: ['energy'],
  querystring: ConsumptionQuery,
  response: { 200: ConsumptionAnswer },
};
