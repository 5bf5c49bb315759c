import { h, svg } from '../app/dom.ts';
import { formatNumber, withUnit } from '../app/format.ts';
import { t } from '../app/language.ts';

export interface BulletOptions {
  readonly value: number | undefined;
  readonly limit: number | undefined;
  readonly unit: string;
}

/** An analogue indicator: a bar against its limit, with the number beside it. Coloured only above the limit. */
export function bullet({ value, limit, unit }: BulletOptions): HTMLElement {
  if (value === undefined)
    return h('span', { class: 'reading', 'data-condition': 'noData' }, `∅ ${t('noData')}`);
  const text = withUnit(formatNumber(value), unit);
  if (limit === undefined || limit <= 0) {
    return h(
      'span',
      { class: 'bullet' },
      h('span', { class: 'bullet-text' }, text),
      h('span', { class: 'muted' }, t('noLimit')),
    );
  }
  const isOver = value > limit;
  const scale = Math.max(limit * 1.25, value * 1.05);
  const widthOf = (of: number): number => Math.max(0, Math.min(100, (of / scale) * 100));
  const verdict = isOver ? t('exceeded') : t('within');
  return h(
    'span',
    {
      class: 'bullet',
      'data-over': isOver,
      title: `${text}, ${t('limit')} ${withUnit(formatNumber(limit), unit)}: ${verdict}`,
    },
    svg(
      'svg',
      { class: 'bullet-svg', viewBox: '0 0 100 10', preserveAspectRatio: 'none', 'aria-hidden': 'true' },
      svg('rect', { class: 'bullet-track', x: 0, y: 2, width: 100, height: 6 }),
      svg('rect', { class: 'bullet-fill', x: 0, y: 2, width: widthOf(value), height: 6 }),
      svg('line', { class: 'bullet-limit', x1: widthOf(limit), x2: widthOf(limit), y1: 0, y2: 10 }),
    ),
    h('span', { class: 'bullet-text' }, isOver && '▲ ', text),
    h('span', { class: 'muted bullet-limit-text' }, `${t('limit')} ${formatNumber(limit)}`),
    h('span', { class: 'sr-only' }, verdict),
  );
}
