import type { AssetAnswer, TagAnswer } from '../../app/api.ts';
import type { PageContext } from '../../app/context.ts';
import type { DayTrends } from '../../app/day-trends.ts';
import { h } from '../../app/dom.ts';
import { labelOf, t } from '../../app/language.ts';
import { groupBy, tagsOfAsset } from '../../app/plant-view.ts';
import { keepFresh } from '../../parts/reading-cell.ts';
import { type ReadingRow, readingRow } from '../../parts/reading-row.ts';
import { emptyState } from '../../parts/states.ts';

interface WallRow extends ReadingRow {
  readonly tag: TagAnswer;
  readonly text: string;
}

/** Every tag of the plant: its last 24 hours, value, unit, age and quality; a click opens the trend. */
export function readingWall(context: PageContext, trends: DayTrends): HTMLElement {
  const rows: WallRow[] = [];
  const areas = [...groupBy(context.view.assets, (asset) => asset.areaName)].map(([area, assets]) =>
    h(
      'section',
      { class: 'wall-area', 'aria-label': area },
      h('h3', {}, area),
      h(
        'div',
        { class: 'wall' },
        assets.map((asset) => assetCard(context, asset, trends, rows)),
      ),
    ),
  );
  const nothing = emptyState(t('nothingFound'));
  nothing.hidden = true;
  const { bar, apply } = filterBar(rows, areas, nothing);
  keepFresh(new Map(rows.map(({ tag, cell }) => [tag.tag, [cell]])), context.live, context.signal, apply);
  return h('section', { class: 'stack', 'aria-label': t('allReadings') }, bar, nothing, areas);
}

function assetCard(
  context: PageContext,
  asset: AssetAnswer,
  trends: DayTrends,
  rows: WallRow[],
): HTMLElement {
  const own = tagsOfAsset(context.view, asset).map((tag) => wallRow(context, asset, tag, trends));
  rows.push(...own);
  return h(
    'article',
    { class: 'panel wall-card' },
    h(
      'header',
      { class: 'panel-head' },
      h('h4', {}, h('a', { href: `/assets/${encodeURIComponent(asset.id)}` }, asset.name)),
      h('span', { class: 'muted panel-note' }, labelOf(asset.natureLabel)),
    ),
    h(
      'ul',
      { class: 'wall-rows' },
      own.map((row) => row.element),
    ),
  );
}

function wallRow(context: PageContext, asset: AssetAnswer, tag: TagAnswer, trends: DayTrends): WallRow {
  const text = `${tag.tag} ${tag.label.en} ${tag.label.zh} ${asset.name}`.toLowerCase();
  return { ...readingRow(context, tag, trends), tag, text };
}

function filterBar(rows: readonly WallRow[], areas: readonly HTMLElement[], nothing: HTMLElement) {
  const search = h('input', { type: 'search', placeholder: t('filterTags'), 'aria-label': t('filterTags') });
  const problems = h('input', { type: 'checkbox' });
  const count = h('span', { class: 'muted', role: 'status' });
  const apply = (): void => {
    const words = search.value.toLowerCase().split(/\s+/);
    let shown = 0;
    for (const { element, text, cell } of rows) {
      const isShown =
        words.every((word) => text.includes(word)) && (!problems.checked || cell.condition() !== 'good');
      if (element.hidden === isShown) element.hidden = !isShown;
      if (isShown) shown++;
    }
    hideEmpty(areas);
    nothing.hidden = shown > 0;
    if (count.textContent !== `${shown} / ${rows.length}`) count.textContent = `${shown} / ${rows.length}`;
  };
  search.addEventListener('input', apply);
  problems.addEventListener('change', apply);
  apply();
  const bar = h(
    'div',
    { class: 'bar' },
    h('h2', {}, t('allReadings')),
    search,
    h('label', { class: 'check' }, problems, t('onlyProblems')),
    count,
  );
  return { bar, apply };
}

function hideEmpty(areas: readonly HTMLElement[]): void {
  for (const area of areas) {
    for (const card of area.querySelectorAll<HTMLElement>('.wall-card')) {
      card.hidden = card.querySelector('li:not([hidden])') === null;
    }
    area.hidden = area.querySelector('.wall-card:not([hidden])') === null;
  }
}
