import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { TariffCalendar } from '../../scenarios/energy/tariff-periods.ts';
import { monthOf } from '../../scenarios/runner/energy/months.ts';
import type { Backend } from '../ports.ts';
import { asTable } from '../query/table.ts';
import { reportOf, reportSheets } from './report.ts';
import { ReportAnswer, ReportQuery } from './report-schemas.ts';

/** The monthly report; the console prints it. */
export const reportRoutes: FastifyPluginAsyncTypebox<{ backend: Backend }> = async (app, { backend }) => {
  const { plant, calendar, clock } = backend;
  const tariff = plant.tariff && new TariffCalendar(plant.tariff, calendar);

  app.get('/report', { schema }, async ({ query: { month, format } }, reply) => {
    const window = monthOf(month, calendar, clock.nowMs());
    const report = await reportOf(backend, window, tariff);
    return asTable(reply, format, `report-${report.month}`, report, () => reportSheets(report));
  });
};

const schema = {
  summary: 'Monthly energy report: totals, cost, demand, balance, coal and CO2, EnPI, data quality',
  tags: ['energy'],
  querystring: ReportQuery,
  response: { 200: ReportAnswer },
};
