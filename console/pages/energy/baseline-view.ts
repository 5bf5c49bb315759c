import type {
  AnomaliesAnswer,
  BaselineAnswer,
  ForecastAnswer,
} from '../../../api/energy/baseline-schemas.ts';
import { api, RequestFailure } from '../../app/api.ts';
import type { PageContext } from '../../app/context.ts';
import { h } from '../../app/dom.ts';
import { formatMinute, formatNumber, formatShare, unitOf } from '../../app/format.ts';
import { t } from '../../app/language.ts';
import { assetName } from '../../app/plant-view.ts';
import { cssColor, seriesColor } from '../../app/theme-choice.ts';
import { spanQuery } from '../../app/time-range.ts';
import { lineChart } from '../../charts/line-chart.ts';
import { axisStyle, richChart, tooltip } from '../../charts/rich-chart.ts';
import { chartLegend } from '../../parts/chart-legend.ts';
import { dataTable } from '../../parts/data-table.ts';
import { panel } from '../../parts/panel.ts';
import { emptyState, region } from '../../parts/states.ts';
import { completenessCell, fact, facts, figure } from './figure-cells.ts';
import { tableFiles } from './table-files.ts';

/** What was to be expected: baseline and savings, the day-ahead forecast, and hours that are far off. */
export const baselineView = (context: PageContext): readonly HTMLElement[] => [
  panel(
    { title: t('baselineTitle'), actions: tableFiles('baseline', context.range) },
    region(() => baseline(context), context.signal, 10),
  ),
  panel(
    { title: t('forecastTitle'), actions: tableFiles('forecast', context.range) },
    region(() => forecast(context), context.signal, 8),
  ),
  panel(
    { title: t('anomaliesTitle'), actions: tableFiles('anomalies', context.range) },
    region(() => anomalies(context), context.signal, 4),
  ),
];

async function baseline(context: PageContext): Promise<HTMLElement> {
  const answer = await api.baseline(spanQuery(context.range), context.signal).catch(whyNot);
  if (answer instanceof RequestFailure) return emptyState(answer.message, answer.hint);
  const period = [answer.baseline.start, answer.baseline.end].map((time) => time.slice(0, 10)).join(' – ');
  return h(
    'div',
    { class: 'stack-s' },
    h(
      'p',
      { class: 'muted' },
      `${assetName(context.view, answer.meter)} · ${answer.model} · ${t('baselinePeriod')} ${period} · ${answer.edition}`,
    ),
    facts(
      fact('EnPI', figure(answer.enpi), t('enpiNote')),
      fact(t('savings'), figure(answer.savings, answer.unit), uncertaintyOf(answer)),
      fact(
        t('actual'),
        figure(answer.actual, answer.unit),
        `${t('expected')} ${figure(answer.expected, answer.unit)}`,
      ),
      fact(
        'R²',
        figure(answer.r2),
        `CV(RMSE) ${formatShare(answer.cvRmse)} · NMBE ${formatShare(answer.nmbe)}`,
      ),
      fact(t('completeness'), completenessCell(answer.completeness)),
    ),
    h(
      'div',
      { class: 'columns' },
      h('div', { class: 'half' }, h('h3', {}, t('scatter')), scatter(context, answer)),
      h('div', { class: 'half' }, h('h3', {}, t('cusum')), cusum(context, answer)),
    ),
    h('p', { class: 'muted' }, answer.autocorrelationRule),
  );
}

/** A young plant has too little data, another names no baseline: neither is a failure. */
function whyNot(failure: unknown): RequestFailure {
  if (failure instanceof RequestFailure && [409, 501].includes(failure.status)) return failure;
  throw failure;
}

const uncertaintyOf = ({ savingsUncertainty, unit }: BaselineAnswer): string =>
  savingsUncertainty === undefined ? t('noUncertainty') : `± ${figure(savingsUncertainty, unit)} (90 %)`;

function scatter({ signal }: PageContext, { fitted, points, unit }: BaselineAnswer): HTMLElement {
  const at = (key: 'actual' | 'expected', of: BaselineAnswer['points']) =>
    of.flatMap((point) => (point.temperature === undefined ? [] : [[point.temperature, point[key]]]));
  const series = [
    { name: t('baselinePeriod'), data: at('actual', fitted), color: cssColor('muted'), symbol: 'circle' },
    { name: t('actual'), data: at('actual', points), color: seriesColor(0), symbol: 'diamond' },
    { name: t('expected'), data: at('expected', points), color: seriesColor(1), symbol: 'rect' },
  ];
  const option = {
    grid: { left: 56, right: 16, top: 24, bottom: 40 },
    tooltip: tooltip({
      formatter: ({ value }: { value: number[] }) =>
        `${formatNumber(value[0] ?? 0)} °C, ${formatNumber(value[1] ?? 0)} ${unit}`,
    }),
    xAxis: { ...axisStyle(), type: 'value', name: '°C', nameLocation: 'middle', nameGap: 24, scale: true },
    yAxis: { ...axisStyle(), type: 'value', name: unitOf(unit), scale: true },
    series: series.map(({ name, data, color, symbol }) => ({
      type: 'scatter',
      name,
      data,
      symbol,
      symbolSize: 6,
      itemStyle: { color },
    })),
  };
  return h(
    'div',
    {},
    chartLegend(series.map(({ name, color }) => ({ label: name, color }))),
    richChart(option, { height: 280, label: t('scatter') }, signal),
  );
}

