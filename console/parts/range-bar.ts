import type { TagAnswer } from '../app/api.ts';
import { svg } from '../app/dom.ts';
import type { LiveFeed } from '../app/live.ts';
import type { ReadingCell } from './reading-cell.ts';

/** Where a value lies in its tag's range: an analogue indicator, refreshed with the cell beside it. */
export function rangeBar(
  tag: TagAnswer,
  live: LiveFeed,
  cells: Map<string, ReadingCell[]>,
): SVGElement | undefined {
  const [low, high] = tag.range ?? [];
  if (low === undefined || high === undefined || high <= low) return undefined;
  const pointer = svg('path', { class: 'range-pointer' });
  const element = svg(
    'svg',
    { class: 'range-bar', viewBox: '0 0 100 10', preserveAspectRatio: 'none', 'aria-hidden': 'true' },
    svg('rect', { class: 'bullet-track', x: 0, y: 3, width: 100, height: 4 }),
    pointer,
  );
  const refresh = (): void => {
    const value = live.latest.get(tag.tag)?.value;
    const share = typeof value === 'number' ? (value - low) / (high - low) : undefined;
    const x = Math.max(0, Math.min(100, (share ?? 0) * 100));
    pointer.setAttribute('d', share === undefined ? '' : `M${x - 1.5} 0h3v10h-3z`);
  };
  refresh();
  const own = cells.get(tag.tag) ?? [];
  const [first] = own;
  if (first) cells.set(tag.tag, [...own, { ...first, refresh }]);
  return element;
}
