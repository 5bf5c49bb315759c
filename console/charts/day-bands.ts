import type { PlantCalendar } from '../../model/calendar.ts';
import { dayMs, type TimeWindow } from '../../model/window.ts';
import { t } from '../app/language.ts';
import { cssColor } from '../app/theme-choice.ts';
import type { Band } from './line-plugins.ts';

/** Every other plant day is tinted, so that days can be told apart; nothing where there are too many. */
export function dayBands(calendar: PlantCalendar, span: TimeWindow): Band[] {
  if (span.endMs - span.startMs > 40 * dayMs) return [];
  const names = t('weekdays').split(' ');
  return calendar
    .windows('day', span)
    .filter(({ startMs }) => Math.round((startMs + calendar.offsetMs(startMs)) / dayMs) % 2 === 0)
    .map((window) => ({
      ...window,
      color: cssColor('band'),
      label: `${names[calendar.local(window.startMs).weekday - 1]} ${calendar.dayKey(window.startMs).slice(5)}`,
    }));
}
