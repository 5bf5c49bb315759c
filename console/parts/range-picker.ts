import type { PageContext } from '../app/context.ts';
import { h } from '../app/dom.ts';
import { formatMinute } from '../app/format.ts';
import { t } from '../app/language.ts';
import { addressOf } from '../app/router.ts';
import { rangeNames, rangeWords } from '../app/time-range.ts';

/** The one range picker of a page. Ranges are links, so they can be opened, copied and gone back from. */
export function rangePicker(context: PageContext): HTMLElement {
  const { range, view } = context;
  const links = rangeNames.map((name) => {
    const query = new URLSearchParams(context.query);
    for (const other of ['from', 'to']) query.delete(other);
    query.set('range', name);
    const current = range.name === name ? 'true' : undefined;
    return h(
      'a',
      { href: addressOf(location.pathname, query), 'aria-current': current },
      t(rangeWords[name]),
    );
  });
  const span = `${formatMinute(range.startMs, view.zone)} – ${formatMinute(range.endMs, view.zone)}`;
  return h(
    'div',
    { class: 'range', role: 'group', 'aria-label': t('range') },
    h('span', { class: 'segments' }, links),
    customRange(context),
    h('span', { class: 'muted range-span' }, span, h('span', { class: 'zone' }, view.zone)),
  );
}

function customRange({ range, view, go }: PageContext): HTMLElement {
  const inputOf = (timeMs: number): string => view.calendar.toIso(timeMs).slice(0, 16);
  const from = h('input', { type: 'datetime-local', value: inputOf(range.startMs), required: true });
  const to = h('input', { type: 'datetime-local', value: inputOf(range.endMs), required: true });
  const form = h(
    'form',
    { class: 'range-form' },
    h('label', {}, t('from'), from),
    h('label', {}, t('to'), to),
    h('button', { type: 'submit' }, t('apply')),
  );
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    go({ range: undefined, from: from.value, to: to.value });
  });
  const current = range.name === undefined ? 'true' : undefined;
  return h(
    'details',
    { class: 'popover' },
    h('summary', { 'aria-current': current }, t('customRange')),
    form,
  );
}
