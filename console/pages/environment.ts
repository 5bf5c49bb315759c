import { type AssetAnswer, api, type ResultAnswer } from '../app/api.ts';
import type { Page, PageContext } from '../app/context.ts';
import { type DayTrends, loadDayTrends } from '../app/day-trends.ts';
import { h } from '../app/dom.ts';
import { formatMinute, formatShare } from '../app/format.ts';
import { labelOf, t } from '../app/language.ts';
import { groupBy, tagsOfAsset } from '../app/plant-view.ts';
import { spanQuery } from '../app/time-range.ts';
import { bullet } from '../parts/bullet.ts';
import { panel } from '../parts/panel.ts';
import { keepFresh, type ReadingCell } from '../parts/reading-cell.ts';
import { readingRow } from '../parts/reading-row.ts';
import { emptyState, region } from '../parts/states.ts';
import { aqiBoard, noiseBoard, permitBoard } from './environment/board.ts';
import { cameraBoard } from './environment/camera-board.ts';
import { hourBars } from './environment/hour-bars.ts';
import { type Hourly, hourlyOf, lastWholeHour, pollutantLabel } from './environment/hourly.ts';
import { outletPage } from './environment/outlet-page.ts';
import { roseBoard } from './environment/roses.ts';
import { sourcePlan } from './environment/source-plan.ts';
import {
  dailyAqiTable,
  episodeBoard,
  instrumentBoard,
  noiseDayTable,
  reportBoard,
} from './environment/tables.ts';
import { uplinkBoard } from './environment/uplink-board.ts';

/** Scenario 34: each outlet against its limit over the range, and every station as it is now. */
export const environmentPage: Page = {
  hasRange: true,
  render(context: PageContext): HTMLElement {
    const { view, live, signal, rest } = context;
    const outlet = view.assets.find(({ id }) => id === rest[0]);
    if (outlet) return outletPage(context, outlet);
    const stations = view.assets.filter(
      (asset) =>
        asset.scenario === 'environment' && !['stack-monitor', 'smoke-camera'].includes(asset.nature),
    );
    const tags = stations.flatMap((asset) => tagsOfAsset(view, asset));
    return h(
      'div',
      { class: 'stack' },
      h('h1', { class: 'sr-only' }, t('environment')),
      region(() => sourcePlan(context), signal, 3),
      region(() => stacks(context), signal, 6),
      region(() => episodeBoard(context), signal, 4),
      h(
        'div',
        { class: 'outlets' },
        region(() => aqiBoard(context), signal, 4),
        region(() => noiseBoard(context), signal, 4),
        region(() => permitBoard(context), signal, 6),
        region(() => roseBoard(context), signal, 6),
      ),
      region(() => cameraBoard(context), signal, 6),
      h(
        'div',
        { class: 'outlets' },
        region(() => dailyAqiTable(context), signal, 6),
        region(() => noiseDayTable(context), signal, 6),
      ),
      region(() => instrumentBoard(context), signal, 4),
      reportBoard(context),
      region(() => uplinkBoard(context), signal, 2),
      region(
        async () => stationCards(context, stations, await loadDayTrends(tags, live.nowMs(), signal)),
        signal,
        8,
      ),
    );
  },
};

const OUTLET_NATURES: ReadonlySet<string> = new Set(['stack-monitor', 'wastewater-outlet']);

async function stacks(context: PageContext): Promise<HTMLElement> {
  const { view, range, signal } = context;
  const measured = await Promise.all(
    ['stack_hourly', 'water_hourly'].map((name) => api.results(name, spanQuery(range), signal)),
  );
  const byAsset = groupBy(measured.flat(), (row) => row.series.asset ?? '');
  const outlets = view.assets.filter(({ nature }) => OUTLET_NATURES.has(nature));
  if (outlets.length === 0) return emptyState(t('nothing'));
  return h(
    'div',
    { class: 'outlets' },
    outlets.map((asset) => stackPanel(context, asset, byAsset.get(asset.id) ?? [])),
  );
}

function stackPanel(context: PageContext, asset: AssetAnswer, rows: readonly ResultAnswer[]): HTMLElement {
  const series = groupBy(rows, (row) => row.series.pollutant ?? '');
  const options = {
    title: asset.name,
    href: `/environment/${encodeURIComponent(asset.id)}`,
    note: t('hourlyMean'),
  };
  if (series.size === 0) return panel(options, emptyState(t('noResults'), t('noResultsHint')));
  return panel(
    options,
    h(
      'div',
      { class: 'pollutants' },
      [...series].map(([pollutant, own]) => pollutantRow(context, asset, pollutant, own)),
    ),
  );
}

function pollutantRow(
  { view, range }: PageContext,
  asset: AssetAnswer,
  pollutant: string,
  rows: readonly ResultAnswer[],
): HTMLElement {
  const hours = rows.flatMap((row) => hourlyOf(row) ?? []);
  const last = lastWholeHour(hours);
  return h(
    'div',
    { class: 'pollutant' },
    h(
      'h3',
      {},
      pollutantLabel(view, asset.id, pollutant),
      last && h('span', { class: 'muted' }, ` ${formatMinute(last.timeMs, view.zone)}`),
    ),
    last && bullet({ value: last.corrected, limit: last.limit, unit: last.unit }),
    hourBars(hours, range, view.zone),
    last && h('p', { class: 'muted small' }, factsOf(hours, last)),
  );
}

function factsOf(hours: readonly Hourly[], last: Hourly): string {
  const over = hours.filter((hour) => hour.limit !== undefined && (hour.corrected ?? 0) > hour.limit).length;
  const known = hours.flatMap((hour) => hour.completeness ?? []);
  const mean = known.reduce((sum, one) => sum + one, 0) / Math.max(1, known.length);
  const facts = [`${over} / ${hours.length} h ${t('exceeded')}`];
  if (known.length > 0) facts.push(`${t('completeness')} ${formatShare(mean)}`);
  if (last.edition !== '') facts.push(last.edition);
  return facts.join(' · ');
}

function stationCards(
  context: PageContext,
  stations: readonly AssetAnswer[],
  trends: DayTrends,
): HTMLElement {
  const cells = new Map<string, ReadingCell[]>();
  const cards = stations.map((asset) => {
    const rows = tagsOfAsset(context.view, asset).map((tag) => {
      const row = readingRow(context, tag, trends);
      cells.set(tag.tag, [row.cell]);
      return row.element;
    });
    return panel(
      {
        title: asset.name,
        href: `/assets/${encodeURIComponent(asset.id)}`,
        note: labelOf(asset.natureLabel),
        class: 'wall-card',
      },
      h('ul', { class: 'wall-rows' }, rows),
    );
  });
  keepFresh(cells, context.live, context.signal);
  return h('div', { class: 'wall' }, cards);
}
