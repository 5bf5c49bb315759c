import type { Consumption } from '../../app/api.ts';
import type { PageContext } from '../../app/context.ts';
import { h } from '../../app/dom.ts';
import { formatMinute, formatNumber, unitOf } from '../../app/format.ts';
import { t } from '../../app/language.ts';
import { assetName } from '../../app/plant-view.ts';
import { cssColor, seriesColor } from '../../app/theme-choice.ts';
import { axisStyle, richChart, tooltip } from '../../charts/rich-chart.ts';
import { chartLegend } from '../../parts/chart-legend.ts';

interface Stack {
  readonly name: string;
  readonly color: string;
  readonly values: readonly (number | null)[];
}

/** Hours (or days) as bars, stacked by the branches below the incoming meters; what no branch measured is grey. */
export function consumptionBars(context: PageContext, meters: readonly Consumption[]): HTMLElement {
  const tops = meters.filter((meter) => meter.parent === undefined);
  const starts = [...new Set(tops.flatMap((meter) => meter.points.map((point) => point.start)))].sort(
    (a, b) => Date.parse(a) - Date.parse(b),
  );
  const stacks = stacksOf(context, meters, tops, starts);
  const option = {
    grid: { left: 64, right: 12, top: 24, bottom: 28 },
    tooltip: tooltip({
      trigger: 'axis',
      valueFormatter: (value: number | null) => (value === null ? t('noData') : formatNumber(value)),
    }),
    xAxis: {
      ...axisStyle(),
      type: 'category',
      data: starts.map((start) => formatMinute(Date.parse(start), context.view.zone)),
    },
    yAxis: { ...axisStyle(), type: 'value', name: unitOf(tops[0]?.unit ?? '') },
    series: stacks.map(({ name, color, values }) => ({
      type: 'bar',
      stack: 'all',
      name,
      data: values,
      itemStyle: { color },
      barCategoryGap: '20%',
    })),
  };
  return h(
    'div',
    {},
    chartLegend(stacks.map(({ name, color }) => ({ label: name, color }))),
    richChart(option, { height: 260, label: t('consumption') }, context.signal),
  );
}

function stacksOf(
  { view }: PageContext,
  meters: readonly Consumption[],
  tops: readonly Consumption[],
  starts: readonly string[],
): Stack[] {
  const ids = new Set(tops.map((meter) => meter.asset));
  const branches = meters.filter((meter) => meter.parent !== undefined && ids.has(meter.parent));
  const valueAt = (own: readonly Consumption[], start: string): number | null => {
    const found = own.flatMap((meter) => meter.points.filter((point) => point.start === start));
    return found.length === 0 ? null : found.reduce((sum, point) => sum + point.value, 0);
  };
  const stacks = branches.map((meter, index) => ({
    name: assetName(view, meter.asset),
    color: seriesColor(index),
    values: starts.map((start) => valueAt([meter], start)),
  }));
  const rest = starts.map((start) => {
    const total = valueAt(tops, start);
    return total === null ? null : Math.max(0, total - (valueAt(branches, start) ?? 0));
  });
  return [
    ...stacks,
    { name: branches.length > 0 ? t('unmetered') : t('total'), color: cssColor('muted'), values: rest },
  ];
}
