import { h } from '../app/dom.ts';

export interface LegendEntry {
  readonly label: string;
  readonly color: string;
  readonly href?: string;
}

export function chartLegend(entries: readonly LegendEntry[]): HTMLElement {
  return h(
    'ul',
    { class: 'legend' },
    entries.map(({ label, color, href }) => {
      const swatch = h('span', { class: 'swatch', 'aria-hidden': 'true' });
      swatch.style.background = color;
      return h('li', {}, swatch, href === undefined ? label : h('a', { href }, label));
    }),
  );
}
