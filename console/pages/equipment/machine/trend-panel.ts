import { api, type ModelsAnswer, type ResultAnswer, type TrendAnswer } from '../../../app/api.ts';
import type { PageContext } from '../../../app/context.ts';
import { h } from '../../../app/dom.ts';
import { formatNumber } from '../../../app/format.ts';
import { labelOf, t } from '../../../app/language.ts';
import { cssColor, seriesColor } from '../../../app/theme-choice.ts';
import { spanQuery } from '../../../app/time-range.ts';
import { lineChart } from '../../../charts/line-chart.ts';
import type { LineData } from '../../../charts/line-data.ts';
import type { LimitLine } from '../../../charts/line-plugins.ts';
import { chartLegend } from '../../../parts/chart-legend.ts';
import { panel } from '../../../parts/panel.ts';
import { emptyState, region } from '../../../parts/states.ts';

const FIRST_CHOICE = ['vibrationVelocity', 'bearingTemperature', 'spindleTemperature', 'activePower'];
/** A silence longer than this breaks the line. */
const GAP_MS = 11 * 60_000;

/** A quantity over time with the band that load and speed explain, and the zone limits where it is vibration. */
export function trendPanel(
  context: PageContext,
  asset: string,
  models: ModelsAnswer['models'],
  severity: ResultAnswer | undefined,
): HTMLElement {
  const { view, query, go } = context;
  const quantities = view.tags.filter(
    (tag) => tag.asset === asset && tag.kind === 'number' && !tag.cumulates,
  );
  if (quantities.length === 0) return emptyState(t('noData'));
  const learned = models.at(-1)?.trends ?? [];
  const first =
    FIRST_CHOICE.find((name) => quantities.some(({ quantity }) => quantity === name)) ??
    quantities[0]?.quantity ??
    '';
  const chosen = quantities.find(({ quantity }) => quantity === query.get('quantity'))?.quantity ?? first;
  const select = h(
    'select',
    { 'aria-label': t('quantity') },
    quantities.map((tag) =>
      h(
        'option',
        { value: tag.quantity, selected: tag.quantity === chosen },
        `${labelOf(tag.label)}${learned.includes(tag.quantity) ? ' ◦' : ''}`,
      ),
    ),
  );
  select.addEventListener('change', () => go({ quantity: select.value }, 'replace'));
  return panel(
    { title: t('trendAndBand'), actions: [select] },
    region(() => chart(context, asset, chosen, severity), context.signal, 4),
  );
}

async function chart(
  context: PageContext,
  asset: string,
  quantity: string,
  severity: ResultAnswer | undefined,
): Promise<HTMLElement> {
  const { range, view, signal } = context;
  const trend = await api.trend({ asset, quantity, ...spanQuery(range) }, signal);
  if (trend.points.length === 0) return emptyState(t('noData'));
  const line = (of: (point: TrendAnswer['points'][number]) => number | null): LineData =>
    lineOf(trend.points, of);
  const lines = [
    { label: t('measuredValue'), color: seriesColor(0), data: line(({ value }) => value) },
    ...(trend.modelVersion === null
      ? []
      : [
          { label: t('expectedValue'), color: cssColor('muted'), data: line(({ expected }) => expected) },
          { label: t('bandHigh'), color: cssColor('muted'), data: line(({ high }) => high), isGhost: true },
          { label: t('bandLow'), color: cssColor('muted'), data: line(({ low }) => low), isGhost: true },
        ]),
  ];
  const { element } = await lineChart(
    {
      ...range,
      ...{
        unit: trend.unit,
        zone: view.zone,
        height: 240,
        syncKey: 'machine',
        label: t('trendAndBand'),
        lines,
      },
      limits: quantity === 'vibrationVelocity' ? zoneLimits(severity) : [],
    },
    signal,
  );
  return h('div', {}, chartLegend(lines), element);
}

function lineOf(
  points: TrendAnswer['points'],
  of: (point: TrendAnswer['points'][number]) => number | null,
): LineData {
  const [times, values]: [number[], (number | null)[]] = [[], []];
  let lastMs = Number.NaN;
  for (const point of points) {
    const timeMs = Date.parse(point.time);
    if (timeMs - lastMs > GAP_MS) {
      times.push((lastMs + timeMs) / 2000);
      values.push(null);
    }
    times.push(timeMs / 1000);
    values.push(of(point));
    lastMs = timeMs;
  }
  return { times, values };
}

function zoneLimits(severity: ResultAnswer | undefined): LimitLine[] {
  const names = { limitAB: 'A/B', limitBC: 'B/C', limitCD: 'C/D' } as const;
  return Object.entries(names).flatMap(([field, name]) => {
    const value = severity?.fields[field];
    return typeof value === 'number'
      ? [{ value, label: `${t('zoneLimit')} ${name} ${formatNumber(value)}` }]
      : [];
  });
}
