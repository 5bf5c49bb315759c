import { PlantscopeError } from '../../model/error.ts';
import { quarterHourMs, type TimeWindow } from '../../model/window.ts';
import type { TariffCalendar } from '../../scenarios/energy/tariff-periods.ts';
import { billsOf } from '../../scenarios/runner/energy/bills.ts';
import { intensityOf } from '../../scenarios/runner/energy/intensity.ts';
import { meterSeries, sumOver } from '../../scenarios/runner/energy/meter-intervals.ts';
import { meterUnit } from '../../scenarios/runner/energy/meter-unit.ts';
import { monthName } from '../../scenarios/runner/energy/months.ts';
import type { Backend } from '../ports.ts';
import { readResults } from '../query/results.ts';
import type { Sheet } from '../query/table.ts';
import { balanceOf } from './balance.ts';
import { baselineOf } from './baseline.ts';
import { consumptionOf } from './consumption.ts';
import { costOf } from './cost.ts';
import { carbonOf, demandOf } from './figures.ts';
import { intervalRows } from './interval-rows.ts';
import type { Report } from './report-schemas.ts';

/** Everything that a month's energy report says, from the same functions as the single views. */
export async function reportOf(
  backend: Backend,
  month: TimeWindow,
  tariff: TariffCalendar | undefined,
): Promise<Report> {
  const { plant, calendar, clock } = backend;
  const nowMs = clock.nowMs();
  const endMs = Math.min(month.endMs, Math.floor(nowMs / quarterHourMs) * quarterHourMs);
  const span = { startMs: month.startMs, endMs: Math.max(endMs, month.startMs + quarterHourMs) };
  const rows = await intervalRows(backend, { span });
  const sliding = await readResults(backend, { measurement: 'energy_demand', span, limit: 500_000 });
  const priced = tariff?.isInForce(span.startMs) ? tariff : undefined;
  return {
    ...{ month: monthName(month.startMs, calendar), site: plant.site.name },
    ...{ from: calendar.toIso(span.startMs), to: calendar.toIso(span.endMs), made: calendar.toIso(nowMs) },
    isComplete: span.endMs === month.endMs,
    ...(priced && { currency: priced.tariff.currency, tariff: priced.tariff.name }),
    meters: await dataQuality(backend, span),
    cost: priced ? costOf(plant, rows, priced, span) : [],
    bills: priced ? await billsOf(backend, priced, span, nowMs) : [],
    demand: demandOf(plant, electric(rows), calendar, sliding).flatMap(({ asset, months }) =>
      months.map(({ start, demandKw, slidingKw }) => ({
        ...{ meter: asset, demandKw, at: start },
        ...(slidingKw !== undefined && { slidingKw }),
      })),
    ),
    balance: balanceOf(plant, rows, span),
    carbon: carbonOf(plant, consumptionOf(plant, rows, 'year', calendar, span)),
    enpi: await enpiRows(backend, span),
    intensity: await intensityOf(backend, span, 'product', 'electricity'),
  };
}

const electric = <R extends { readonly series: Readonly<Record<string, string>> }>(rows: readonly R[]): R[] =>
  rows.filter(({ series }) => series.carrier === 'electricity');

async function dataQuality(backend: Backend, span: TimeWindow): Promise<Report['meters']> {
  const [series, findings] = await Promise.all([
    meterSeries(backend.store, backend.plant, { span }),
    readResults(backend, { measurement: 'energy_vee_finding', span, limit: 500_000 }),
  ]);
  return series.map(({ id, name, carrier, unit, intervals }) => {
    const { energy, completeness, estimatedShare, revision } = sumOver(intervals, span);
    return {
      ...{ meter: id, name, carrier, unit, completeness, estimatedShare, revision },
      ...(energy !== undefined && { energy }),
      findings: findings.filter((row) => row.series.asset === id).length,
    };
  });
}

async function enpiRows(backend: Backend, span: TimeWindow): Promise<Report['enpi']> {
  const { plant } = backend;
  const rows: Report['enpi'] = [];
  for (const { meter, model } of plant.energy?.baselines ?? []) {
    const row = { meter, model, unit: meterUnit(plant, meter) };
    try {
      const { enpi, actual, expected, savings, savingsUncertainty } = await baselineOf(
        backend,
        { meter },
        span,
      );
      rows.push({
        ...row,
        ...(enpi !== undefined && { enpi }),
        ...(actual !== undefined && { actual }),
        ...(expected !== undefined && { expected }),
        ...(savings !== undefined && { savings }),
        ...(savingsUncertainty !== undefined && { savingsUncertainty }),
      });
    } catch (error) {
      // A young plant has no baseline yet: the report says so, and is no worse for the rest.
      if (!(error instanceof PlantscopeError)) throw error;
      rows.push({ ...row, note: error.message });
    }
  }
  return rows;
}

/** The report as sheets of a workbook. */
export function reportSheets(report: Report): Sheet[] {
  const { month, site, from, to, made, isComplete, currency, tariff } = report;
  const head = { site, month, from, to, made, isComplete, currency, tariff };
  return [
    { name: 'Report', rows: [head] },
    { name: 'Meters', rows: report.meters },
    {
      name: 'Cost by period',
      rows: report.cost.flatMap(({ asset, periods, editions }) =>
        periods.map((period) => ({ asset, ...period, currency, editions: editions.join('; ') })),
      ),
    },
    {
      name: 'Bills',
      rows: report.bills.flatMap((bill) =>
        bill.supplies.map(({ notes, ...supply }) => ({
          month: bill.month,
          ...supply,
          currency,
          notes: notes.join('; '),
        })),
      ),
    },
    { name: 'Demand', rows: report.demand },
    {
      name: 'Balance',
      rows: report.balance.flatMap(({ carrier, meters }) => meters.map((meter) => ({ carrier, ...meter }))),
    },
    { name: 'Coal and CO2', rows: report.carbon },
    { name: 'EnPI', rows: report.enpi },
    {
      name: 'Intensity',
      rows: report.intensity.map(({ meters, ...row }) => ({ ...row, meters: meters.join(' ') })),
    },
  ];
}
