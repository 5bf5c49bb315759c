import { api, type QuarantineAnswer } from '../app/api.ts';
import type { Page, PageContext } from '../app/context.ts';
import { h } from '../app/dom.ts';
import { formatAge, formatTime } from '../app/format.ts';
import { t } from '../app/language.ts';
import { panel } from '../parts/panel.ts';
import { emptyState, errorState, region } from '../parts/states.ts';

type Item = QuarantineAnswer['items'][number];
type Group = QuarantineAnswer['groups'][number];

/** What arrived and could not be taken: why, from where, and the way back in. */
export const quarantinePage: Page = {
  hasRange: false,
  render: (context: PageContext): HTMLElement =>
    h(
      'div',
      { class: 'stack' },
      h('h1', {}, t('quarantine')),
      region(() => content(context), context.signal, 6),
    ),
};

async function content(context: PageContext): Promise<HTMLElement> {
  const reason = context.query.get('reason') ?? undefined;
  const { groups, items } = await api.quarantine({ reason, limit: 200 }, context.signal);
  if (groups.length === 0) return emptyState(t('quarantineEmpty'), t('quarantineEmptyHint'));
  const mayAct = context.view.session.role !== 'viewer';
  return h(
    'div',
    { class: 'stack' },
    groupPanel(context, groups, reason),
    !mayAct && h('p', { class: 'muted' }, t('needsOperator')),
    h(
      'div',
      { class: 'stack' },
      items.map((item) => itemPanel(context, item, mayAct)),
    ),
  );
}

function groupPanel(context: PageContext, groups: readonly Group[], chosen: string | undefined): HTMLElement {
  const rows = groups.map((group) =>
    h(
      'tr',
      {},
      h(
        'th',
        { scope: 'row' },
        h(
          'a',
          {
            href: `/quarantine?reason=${encodeURIComponent(group.reason)}`,
            'aria-current': group.reason === chosen ? 'true' : undefined,
          },
          group.reason,
        ),
      ),
      h('td', {}, group.from),
      h('td', { class: 'num' }, group.count.toLocaleString('en')),
      h('td', {}, timeOf(context, group.lastTime)),
    ),
  );
  const heads = [t('reason'), t('source'), t('times'), t('lastSeen')].map((text) =>
    h('th', { scope: 'col' }, text),
  );
  const clear = chosen === undefined ? [] : [h('a', { href: '/quarantine' }, t('clear'))];
  return panel(
    { title: t('reason'), actions: clear },
    h(
      'div',
      { class: 'scroll-x', tabindex: 0, role: 'region', 'aria-label': t('reason') },
      h('table', { class: 'table' }, h('thead', {}, h('tr', {}, heads)), h('tbody', {}, rows)),
    ),
  );
}

function timeOf({ live, view }: PageContext, time: string): HTMLElement {
  const timeMs = Date.parse(time);
  return h(
    'time',
    { datetime: time, title: formatTime(timeMs, view.zone) },
    `${formatAge((live.nowMs() - timeMs) / 1000)} ${t('ago')}`,
  );
}

function itemPanel(context: PageContext, item: Item, mayAct: boolean): HTMLElement {
  const notice = h('div', { role: 'status' });
  const element = panel(
    {
      title: item.message,
      class: 'refusal',
      actions: mayAct ? [actButton(t('replay'), () => api.replay(item.id)), discardButton()] : [],
    },
    h(
      'p',
      { class: 'muted' },
      `${item.reason} · ${item.from} · ${item.where} · ${item.count} × · `,
      timeOf(context, item.lastTime),
    ),
    h('pre', { tabindex: 0, 'aria-label': t('payload') }, item.payload),
    notice,
  );
  return element;

  function actButton(text: string, act: () => Promise<unknown>): HTMLElement {
    const button = h('button', { type: 'button' }, text);
    button.addEventListener('click', () => {
      button.disabled = true;
      act().then(
        () => element.remove(),
        (failure: unknown) => {
          button.disabled = false;
          notice.replaceChildren(errorState(failure));
        },
      );
    });
    return button;
  }

  function discardButton(): HTMLElement {
    return actButton(t('discard'), async () => {
      if (!confirm(t('discardSure'))) throw new Error(t('nothing'));
      return api.discard(item.id);
    });
  }
}
