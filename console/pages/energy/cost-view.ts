import { api, type CostAnswer } from '../../app/api.ts';
import type { PageContext } from '../../app/context.ts';
import { h } from '../../app/dom.ts';
import { formatShare, unitOf } from '../../app/format.ts';
import { t, wordFor } from '../../app/language.ts';
import { assetName } from '../../app/plant-view.ts';
import { cssColor, seriesColor } from '../../app/theme-choice.ts';
import { spanQuery } from '../../app/time-range.ts';
import { axisStyle, richChart, tooltip } from '../../charts/rich-chart.ts';
import { chartLegend } from '../../parts/chart-legend.ts';
import { dataTable } from '../../parts/data-table.ts';
import { panel } from '../../parts/panel.ts';
import { emptyState, region } from '../../parts/states.ts';
import { completenessCell, fact, facts, figure } from './figure-cells.ts';
import { completenessColumn, figureColumn } from './figure-columns.ts';
import { tableFiles } from './table-files.ts';

/** What the energy cost by time of use, the month's bill, and what it stands for in coal and CO2. */
export const costView = (context: PageContext): readonly HTMLElement[] => [
  region(() => costs(context), context.signal, 10),
  panel(
    { title: t('carbonTitle'), actions: tableFiles('carbon', context.range) },
    region(() => carbon(context), context.signal, 4),
  ),
];

const periods = ['sharp', 'peak', 'flat', 'valley', 'deepValley'] as const;

async function costs(context: PageContext): Promise<HTMLElement> {
  const answer = await api.cost(spanQuery(context.range), context.signal);
  const known = answer.meters.filter(({ cost }) => cost !== undefined);
  const editions = [...new Set(known.flatMap((meter) => meter.editions))].join('; ');
  return h(
    'div',
    { class: 'stack' },
    panel(
      {
        title: t('costSplit'),
        note: `${answer.tariff} · ${editions}`,
        actions: tableFiles('cost', context.range),
      },
      known.length === 0 ? emptyState(t('noResults'), t('noResultsHint')) : split(context, answer),
    ),
    answer.bills.map((bill) =>
      panel(
        {
          title: `${t('bill')} ${bill.month}`,
          note: bill.isComplete ? '' : t('monthRuns'),
          actions: tableFiles('bills', context.range),
        },
        bill.supplies.map((supply) => billFacts(context, answer.currency, supply)),
      ),
    ),
    panel({ title: t('costByMeter') }, costTable(context, answer)),
  );
}

function split(context: PageContext, { meters, currency, unit }: CostAnswer): HTMLElement {
  const tops = meters.filter(({ parent }) => parent === undefined);
  const sums = periods.flatMap((period) => {
    const own = tops.flatMap((meter) => meter.periods.filter((one) => one.period === period));
    if (own.length === 0) return [];
    const sum = (key: 'energy' | 'cost'): number => own.reduce((total, one) => total + one[key], 0);
    return [{ period, energy: sum('energy'), cost: sum('cost') }];
  });
  const total = {
    energy: sums.reduce((a, one) => a + one.energy, 0),
    cost: sums.reduce((a, one) => a + one.cost, 0),
  };
  const rowOf = (key: 'energy' | 'cost'): number[] => sums.map((one) => (100 * one[key]) / (total[key] || 1));
  const option = {
    grid: { left: 84, right: 24, top: 8, bottom: 28 },
    tooltip: tooltip({ valueFormatter: (value: number) => `${value.toFixed(1)} %` }),
    xAxis: { ...axisStyle(), type: 'value', max: 100, name: '%' },
    yAxis: { ...axisStyle(), type: 'category', data: [t('energyShare'), t('costShare')] },
    series: sums.map(({ period }, index) => ({
      type: 'bar',
      stack: 'all',
      name: t(`period-${period}`),
      data: [rowOf('energy')[index], rowOf('cost')[index]],
      itemStyle: { color: seriesColor(index), borderColor: cssColor('surface'), borderWidth: 1 },
    })),
  };
  return h(
    'div',
    {},
    chartLegend(
      sums.map(({ period }, index) => ({ label: t(`period-${period}`), color: seriesColor(index) })),
    ),
    richChart(option, { height: 150, label: t('costSplit') }, context.signal),
    facts(
      ...sums.map(({ period, energy, cost }) =>
        fact(
          t(`period-${period}`),
          figure(cost, currency),
          `${formatShare(cost / (total.cost || 1))} · ${figure(energy, unit)} · ${formatShare(energy / (total.energy || 1))}`,
        ),
      ),
      fact(t('total'), figure(total.cost, currency), figure(total.energy, unit)),
    ),
  );
}

