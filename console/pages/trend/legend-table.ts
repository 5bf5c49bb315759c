import type { TagAnswer } from '../../app/api.ts';
import type { PageContext } from '../../app/context.ts';
import { h, setText } from '../../app/dom.ts';
import { formatTime, formatValue, unitOf } from '../../app/format.ts';
import { labelOf, t } from '../../app/language.ts';
import { assetName } from '../../app/plant-view.ts';
import { statisticsOf } from '../../charts/line-data.ts';
import { keepFresh, readingCell } from '../../parts/reading-cell.ts';
import type { TrendLine } from './trend-data.ts';

type Values = readonly (number | null | undefined)[];

interface LegendRow {
  readonly element: HTMLElement;
  readonly cursor: HTMLElement;
  readonly tag: TagAnswer;
  setLine(line: TrendLine): void;
}

/** The curves as numbers: at the cursor, over the span, and now. Also what a reader without the picture reads. */
export function legendTable(
  context: PageContext,
  lines: readonly TrendLine[],
  colors: ReadonlyMap<string, string>,
) {
  const rows = new Map(
    lines.map((line) => [line.tag.tag, legendRow(context, line, colors.get(line.tag.tag) ?? '')]),
  );
  const cursorTime = h('th', { scope: 'col', class: 'num' }, t('atCursor'));
  const heads = [t('tag'), t('unit')].map((text) => h('th', { scope: 'col' }, text));
  const figures = [t('min'), t('mean'), t('max')].map((text) =>
    h('th', { scope: 'col', class: 'num' }, text),
  );
  const element = h(
    'div',
    { class: 'panel scroll-x', tabindex: 0, role: 'region', 'aria-label': t('readings') },
    h(
      'table',
      { class: 'table' },
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          heads,
          cursorTime,
          figures,
          h('th', { scope: 'col', class: 'num' }, t('now')),
          h('th', { scope: 'col' }, t('points')),
        ),
      ),
      h(
        'tbody',
        {},
        [...rows.values()].map((row) => row.element),
      ),
    ),
  );
  return {
    element,
    showAt(tags: readonly TagAnswer[], values: Values, timeMs: number | undefined): void {
      setText(cursorTime, timeMs === undefined ? t('atCursor') : formatTime(timeMs, context.view.zone));
      tags.forEach((tag, index) => {
        const row = rows.get(tag.tag);
        const value = values[index];
        if (row)
          setText(
            row.cursor,
            value === null || value === undefined ? '–' : formatValue(value, tag.cumulates),
          );
      });
    },
    setLines(next: readonly TrendLine[]): void {
      for (const line of next) rows.get(line.tag.tag)?.setLine(line);
    },
  };
}

function legendRow({ view, live, signal }: PageContext, line: TrendLine, color: string): LegendRow {
  const { tag } = line;
  const cursor = h('td', { class: 'num strong' }, '–');
  const [min, mean, max] = [h('td', { class: 'num' }), h('td', { class: 'num' }), h('td', { class: 'num' })];
  const points = h('td', { class: 'muted' });
  const cell = readingCell(tag, live, view.zone);
  keepFresh(new Map([[tag.tag, [cell]]]), live, signal);
  const swatch = h('span', { class: 'swatch', 'aria-hidden': 'true' });
  swatch.style.background = color;
  const setLine = ({ data, series }: TrendLine): void => {
    const figures = statisticsOf(data);
    const show = (element: HTMLElement, value: number | undefined) =>
      setText(element, value === undefined ? `∅ ${t('noData')}` : formatValue(value, tag.cumulates));
    show(min, figures?.min);
    show(mean, figures?.mean);
    show(max, figures?.max);
    const how = series.downsampled ? `${t('downsampled')} (${series.downsampled.every})` : t('rawReadings');
    setText(points, `${series.points.length} · ${how}`);
  };
  setLine(line);
  const name = h('a', { href: `/assets/${encodeURIComponent(tag.asset)}` }, assetName(view, tag.asset));
  return {
    tag,
    cursor,
    setLine,
    element: h(
      'tr',
      {},
      h('th', { scope: 'row', title: tag.tag }, swatch, name, ' ', labelOf(tag.label)),
      h('td', { class: 'muted' }, unitOf(tag.unit)),
      cursor,
      min,
      mean,
      max,
      h('td', { class: 'num' }, cell.element),
      points,
    ),
  };
}
