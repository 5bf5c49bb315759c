import type { AssetAnswer, TagAnswer } from '../app/api.ts';
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
  const cell = readingCell(tag, live, view.zone);
  const name = labelOf(tag.label);
  const asset = view.asset.get(tag.asset);
  const limit = asset && limitOf(asset, tag.quantity);
  const limitText = limit === undefined ? '' : ` (${t('limit')} ${formatNumber(limit)})`;
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

/** Properties that hold the limit of what an outlet measures, by quantity. A stack's limits are for corrected hourly means. */
const limitProperties: Readonly<Record<string, string>> = {
  cod: 'limitCodMgPerL',
  ammoniaNitrogen: 'limitAmmoniaMgPerL',
  totalNitrogen: 'limitTnMgPerL',
  totalPhosphorus: 'limitTpMgPerL',
};

export function limitOf({ properties }: AssetAnswer, quantity: string): number | undefined {
  const name = limitProperties[quantity];
  const value = properties.find((property) => property.name === name)?.value;
  return typeof value === 'number' ? value : undefined;
}
