import { h } from '../../app/dom.ts';
import { formatNumber, formatShare, withUnit } from '../../app/format.ts';

/** Complete is quiet; what is missing is said. */
export function completenessCell(completeness: number): HTMLElement {
  const isWhole = completeness >= 0.9995;
  return h(
    'span',
    { class: 'reading', 'data-condition': isWhole ? 'good' : 'uncertain' },
    isWhole ? '' : '≈ ',
    formatShare(completeness),
  );
}

/** A number with its unit, or a dash where there is none: no data is not zero. */
export const figure = (value: number | undefined, unit = ''): string =>
  value === undefined ? '–' : withUnit(formatNumber(value), unit);

/** A named figure of a board. */
export const fact = (label: string, value: string | HTMLElement, note?: string): HTMLElement =>
  h(
    'div',
    { class: 'fact' },
    h('dt', {}, label),
    h('dd', {}, value, note && h('small', { class: 'muted' }, ` ${note}`)),
  );

export const facts = (...items: readonly (HTMLElement | false | undefined)[]): HTMLElement =>
  h(
    'dl',
    { class: 'facts' },
    items.filter((item) => item instanceof HTMLElement),
  );
