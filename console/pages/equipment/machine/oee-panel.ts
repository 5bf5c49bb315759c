import { api, type MachineKpi } from '../../../app/api.ts';
import type { PageContext } from '../../../app/context.ts';
import { h } from '../../../app/dom.ts';
import { formatAge, formatNumber, formatShare } from '../../../app/format.ts';
import { t } from '../../../app/language.ts';
import { cssColor, seriesColor } from '../../../app/theme-choice.ts';
import { spanQuery } from '../../../app/time-range.ts';
import type { Word } from '../../../app/words.ts';
import { axisStyle, richChart, tooltip } from '../../../charts/rich-chart.ts';
import { panel } from '../../../parts/panel.ts';
import { emptyState, region } from '../../../parts/states.ts';

/** Effectiveness of a machine over the range and where its planned time went. */
export function oeePanel(context: PageContext, asset: string): HTMLElement {
  return panel(
    { title: t('oeeTitle'), note: 'ISO 22400-2' },
    region(() => content(context, asset), context.signal, 4),
  );
}

async function content(context: PageContext, asset: string): Promise<HTMLElement> {
  const { range, signal } = context;
  const [kpi] = await api.machineKpis({ asset, ...spanQuery(range) }, signal);
  if (!kpi) return emptyState(t('noData'));
  const reasons = kpi.missing.map(({ reason }) => reason).join('; ');
  return h(
    'div',
    { class: 'stack-s' },
    h('dl', { class: 'facts' }, factsOf(kpi)),
    kpi.losses ? waterfall(kpi.losses, signal) : emptyState(t('noData'), reasons),
  );
}

function factsOf({ availability, effectiveness, quality, oee, mtbfS, mttrS }: MachineKpi): HTMLElement[] {
  const share = (value: number | null): string => (value === null ? '–' : formatShare(value));
  const time = (value: number | null): string => (value === null ? '–' : formatAge(value));
  const facts: readonly (readonly [Word, string])[] = [
    ['oee', share(oee)],
    ['availability', share(availability)],
    ['effectiveness', share(effectiveness)],
    ['qualityRate', share(quality)],
    ['mtbf', time(mtbfS)],
    ['mttr', time(mttrS)],
  ];
  return facts.map(([word, value]) => h('div', {}, h('dt', {}, t(word)), h('dd', {}, value)));
}

const lossWords: Readonly<Record<string, Word>> = {
  plannedBusy: 'lossPlannedBusy',
  faults: 'lossFaults',
  otherStops: 'lossOtherStops',
  speedLoss: 'lossSpeed',
  qualityLoss: 'lossQuality',
  fullyProductive: 'lossProductive',
};

/** Bars that hang where the one before ended: losses eat from the planned time what is left as productive. */
function waterfall(losses: NonNullable<MachineKpi['losses']>, signal: AbortSignal): HTMLElement {
  let level = 0;
  const bars = losses.map(({ name, seconds }, index) => {
    const isTotal = index === 0 || index === losses.length - 1;
    const [low, high] = isTotal
      ? [0, seconds]
      : [Math.min(level, level + seconds), Math.max(level, level + seconds)];
    level = isTotal ? seconds : level + seconds;
    return { name, hours: seconds / 3600, low: low / 3600, height: (high - low) / 3600, isTotal };
  });
  const option = {
    grid: { left: 56, right: 12, top: 24, bottom: 28 },
    tooltip: tooltip({ trigger: 'item' }),
    xAxis: {
      ...axisStyle(),
      type: 'category',
      data: bars.map(({ name }) => (lossWords[name] ? t(lossWords[name]) : name)),
    },
    yAxis: { ...axisStyle(), type: 'value', name: 'h' },
    series: [
      {
        type: 'bar',
        stack: 'w',
        silent: true,
        data: bars.map(({ low }) => low),
        itemStyle: { color: 'transparent' },
      },
      {
        type: 'bar',
        stack: 'w',
        data: bars.map(({ height, isTotal }) => ({
          value: height,
          itemStyle: { color: isTotal ? seriesColor(0) : cssColor('muted') },
        })),
        label: {
          show: true,
          position: 'top',
          color: cssColor('text'),
          formatter: ({ dataIndex }: { dataIndex: number }) =>
            `${formatNumber(bars[dataIndex]?.hours ?? 0)} h`,
        },
      },
    ],
  };
  const label = bars.map(({ name, hours }) => `${name} ${formatNumber(hours)} h`).join(', ');
  return richChart(option, { height: 220, label }, signal);
}
