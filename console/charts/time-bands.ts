import { dayMs, type TimeWindow } from '../../model/window.ts';
import { t } from '../app/language.ts';
import type { PlantView } from '../app/plant-view.ts';
import { cssColor } from '../app/theme-choice.ts';
import type { Band } from './line-plugins.ts';

const SHIFTS_UP_TO_MS = 3 * dayMs;
const DAYS_UP_TO_MS = 40 * dayMs;

/** What lies behind the curves: the plant's shifts over a few days, every other day over weeks, nothing over more. */
export function timeBands(view: PlantView, span: TimeWindow): Band[] {
  const lengthMs = span.endMs - span.startMs;
  if (view.plant.shifts.length > 0 && lengthMs <= SHIFTS_UP_TO_MS) return shiftBands(view, span);
  return lengthMs <= DAYS_UP_TO_MS ? dayBands(view, span) : [];
}

function shiftBands({ calendar, plant }: PlantView, span: TimeWindow): Band[] {
  const days = calendar.windows('day', { startMs: span.startMs - dayMs, endMs: span.endMs });
  return days.flatMap((day) => {
    const { year, month, day: date, weekday } = calendar.local(day.startMs);
    const at = (clock: string, dayOffset: number): number => {
      const [hour, minute] = clock.split(':').map(Number);
      return calendar.instantMs(year, month, date + dayOffset, hour, minute);
    };
    return plant.shifts.flatMap(({ name, start, end, weekdays }, index) => {
      if (!weekdays.includes(weekday)) return [];
      const color = cssColor(index % 2 === 0 ? 'band' : 'band-other');
      return [{ label: name, color, startMs: at(start, 0), endMs: at(end, end <= start ? 1 : 0) }];
    });
  });
}

function dayBands({ calendar }: PlantView, span: TimeWindow): Band[] {
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
