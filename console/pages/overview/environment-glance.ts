import { api, type ResultAnswer, type TagAnswer } from '../../app/api.ts';
import type { PageContext } from '../../app/context.ts';
import type { DayTrends } from '../../app/day-trends.ts';
import { h } from '../../app/dom.ts';
import { labelOf, t } from '../../app/language.ts';
import { assetName, groupBy } from '../../app/plant-view.ts';
import { spanQuery } from '../../app/time-range.ts';
import { sparkline } from '../../charts/sparkline.ts';
import { bullet } from '../../parts/bullet.ts';
import { panel } from '../../parts/panel.ts';
import { keepFresh, type ReadingCell, readingCell } from '../../parts/reading-cell.ts';
import { emptyState, region } from '../../parts/states.ts';
import { hourlyOf, pollutantLabel } from '../environment/hourly.ts';

/** Each outlet against its limit, then noise and air as they are now. */
export function environmentGlance(context: PageContext, trends: Promise<DayTrends>): HTMLElement {
  return panel(
    { title: t('environment'), href: '/environment' },
    region(async () => outletTable(context, await loadHourly(context)), context.signal),
    region(async () => nowTable(context, await trends), context.signal),
  );
}

function loadHourly({ live, signal }: PageContext): Promise<ResultAnswer[]> {
  const span = spanQuery({ startMs: live.nowMs() - 86_400_000, endMs: live.nowMs() });
  return api.results('stack_hourly', span, signal);
}

function outletTable({ view }: PageContext, rows: readonly ResultAnswer[]): HTMLElement {
  const series = groupBy(rows, (row) => `${row.series.asset} ${row.series.pollutant}`);
  if (series.size === 0) return emptyState(t('noResults'), t('noResultsHint'));
  const lines = [...series.values()].flatMap((own) => {
    const hourly = hourlyOf(own.at(-1));
    if (!hourly) return [];
    const { asset, pollutant } = hourly;
    return h(
      'tr',
      {},
      h(
        'th',
        { scope: 'row' },
        h('a', { href: `/assets/${encodeURIComponent(asset)}` }, assetName(view, asset)),
        ' ',
        pollutantLabel(view, asset, pollutant),
      ),
      h('td', { class: 'wide' }, bullet({ value: hourly.corrected, limit: hourly.limit, unit: hourly.unit })),
    );
  });
  return h('table', { class: 'plain' }, h('caption', {}, t('hourlyMean')), h('tbody', {}, lines));
}

const shown: Readonly<Record<string, readonly string[]>> = {
  'wastewater-outlet': ['cod', 'ammoniaNitrogen', 'ph'],
  'noise-meter': ['soundLevel'],
  'ambient-station': ['pm25'],
};

function nowTable(context: PageContext, trends: DayTrends): HTMLElement {
  const tags = context.view.assets.flatMap((asset) =>
    (shown[asset.nature] ?? []).flatMap((quantity) => context.view.tag.get(`${asset.id}.${quantity}`) ?? []),
  );
  const cells = new Map<string, ReadingCell[]>();
  const rows = tags.map((tag) => nowRow(context, tag, trends, cells));
  keepFresh(cells, context.live, context.signal);
  return h(
    'table',
    { class: 'plain' },
    h(
      'thead',
      { class: 'sr-only' },
      h(
        'tr',
        {},
        [t('tag'), t('last24'), t('value')].map((text) => h('th', {}, text)),
      ),
    ),
    h('tbody', {}, rows),
  );
}

function nowRow(
  { view, live }: PageContext,
  tag: TagAnswer,
  trends: DayTrends,
  cells: Map<string, ReadingCell[]>,
): HTMLElement {
  const cell = readingCell(tag, live, view.zone);
  cells.set(tag.tag, [cell]);
  const { startMs, endMs, stepMs } = trends;
  const label = `${labelOf(tag.label)}: ${t('last24')}`;
  return h(
    'tr',
    {},
    h(
      'th',
      { scope: 'row' },
      h('a', { href: `/trend?tags=${encodeURIComponent(tag.tag)}` }, assetName(view, tag.asset)),
      ' ',
      labelOf(tag.label),
    ),
    h('td', {}, sparkline(trends.points.get(tag.tag) ?? [], { startMs, endMs, gapMs: stepMs * 4, label })),
    h('td', { class: 'num' }, cell.element),
  );
}