function cusum({ view, signal }: PageContext, { cusum: points, unit }: BaselineAnswer): HTMLElement {
  const option = {
    grid: { left: 64, right: 16, top: 24, bottom: 28 },
    tooltip: tooltip({ trigger: 'axis', valueFormatter: (value: number) => figure(value, unit) }),
    xAxis: {
      ...axisStyle(),
      type: 'category',
      data: points.map(({ start }) => formatMinute(Date.parse(start), view.zone)),
    },
    yAxis: { ...axisStyle(), type: 'value', name: unitOf(unit), scale: true },
    series: [
      {
        type: 'line',
        name: t('cusum'),
        data: points.map((point) => point.cusum),
        showSymbol: false,
        lineStyle: { color: seriesColor(0) },
        itemStyle: { color: seriesColor(0) },
      },
    ],
  };
  return h(
    'div',
    {},
    h('p', { class: 'muted' }, t('cusumNote')),
    richChart(option, { height: 280, label: t('cusum') }, signal),
  );
}

async function forecast(context: PageContext): Promise<HTMLElement> {
  const answer = await api.forecast(spanQuery(context.range), context.signal);
  if (answer.points.length === 0) return emptyState(t('noForecast'), t('noForecastHint'));
  return h(
    'div',
    { class: 'stack-s' },
    h('p', { class: 'muted' }, `${assetName(context.view, answer.meter)} · ${answer.method}`),
    answer.compared
      ? facts(
          fact(t('forecastBetter'), `${answer.compared.betterPct.toFixed(1)} %`, t('thanLastWeek')),
          fact(
            'RMSE',
            figure(answer.compared.forecast.rmse, answer.unit),
            `${t('lastWeek')} ${figure(answer.compared.sameTimeLastWeek.rmse, answer.unit)}`,
          ),
          fact(
            'MAE',
            figure(answer.compared.forecast.mae, answer.unit),
            `${t('lastWeek')} ${figure(answer.compared.sameTimeLastWeek.mae, answer.unit)}`,
          ),
          fact(
            t('coverage'),
            formatShare(answer.compared.coverage),
            `${t('ofLevel')} ${formatShare(answer.level)}`,
          ),
        )
      : h('p', { class: 'muted' }, `∅ ${t('needsWeek')}`),
    await forecastChart(context, answer),
  );
}

async function forecastChart(
  { view, signal }: PageContext,
  { points, unit }: ForecastAnswer,
): Promise<HTMLElement> {
  const times = points.map(({ start }) => Date.parse(start) / 1000);
  const [first = 0, last = 0] = [times[0], times.at(-1)];
  // A quarter's energy as its mean power: what the load curve beside it shows.
  const lineOf = (key: 'actual' | 'forecast' | 'lower' | 'upper' | 'lastWeek') => ({
    times,
    values: points.map((point) => point[key] ?? null),
  });
  const lines = [
    { label: t('actual'), data: lineOf('actual'), color: seriesColor(0) },
    { label: t('forecast'), data: lineOf('forecast'), color: seriesColor(1) },
    { label: t('intervalLow'), data: lineOf('lower'), color: cssColor('muted'), isGhost: true },
    { label: t('intervalHigh'), data: lineOf('upper'), color: cssColor('muted'), isGhost: true },
    ...(points.some(({ lastWeek }) => lastWeek !== undefined)
      ? [{ label: t('lastWeek'), data: lineOf('lastWeek'), color: seriesColor(3), isGhost: true }]
      : []),
  ];
  const chart = await lineChart(
    {
      ...{
        startMs: first * 1000,
        endMs: (last + 900) * 1000,
        unit: `${unit}/15 min`,
        zone: view.zone,
        height: 280,
      },
      ...{ syncKey: 'forecast', label: t('forecastTitle'), lines },
    },
    signal,
  );
  return h('div', {}, chartLegend(lines), chart.element);
}

async function anomalies(context: PageContext): Promise<HTMLElement> {
  const answer = await api.anomalies(spanQuery(context.range), context.signal);
  const judged = `${answer.judged} ${t('hoursJudged')} · ${answer.method} · > ${answer.threshold} σ`;
  if (answer.judged === 0) return emptyState(t('noAnomalyBasis'), t('noAnomalyBasisHint'));
  if (answer.anomalies.length === 0) return emptyState(t('noAnomalies'), judged);
  return h('div', { class: 'stack-s' }, h('p', { class: 'muted' }, judged), anomalyTable(context, answer));
}

function anomalyTable({ view }: PageContext, { anomalies: found, unit }: AnomaliesAnswer): HTMLElement {
  return dataTable('energy-anomalies', found, [
    {
      head: t('start'),
      value: ({ start }) => start,
      show: ({ start }) => formatMinute(Date.parse(start), view.zone),
    },
    {
      head: t('kind'),
      value: ({ kind }) => kind,
      show: ({ kind }) => (kind === 'high' ? `▲ ${t('tooHigh')}` : `▼ ${t('tooLow')}`),
    },
    {
      head: `${t('actual')} ${unit}`,
      isNumber: true,
      value: ({ actual }) => actual,
      show: ({ actual }) => figure(actual),
    },
    {
      head: `${t('expected')} ${unit}`,
      isNumber: true,
      value: ({ expected }) => expected,
      show: ({ expected }) => figure(expected),
    },
    {
      head: t('contribution'),
      value: ({ contributions }) =>
        contributions
          .slice(0, 3)
          .map(({ name, deviation, share }) => `${name} ${formatNumber(deviation)} (${formatShare(share)})`)
          .join(', '),
    },
  ]);
}
