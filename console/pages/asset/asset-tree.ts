import type { AssetAnswer } from '../../app/api.ts';
import type { PageContext } from '../../app/context.ts';
import { h, setText } from '../../app/dom.ts';
import { labelOf, t } from '../../app/language.ts';
import { groupBy, tagsOfAsset } from '../../app/plant-view.ts';
import { type Condition, conditionMark, conditionOf, conditions, conditionWord } from '../../app/quality.ts';

interface TreeRow {
  readonly asset: AssetAnswer;
  readonly text: string;
  readonly element: HTMLElement;
  readonly mark: HTMLElement;
}

/** Site, areas, lines, assets (ISA-95), each asset with the worst quality of its readings. */
export function assetTree(context: PageContext, chosen: string | undefined): HTMLElement {
  const rows: TreeRow[] = [];
  const areas = [...groupBy(context.view.assets, (asset) => asset.areaName)].map(([area, inArea]) =>
    h(
      'details',
      { class: 'tree-area', open: true },
      h('summary', {}, area),
      [...groupBy(inArea, (asset) => asset.lineName)].map(([line, inLine]) =>
        h(
          'section',
          { class: 'tree-line', 'aria-label': line },
          h('h3', {}, line),
          h(
            'ul',
            {},
            inLine.map((asset) => treeRow(asset, chosen, rows)),
          ),
        ),
      ),
    ),
  );
  const search = h('input', { type: 'search', placeholder: t('filter'), 'aria-label': t('filter') });
  search.addEventListener('input', () => filter(search.value, rows, areas));
  keepMarks(context, rows);
  return h(
    'nav',
    { class: 'panel tree', 'aria-label': t('assets') },
    h('div', { class: 'bar' }, h('h2', {}, t('assets')), search),
    areas,
  );
}

function treeRow(asset: AssetAnswer, chosen: string | undefined, rows: TreeRow[]): HTMLElement {
  const mark = h('span', { class: 'mark' });
  const link = h(
    'a',
    {
      href: `/assets/${encodeURIComponent(asset.id)}`,
      'aria-current': asset.id === chosen ? 'page' : undefined,
    },
    h('span', {}, asset.name),
    h('span', { class: 'muted' }, labelOf(asset.natureLabel)),
    mark,
  );
  const element = h('li', {}, link);
  const text = `${asset.id} ${asset.name} ${asset.natureLabel.en} ${asset.natureLabel.zh}`.toLowerCase();
  rows.push({ asset, text, element, mark });
  return element;
}

function keepMarks(context: PageContext, rows: readonly TreeRow[]): void {
  const refresh = (): void => {
    for (const { asset, mark } of rows) {
      const worst = worstOf(context, asset);
      mark.dataset.condition = worst;
      setText(mark, worst === 'good' ? '' : `${conditionMark[worst]} ${t(conditionWord[worst])}`);
    }
  };
  refresh();
  context.live.onChange(refresh, context.signal);
  const timer = setInterval(refresh, 2000);
  context.signal.addEventListener('abort', () => clearInterval(timer));
}

function worstOf({ view, live }: PageContext, asset: AssetAnswer): Condition {
  const found = tagsOfAsset(view, asset).map((tag) => conditions.indexOf(conditionOf(tag, live)));
  return conditions[Math.max(0, ...found)] ?? 'good';
}

function filter(text: string, rows: readonly TreeRow[], areas: readonly HTMLElement[]): void {
  const words = text.toLowerCase().split(/\s+/);
  for (const row of rows) row.element.hidden = !words.every((word) => row.text.includes(word));
  for (const area of areas) {
    for (const line of area.querySelectorAll<HTMLElement>('.tree-line'))
      line.hidden = line.querySelector('li:not([hidden])') === null;
    area.hidden = area.querySelector('li:not([hidden])') === null;
  }
}
