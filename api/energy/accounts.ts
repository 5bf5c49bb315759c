import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { CalendarUnit } from '../../model/calendar.ts';
import { PlantscopeError } from '../../model/error.ts';
import { TariffCalendar } from '../../scenarios/energy/tariff-periods.ts';
import { billsOf, type MonthBill } from '../../scenarios/runner/energy/bills.ts';
import { demandLimitKw, runningWindow } from '../../scenarios/runner/energy/demand-watch.ts';
import type { Backend } from '../ports.ts';
import { columnsOf, flatRows } from '../query/flat-row.ts';
import { readResults } from '../query/results.ts';
import type { SpanText } from '../query/span.ts';
import { asTable, type Sheet } from '../query/table.ts';
import { balanceOf } from './balance.ts';
import { BalanceAnswer } from './balance-schemas.ts';
import { consumptionOf } from './consumption.ts';
import { costOf } from './cost.ts';
import { BillsAnswer, CostAnswer, MonthBillSchema } from './cost-schemas.ts';
import { energySpan } from './energy-span.ts';
import { CarbonAnswer, DemandAnswer, type MeterDemand, TableQuery } from './figure-schemas.ts';
import { carbonOf, demandOf } from './figures.ts';
import { intervalRows, virtualRows } from './interval-rows.ts';
import { requireFilter } from './meters.ts';
import { ConsumptionAnswer, ConsumptionQuery } from './schemas.ts';

/** How much, what it cost, and what it emitted: consumption, balance, cost, carbon, demand. */
export const accountRoutes: FastifyPluginAsyncTypebox<{ backend: Backend }> = async (app, { backend }) => {
  const { plant, calendar } = backend;
  const tariffCalendar = plant.tariff && new TariffCalendar(plant.tariff, calendar);
  const asked = (query: SpanText, meter?: string) => energySpan(backend, query, meter);

  app.get('/consumption', { schema: consumptionSchema }, async ({ query }, reply) => {
    const { carrier, asset, every = 'hour', format } = query;
    requireFilter(plant, { meter: asset, carrier });
    const span = asked(query, asset);
    const of = { span, carrier, asset };
    const rows = [...(await intervalRows(backend, of)), ...(await virtualRows(backend, of))];
    const meters = consumptionOf(plant, rows, every as CalendarUnit | 'interval', calendar, span);
    const flat = (): Record<string, string | number | boolean>[] =>
      meters.flatMap(({ points, ...meter }) => points.map((point) => ({ ...meter, ...point })));
    return asTable(reply, format, 'consumption', { meters }, () => [
      { name: 'consumption', rows: flat(), columns: consumptionColumns },
    ]);
  });

  app.get('/balance', { schema: balanceSchema }, async ({ query }, reply) => {
    const span = asked(query);
    const carriers = balanceOf(plant, await intervalRows(backend, { span }), span);
    return asTable(reply, query.format, 'balance', { carriers }, () =>
      carriers.length === 0
        ? [{ name: 'balance', rows: [], columns: columnsOf(balanceMeters) }]
        : carriers.map(({ carrier, meters }) => ({ name: carrier, rows: meters })),
    );
  });

  app.get('/cost', { schema: costSchema }, async ({ query }, reply) => {
    const prices = requireTariff(tariffCalendar);
    const { tariff } = prices;
    const span = asked(query);
    const rows = await intervalRows(backend, { span, carrier: 'electricity' });
    const meters = costOf(plant, rows, prices, span);
    const bills = await billsOf(backend, prices, span, backend.clock.nowMs());
    const answer = { tariff: tariff.name, currency: tariff.currency, unit: tariff.unit, meters, bills };
    return asTable(reply, query.format, 'cost', answer, () => [
      {
        name: 'cost by period',
        rows: meters.flatMap(({ asset, periods }) =>
          periods.map((period) => ({ asset, ...period, currency: tariff.currency, unit: tariff.unit })),
        ),
        columns: [
          'asset',
          ...columnsOf(CostAnswer.properties.meters.items.properties.periods),
          'currency',
          'unit',
        ],
      },
      billSheet(bills, tariff.currency),
    ]);
  });

  app.get('/bills', { schema: billsSchema }, async ({ query }, reply) => {
    const prices = requireTariff(tariffCalendar);
    const { name, currency } = prices.tariff;
    const bills = await billsOf(backend, prices, asked(query), backend.clock.nowMs());
    return asTable(reply, query.format, 'bills', { tariff: name, currency, bills }, () => [
      billSheet(bills, currency),
    ]);
  });

  app.get('/carbon', { schema: carbonSchema }, async ({ query }, reply) => {
    const span = asked(query);
    const rows = await intervalRows(backend, { span });
    const carriers = carbonOf(plant, consumptionOf(plant, rows, 'year', calendar, span));
    return asTable(reply, query.format, 'carbon', { carriers }, () => [
      { name: 'carbon', rows: carriers, columns: columnsOf(CarbonAnswer.properties.carriers) },
    ]);
  });

  app.get('/demand', { schema: demandSchema }, async ({ query }, reply) => {
    const span = asked(query);
    const where = { carrier: 'electricity' };
    const rows = await intervalRows(backend, { span, ...where });
    const sliding = await readResults(backend, {
      measurement: 'energy_demand',
      span,
      where,
      limit: 2_000_000,
    });
    const known = demandOf(plant, rows, calendar, sliding);
    const meters = await Promise.all(known.map((meter) => withLimit(backend, meter)));
    const edition = 'DL/T 698.45-2017';
    return asTable(reply, query.format, 'demand', { edition, meters }, () => demandSheets(meters, edition));
  });
};

