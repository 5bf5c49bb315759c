import { api, type ResultAnswer } from '../../app/api.ts';
import type { PageContext } from '../../app/context.ts';
import type { DayTrends } from '../../app/day-trends.ts';
import { h } from '../../app/dom.ts';
import { t } from '../../app/language.ts';
import { assetName, groupBy } from '../../app/plant-view.ts';
import { spanQuery } from '../../app/time-range.ts';
import { bullet } from '../../parts/bullet.ts';
import { panel } from '../../parts/panel.ts';
import { keepFresh, type ReadingCell } from '../../parts/reading-cell.ts';
import { readingRow } from '../../parts/reading-row.ts';
import { emptyState, region } from '../../parts/states.ts';
import { hourlyOf, lastWholeHour, pollutantLabel } from '../environment/hourly.ts';

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
    const hours = own.flatMap((row) => hourlyOf(row) ?? []);
    const hourly = lastWholeHour(hours) ?? hours.at(-1);
    if (!hourly) return [];
    const { asset, pollutant } = hourly;
    return h(
      'tr',
      {},
      h(
        'th',
        { scope: 'row' },
        h('a', { href: `/assets/${encodeURIComponent(asset)}` }, pollutantLabel(view, asset, pollutant)),
        h('span', { class: 'muted block small' }, assetName(view, asset)),
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
  const { view, live, signal } = context;
  const stations = view.assets.filter((asset) => shown[asset.nature]);
  const cells = new Map<string, readonly ReadingCell[]>();
  const groups = stations.map((asset) => {
    const tags = (shown[asset.nature] ?? []).flatMap(
      (quantity) => view.tag.get(`${asset.id}.${quantity}`) ?? [],
    );
    const rows = tags.map((tag) => {
      const row = readingRow(context, tag, trends);
      cells.set(tag.tag, [row.cell]);
      return row.element;
    });
    return [
      h(
        'h3',
        { class: 'glance-head' },
        h('a', { href: `/assets/${encodeURIComponent(asset.id)}` }, asset.name),
      ),
      h('ul', {}, rows),
    ];
  });
  keepFresh(cells, live, signal);
  return h('div', {}, groups);
}
