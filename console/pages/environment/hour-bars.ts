import { hourMs, type TimeWindow } from '../../../model/window.ts';
import { svg } from '../../app/dom.ts';
import { formatMinute, formatNumber, withUnit } from '../../app/format.ts';
import { t } from '../../app/language.ts';
import type { Hourly } from './hourly.ts';

/** The hours of a range as bars under the limit line; an hour without a valid mean is a gap, not zero. */
export function hourBars(hours: readonly Hourly[], span: TimeWindow, zone: string): Element {
  const limit = hours.findLast((hour) => hour.limit !== undefined)?.limit;
  const highest = Math.max(limit ?? 0, ...hours.map((hour) => hour.corrected ?? 0)) * 1.1 || 1;
  const x = (timeMs: number): number => ((timeMs - span.startMs) / (span.endMs - span.startMs)) * 1000;
  const width = Math.max(1, x(span.startMs + hourMs) * 0.8);
  const bars = hours.flatMap((hour) => {
    if (hour.corrected === undefined) return [];
    const isOver = hour.limit !== undefined && hour.corrected > hour.limit;
    const height = (hour.corrected / highest) * 60;
    const title = `${formatMinute(hour.timeMs, zone)}: ${withUnit(formatNumber(hour.corrected), hour.unit)}${isOver ? ` ${t('exceeded')}` : ''}`;
    return [
      svg(
        'rect',
        { class: 'hour-bar', 'data-over': isOver, x: x(hour.timeMs), y: 60 - height, width, height },
        svg('title', {}, title),
      ),
    ];
  });
  const y = limit === undefined ? 0 : 60 - (limit / highest) * 60;
  const over = hours.filter((hour) => hour.limit !== undefined && (hour.corrected ?? 0) > hour.limit).length;
  return svg(
    'svg',
    {
      class: 'hour-bars',
      viewBox: '0 0 1000 60',
      preserveAspectRatio: 'none',
      role: 'img',
      'aria-label': `${hours.length} h, ${over} ${t('exceeded')}`,
    },
    bars,
    limit !== undefined && svg('line', { class: 'bullet-limit', x1: 0, x2: 1000, y1: y, y2: y }),
  );
}
