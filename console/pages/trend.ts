import type { TagAnswer } from '../app/api.ts';
import type { Page, PageContext } from '../app/context.ts';
import { h } from '../app/dom.ts';
import { t } from '../app/language.ts';
import { emptyState, region } from '../parts/states.ts';
import { tagPicker } from './trend/tag-picker.ts';
import { trendBoard } from './trend/trend-board.ts';

/** Level four: curves of any tags over any span. The address holds all of it. */
export const trendPage: Page = {
  hasRange: true,
  render(context: PageContext): HTMLElement {
    const tags = chosenTags(context);
    const board =
      tags.length === 0
        ? emptyState(t('chooseTags'), t('chooseTagsHint'))
        : region(() => trendBoard(context, tags), context.signal, 8);
    return h('div', { class: 'trend' }, tagPicker(context, tags), h('div', { class: 'trend-main' }, board));
  },
};

/** Without a choice in the address: the power the plant draws, so that nobody begins before an empty page. */
function chosenTags({ view, query }: PageContext): TagAnswer[] {
  const chosen = query.get('tags');
  if (chosen === null) return view.tags.filter(({ quantity }) => quantity === 'activePower').slice(0, 1);
  const ids = new Set(chosen.split(','));
  return [...ids].flatMap((id) => view.tag.get(id) ?? []);
}
