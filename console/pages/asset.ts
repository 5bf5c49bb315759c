import type { AssetAnswer, TagAnswer } from '../app/api.ts';
import type { Page, PageContext } from '../app/context.ts';
import { type DayTrends, loadDayTrends } from '../app/day-trends.ts';
import { h } from '../app/dom.ts';
import { formatNumber, withUnit } from '../app/format.ts';
import { labelOf, t } from '../app/language.ts';
import { assetName, tagsOfAsset } from '../app/plant-view.ts';
import { sparkline } from '../charts/sparkline.ts';
import { assetPanels } from '../panels/asset-panels.ts';
import { panelView } from '../panels/panel-view.ts';
import { panel } from '../parts/panel.ts';
import { rangeBar } from '../parts/range-bar.ts';
import { keepFresh, type ReadingCell, readingCell } from '../parts/reading-cell.ts';
import { emptyState, region } from '../parts/states.ts';
import { assetTree } from './asset/asset-tree.ts';

/** Level three: one asset beside the tree of all. Without one, the tree alone. */
export const assetPage: Page = {
  hasRange: true,
  render(context: PageContext): HTMLElement {
    const [id] = context.rest;
    return h(
      'div',
      { class: 'assets', 'data-has-asset': id !== undefined },
      assetTree(context, id),
      h('div', { class: 'asset-main' }, id === undefined ? undefined : assetDetail(context, id)),
    );
  },
};

function assetDetail(context: PageContext, id: string): HTMLElement {
  const asset = context.view.asset.get(id);
  if (!asset) return emptyState(t('noSuchAsset'), id);
  const tags = tagsOfAsset(context.view, asset);
  const all = tags.filter((tag) => tag.kind !== 'text').map((tag) => tag.tag);
  const trendLink = h(
    'a',
    { class: 'button', href: `/trend?tags=${all.map(encodeURIComponent).join(',')}` },
    t('openAllTrend'),
  );
  return h(
    'div',
    { class: 'stack' },
    h(
      'header',
      { class: 'title' },
      h(
        'div',
        {},
        h('h1', {}, asset.name),
        h(
          'p',
          { class: 'muted' },
          `${asset.areaName} / ${asset.lineName} · ${labelOf(asset.natureLabel)} · ${asset.id}`,
        ),
      ),
      trendLink,
    ),
    region(
      async () =>
        tagTable(context, asset, tags, await loadDayTrends(tags, context.live.nowMs(), context.signal)),
      context.signal,
      tags.length,
    ),
    assetPanels(asset).map((definition) => panelView(context, definition)),
    propertyPanel(context, asset),
  );
}

function tagTable(
  context: PageContext,
  asset: AssetAnswer,
  tags: readonly TagAnswer[],
  trends: DayTrends,
): HTMLElement {
  const cells = new Map<string, ReadingCell[]>();
  const heads = [t('quantity'), t('value'), t('last24'), t('source')].map((text) =>
    h('th', { scope: 'col' }, text),
  );
  const rows = tags.map((tag) => tagRow(context, tag, trends, cells));
  keepFresh(cells, context.live, context.signal);
  return h(
    'div',
    { class: 'panel scroll-x', tabindex: 0, role: 'region', 'aria-label': asset.name },
    h('table', { class: 'table asset-table' }, h('thead', {}, h('tr', {}, heads)), h('tbody', {}, rows)),
  );
}

function tagRow(
  { view, live }: PageContext,
  tag: TagAnswer,
  trends: DayTrends,
  cells: Map<string, ReadingCell[]>,
): HTMLElement {
  const cell = readingCell(tag, live, view.zone);
  cells.set(tag.tag, [cell]);
  const label = `${labelOf(tag.label)}: ${t('last24')}`;
  const line = sparkline(trends.points.get(tag.tag) ?? [], {
    ...trends,
    gapMs: trends.stepMs * 4,
    label,
    width: 220,
    height: 32,
  });
  return h(
    'tr',
    {},
    h(
      'th',
      { scope: 'row', title: tag.tag },
      h('a', { href: `/trend?tags=${encodeURIComponent(tag.tag)}` }, labelOf(tag.label)),
    ),
    h('td', {}, cell.element, rangeBar(tag, live, cells)),
    h('td', {}, line),
    h('td', { class: 'muted source', title: tag.address }, tag.source),
  );
}

function propertyPanel({ view }: PageContext, asset: AssetAnswer): HTMLElement | undefined {
  const rows = asset.properties.map(({ name, value, unit, label }) => {
    const text = typeof value === 'number' ? withUnit(formatNumber(value), unit ?? '') : String(value);
    return [label ? labelOf(label) : name, view.asset.has(text) ? assetLink(view, text) : text] as const;
  });
  const parent =
    asset.parent === undefined ? [] : [[t('parentMeter'), assetLink(view, asset.parent)] as const];
  const sign =
    asset.signConvention === undefined ? [] : [[t('signConvention'), asset.signConvention] as const];
  const all = [...parent, ...rows, ...sign];
  if (all.length === 0) return undefined;
  return panel(
    { title: t('properties') },
    h(
      'dl',
      { class: 'facts' },
      all.map(([name, value]) => h('div', {}, h('dt', {}, name), h('dd', {}, value))),
    ),
  );
}

const assetLink = (view: PageContext['view'], id: string): HTMLElement =>
  h('a', { href: `/assets/${encodeURIComponent(id)}` }, assetName(view, id));
