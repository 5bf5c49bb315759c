import type { PlantCalendar } from '../../model/calendar.ts';

/** Names of the local periods that an instant lies in: `2026-03-09`, `2026-03`, `2026-Q1`, `2026`. */
export interface LocalPeriod {
  readonly day: string;
  readonly month: string;
  readonly quarter: string;
  readonly year: string;
}

/** Gives the local periods of an instant (epoch ms). */
export type PeriodOf = (atMs: number) => LocalPeriod;

/** Periods in the plant's own days, months, quarters and years. */
export function localPeriods(calendar: PlantCalendar): PeriodOf {
  return (atMs) => {
    const day = calendar.dayKey(atMs);
    const [year = '', month = ''] = day.split('-');
    return { day, month: `${year}-${month}`, quarter: `${year}-Q${Math.ceil(Number(month) / 3)}`, year };
  };
}
