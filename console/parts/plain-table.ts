import { h } from '../app/dom.ts';

/** A table whose look needs no heads: they are there for those who hear it. */
export const plainTable = (heads: readonly string[], rows: readonly HTMLElement[]): HTMLElement =>
  h(
    'table',
    { class: 'plain' },
    h(
      'thead',
      { class: 'sr-only' },
      h(
        'tr',
        {},
        heads.map((head) => h('th', { scope: 'col' }, head)),
      ),
    ),
    h('tbody', {}, rows),
  );
