import { type Child, h } from '../app/dom.ts';

export interface PanelOptions {
  readonly title: string;
  readonly href?: string;
  readonly note?: string;
  readonly class?: string;
  readonly actions?: readonly Child[];
}

/** A titled surface, the unit every page is made of. */
export function panel(
  { title, href, note, actions = [], ...options }: PanelOptions,
  ...body: Child[]
): HTMLElement {
  const name = href === undefined ? title : h('a', { href }, title);
  return h(
    'section',
    { class: `panel ${options.class ?? ''}`.trim(), 'aria-label': title },
    h(
      'header',
      { class: 'panel-head' },
      h('h2', {}, name),
      note !== undefined && h('span', { class: 'muted panel-note' }, note),
      actions.length > 0 && h('span', { class: 'panel-actions' }, ...actions),
    ),
    ...body,
  );
}