function billFacts(
  { view }: PageContext,
  currency: string,
  supply: CostAnswer['bills'][number]['supplies'][number],
): HTMLElement {
  const { basicCharge, billedDemand, billedUnit, adjustment, adjustmentPct, powerFactor } = supply;
  return h(
    'div',
    { class: 'stack-s' },
    h('h3', {}, assetName(view, supply.asset)),
    facts(
      fact(t('energyCharge'), figure(supply.energyCharge, currency), figure(supply.energy, 'kWh')),
      basicCharge !== undefined &&
        fact(
          t('basicCharge'),
          figure(basicCharge, currency),
          `${figure(billedDemand, billedUnit ?? '')} · ${supply.basicEdition ?? ''}`,
        ),
      adjustment !== undefined &&
        fact(
          t('powerFactorAdjustment'),
          figure(adjustment, currency),
          `cosφ ${powerFactor?.toFixed(2)} → ${adjustmentPct} % · ${supply.adjustmentEdition ?? ''}`,
        ),
      fact(t('total'), figure(supply.total, currency), t('withoutFunds')),
      fact(t('completeness'), completenessCell(supply.completeness)),
    ),
    supply.notes.map((note) => h('p', { class: 'muted' }, `∅ ${note}`)),
  );
}

function costTable({ view }: PageContext, { meters, currency, unit }: CostAnswer): HTMLElement {
  return dataTable('energy-cost', meters, [
    { head: t('meter'), value: ({ asset }) => assetName(view, asset) },
    {
      head: `${t('consumption')} ${unitOf(unit)}`,
      isNumber: true,
      value: ({ energy }) => energy,
      show: ({ energy }) => figure(energy),
    },
    {
      head: `${t('cost')} ${currency}`,
      isNumber: true,
      value: ({ cost }) => cost,
      show: ({ cost }) => figure(cost),
    },
    ...periods
      .filter((period) => meters.some((meter) => meter.periods.some((one) => one.period === period)))
      .map((period) => ({
        head: `${t(`period-${period}`)} ${currency}`,
        isNumber: true,
        value: (meter: CostAnswer['meters'][number]) =>
          meter.periods.find((one) => one.period === period)?.cost,
        show: (meter: CostAnswer['meters'][number]) =>
          figure(meter.periods.find((one) => one.period === period)?.cost),
      })),
    completenessColumn(),
    { head: t('edition'), value: ({ editions }) => editions.join('; ') },
  ]);
}

async function carbon({ range, signal }: PageContext): Promise<HTMLElement> {
  const { carriers } = await api.carbon(spanQuery(range), signal);
  if (carriers.length === 0) return emptyState(t('noResults'), t('noResultsHint'));
  return dataTable('energy-carbon', carriers, [
    { head: t('carrier'), value: ({ carrier }) => wordFor(carrier) },
    figureColumn(
      t('consumption'),
      ({ amount }) => amount,
      ({ unit }) => unit,
    ),
    { head: 'kgce', isNumber: true, value: ({ kgce }) => kgce, show: ({ kgce }) => figure(kgce, 'kgce') },
    { head: 'kg CO₂', isNumber: true, value: ({ kgCo2 }) => kgCo2, show: ({ kgCo2 }) => figure(kgCo2, 'kg') },
    completenessColumn(),
    {
      head: t('edition'),
      value: ({ coalEdition, carbonEdition }) =>
        [coalEdition, carbonEdition].filter((one) => one !== undefined).join('; '),
    },
    { head: t('note'), value: ({ assumption, notConverted }) => notConverted ?? assumption ?? '' },
  ]);
}
