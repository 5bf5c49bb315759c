import type { TagAnswer } from '../app/api.ts';
import { type Bounds, boundsOf } from '../app/bounds.ts';
import type { PageContext } from '../app/context.ts';
import type { DayTrends } from '../app/day-trends.ts';
import { h } from '../app/dom.ts';
import { formatNumber } from '../app/format.ts';
import { labelOf, t } from '../app/language.ts';
import { sparkline } from '../charts/sparkline.ts';
import { type ReadingCell, readingCell } from './reading-cell.ts';

export interface ReadingRow {
  readonly element: HTMLElement;
  readonly cell: ReadingCell;
}

/** One reading in a list: name, last 24 hours, value, unit, age, quality. A click opens its trend. */
export function readingRow({ live, view }: PageContext, tag: TagAnswer, trends: DayTrends): ReadingRow {
  const asset = view.asset.get(tag.asset);
  const bounds = asset ? boundsOf(asset, tag.quantity) : {};
  const cell = readingCell(tag, live, view.zone, bounds);
  const name = labelOf(tag.label);
  const limit = bounds.high;
  const limitText = textOf(bounds);
  const curve =
    tag.kind === 'text'
      ? h('span')
      : sparkline(trends.points.get(tag.tag) ?? [], {
          startMs: trends.startMs,
          endMs: trends.endMs,
          gapMs: trends.stepMs * 4,
          label: `${name}${limitText}: ${t('last24')}`,
          ...(limit !== undefined && { limit }),
        });
  const link = h(
    'a',
    { class: 'wall-row', href: `/trend?tags=${encodeURIComponent(tag.tag)}` },
    h(
      'span',
      { class: 'wall-name', title: tag.tag },
      name,
      limitText !== '' && h('span', { class: 'muted' }, limitText),
    ),
    curve,
    cell.element,
  );
  return { element: h('li', {}, link), cell };
}

/** ` (limit 100)` or ` (limit 6–9)` */
function textOf({ low, high }: Bounds): string {
  const numbers = [low, high].filter((limit) => limit !== undefined).map(formatNumber);
  return numbers.length === 0 ? '' : ` (${t('limit')} ${numbers.join('–')})`;
}
