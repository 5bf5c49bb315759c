import type { Consumption } from '../../app/api.ts';
import type { PageContext } from '../../app/context.ts';
import { h } from '../../app/dom.ts';
import { formatNumber, withUnit } from '../../app/format.ts';
import { t } from '../../app/language.ts';
import { assetName } from '../../app/plant-view.ts';
import { cssColor, seriesColor } from '../../app/theme-choice.ts';
import { richChart, tooltip } from '../../charts/rich-chart.ts';
import { emptyState } from '../../parts/states.ts';
import { sumOf } from './meter-sums.ts';

interface Flow {
  readonly source: string;
  readonly target: string;
  readonly value: number;
}

/**
 * The tree of meters as a Sankey: what a meter measured beyond its branches goes to "losses and unmetered". A click on a meter
 * shows what lies below it, a click on the one at the left goes back up.
 */
export function energyFlow(context: PageContext, meters: readonly Consumption[]): HTMLElement {
  const all = flowsOf(meters);
  const top = context.query.get('below') ?? undefined;
  const flows = top === undefined ? all : below(top, all);
  if (flows.length === 0) return emptyState(t('nothing'));
  const unit = meters[0]?.unit ?? 'kWh';
  const names = [...new Set(flows.flatMap(({ source, target }) => [source, target]))];
  const labelOfNode = (id: string): string =>
    id.endsWith('/rest') ? t('unmetered') : assetName(context.view, id);
  const option = {
    tooltip: tooltip({
      formatter: ({ data, name, value }: { data: Partial<Flow>; name: string; value: number }) =>
        `${data.source ? `${labelOfNode(data.source)} → ${labelOfNode(data.target ?? '')}` : labelOfNode(name)}\n${withUnit(formatNumber(value), unit)}`,
    }),
    series: [
      {
        type: 'sankey',
        left: 4,
        right: 160,
        top: 8,
        bottom: 8,
        nodeWidth: 12,
        nodeGap: 10,
        draggable: false,
        emphasis: { focus: 'adjacency' },
        label: {
          color: cssColor('text'),
          fontSize: 12,
          formatter: ({ name }: { name: string }) => labelOfNode(name),
        },
        lineStyle: { color: cssColor('flow'), opacity: 0.55, curveness: 0.5 },
        data: names.map((name) => ({
          name,
          itemStyle: { color: name.endsWith('/rest') ? cssColor('muted') : seriesColor(0), borderWidth: 0 },
        })),
        links: flows,
      },
    ],
  };
  const label = flows
    .map(
      ({ source, target, value }) =>
        `${labelOfNode(source)} → ${labelOfNode(target)}: ${formatNumber(value)} ${unit}`,
    )
    .join('; ');
  const onClick = (name: string): void => {
    if (name === top) context.go({ below: meters.find(({ asset }) => asset === top)?.parent });
    else if (all.some(({ source }) => source === name)) context.go({ below: name });
  };
  return h(
    'div',
    {},
    richChart(option, { height: 300, label, onClick }, context.signal),
    h('p', { class: 'muted' }, t('drillHint')),
  );
}

/** The flows of a meter and of everything under it. */
function below(top: string, flows: readonly Flow[]): Flow[] {
  const own = flows.filter(({ source }) => source === top);
  return [...own, ...own.flatMap(({ target }) => below(target, flows))];
}

function flowsOf(meters: readonly Consumption[]): Flow[] {
  const sums = new Map(meters.map((meter) => [meter.asset, sumOf(meter).value]));
  const branches = meters.filter((meter) => meter.parent !== undefined && sums.has(meter.parent));
  const flows = branches.map((meter) => ({
    source: meter.parent ?? '',
    target: meter.asset,
    value: Math.max(0, sums.get(meter.asset) ?? 0),
  }));
  const parents = [...new Set(flows.map((flow) => flow.source))];
  const rests = parents.flatMap((source) => {
    const used = flows.filter((flow) => flow.source === source).reduce((sum, flow) => sum + flow.value, 0);
    const value = (sums.get(source) ?? 0) - used;
    // Less than a hundredth is within the meters' own accuracy: a band nobody could see, with a name in the way.
    return value > (sums.get(source) ?? 0) * 0.01 ? [{ source, target: `${source}/rest`, value }] : [];
  });
  return [...flows, ...rests].filter((flow) => flow.value > 0);
}
