import type { AssetAnswer, TagAnswer } from '../../app/api.ts';
import type { PageContext } from '../../app/context.ts';
import { h } from '../../app/dom.ts';
import { unitOf } from '../../app/format.ts';
import { labelOf, t } from '../../app/language.ts';
import { tagsOfAsset } from '../../app/plant-view.ts';

interface PickerRow {
  readonly text: string;
  readonly element: HTMLElement;
}

/** Every tag, by asset, to tick. On a phone it folds away. */
export function tagPicker(context: PageContext, chosen: readonly TagAnswer[]): HTMLElement {
  const ids = new Set(chosen.map((tag) => tag.tag));
  const rows: PickerRow[] = [];
  const groups = context.view.assets.map((asset) => assetGroup(context, asset, ids, rows));
  const search = h('input', { type: 'search', placeholder: t('filterTags'), 'aria-label': t('filterTags') });
  search.addEventListener('input', () => filter(search.value, rows, groups));
  const isWide = matchMedia('(min-width: 900px)').matches;
  return h(
    'details',
    { class: 'panel picker', open: isWide || ids.size === 0 },
    h('summary', {}, t('chooseTags'), h('span', { class: 'muted' }, ` ${ids.size} ${t('tagsChosen')}`)),
    h(
      'div',
      { class: 'bar' },
      search,
      h(
        'button',
        { type: 'button', disabled: ids.size === 0, onClick: () => context.go({ tags: '' }) },
        t('clear'),
      ),
    ),
    h('div', { class: 'picker-list' }, groups),
  );
}

function assetGroup(
  context: PageContext,
  asset: AssetAnswer,
  ids: ReadonlySet<string>,
  rows: PickerRow[],
): HTMLDetailsElement {
  const tags = tagsOfAsset(context.view, asset).filter((tag) => tag.kind !== 'text');
  const own = tags.map((tag) => pickerRow(context, asset, tag, ids));
  rows.push(...own);
  return h(
    'details',
    { class: 'picker-group', open: tags.some((tag) => ids.has(tag.tag)) },
    h('summary', {}, asset.name),
    h(
      'ul',
      {},
      own.map((row) => row.element),
    ),
  );
}

function pickerRow(
  context: PageContext,
  asset: AssetAnswer,
  tag: TagAnswer,
  ids: ReadonlySet<string>,
): PickerRow {
  const box = h('input', { type: 'checkbox', checked: ids.has(tag.tag) });
  box.addEventListener('change', () => {
    const next = new Set(ids);
    if (box.checked) next.add(tag.tag);
    else next.delete(tag.tag);
    context.go({ tags: [...next].join(',') });
  });
  const unit = unitOf(tag.unit);
  const label = h(
    'label',
    { class: 'check', title: tag.tag },
    box,
    h('span', {}, labelOf(tag.label)),
    h('span', { class: 'unit' }, unit),
  );
  return {
    text: `${tag.tag} ${tag.label.en} ${tag.label.zh} ${asset.name}`.toLowerCase(),
    element: h('li', {}, label),
  };
}

function filter(text: string, rows: readonly PickerRow[], groups: readonly HTMLDetailsElement[]): void {
  const words = text.toLowerCase().split(/\s+/);
  for (const row of rows) row.element.hidden = !words.every((word) => row.text.includes(word));
  for (const group of groups) {
    const hasMatch = group.querySelector('li:not([hidden])') !== null;
    group.hidden = !hasMatch;
    if (text.trim() !== '') group.open = hasMatch;
  }
}