/** What the contract allows, and how the window that runs now stands to it. */
async function withLimit(backend: Backend, meter: MeterDemand): Promise<MeterDemand> {
  const { plant, store, clock, calendar } = backend;
  const asset = plant.assetsById.get(meter.asset);
  const limitKw = asset && demandLimitKw(asset);
  if (!asset || limitKw === undefined) return meter;
  const basis = asset.properties.declaredDemandKw === undefined ? 'capacity' : 'declared';
  const running = await runningWindow(store, plant, asset, clock.nowMs());
  if (!running) return { ...meter, basis, limitKw };
  const { startMs, endMs, ...figures } = running;
  return {
    ...{ ...meter, basis, limitKw },
    running: { start: calendar.toIso(startMs), end: calendar.toIso(endMs), ...figures },
  };
}

const consumptionColumns = [
  ...columnsOf(ConsumptionAnswer.properties.meters),
  ...columnsOf(ConsumptionAnswer.properties.meters.items.properties.points),
];
const balanceMeters = BalanceAnswer.properties.carriers.items.properties.meters;
const meterDemand = DemandAnswer.properties.meters.items;

const billSheet = (bills: readonly MonthBill[], currency: string): Sheet => ({
  name: 'bills',
  rows: bills.flatMap(({ month, isComplete, supplies }) =>
    flatRows(supplies.map((bill) => ({ month, isComplete, ...bill, currency }))),
  ),
  columns: ['month', 'isComplete', ...columnsOf(MonthBillSchema.properties.supplies), 'currency'],
});

const demandSheets = (meters: readonly MeterDemand[], edition: string): Sheet[] => [
  {
    name: 'meters',
    rows: flatRows(meters.map((meter) => ({ ...meter, edition }))),
    columns: [...columnsOf(meterDemand), 'edition'],
  },
  {
    name: 'monthly maximum',
    rows: meters.flatMap(({ asset, months }) =>
      flatRows(months.map((month) => ({ asset, ...month, edition }))),
    ),
    columns: ['asset', ...columnsOf(meterDemand.properties.months), 'edition'],
  },
  {
    name: 'demand',
    rows: meters.flatMap(({ asset, points }) => flatRows(points.map((point) => ({ asset, ...point })))),
    columns: ['asset', ...columnsOf(meterDemand.properties.points)],
  },
];

function requireTariff(tariff: TariffCalendar | undefined): TariffCalendar {
  if (tariff) return tariff;
  throw new PlantscopeError('not-available', 'The plant file has no tariff', {
    hint: 'Add energy: tariff: to it.',
  });
}

const tags = ['energy'];

const consumptionSchema = {
  summary: 'Metered energy and media by meter, in plant time',
  tags,
  querystring: ConsumptionQuery,
  response: { 200: ConsumptionAnswer },
};
const balanceSchema = {
  summary: 'Each meter against its sub-meters, by carrier: measured, sum, loss, unexplained',
  tags,
  querystring: TableQuery,
  response: { 200: BalanceAnswer },
};
const costSchema = {
  summary: 'Cost of electricity by meter and tariff period, and the bill of each month',
  tags,
  querystring: TableQuery,
  response: { 200: CostAnswer },
};
const billsSchema = {
  summary: 'The bill of each month: energy, basic charge, power factor adjustment',
  tags,
  querystring: TableQuery,
  response: { 200: BillsAnswer },
};
const carbonSchema = {
  summary: 'Standard coal and CO2 by carrier and year, each with the edition of its factor',
  tags,
  querystring: TableQuery,
  response: { 200: CarbonAnswer },
};
const demandSchema = {
  summary: 'Demand in 15 min blocks and sliding, the maximum of each month, and the window that runs now',
  tags,
  querystring: TableQuery,
  response: { 200: DemandAnswer },
};
