import { PlantCalendar } from '../../model/calendar.ts';
import { dayMs, minuteMs } from '../../model/window.ts';
import { blockMinutes, blockStartMs, kept } from './day-block.ts';

/** Local wall-clock fields of each minute of a UTC day. */
export interface LocalMinutes {
  /** 0 to 1439 since local midnight. */
  readonly minuteOfDay: Uint16Array;
  /** 1 = Monday to 7 = Sunday. */
  readonly weekday: Uint8Array;
}

/** The plant's wall clock, a day at a time. */
export class PlantTime {
  readonly calendar: PlantCalendar;
  readonly localMinutes = kept((block: number) => this.#localMinutes(block));

  constructor(timeZone: string) {
    this.calendar = new PlantCalendar(timeZone);
  }

  #localMinutes(block: number): LocalMinutes {
    const minuteOfDay = new Uint16Array(blockMinutes);
    const weekday = new Uint8Array(blockMinutes);
    const startMs = blockStartMs(block);
    let offsetMs = this.calendar.offsetMs(startMs);
    // A zone changes its offset at most once a day, so two equal ends need no look in between.
    const steady = offsetMs === this.calendar.offsetMs(blockStartMs(block + 1));
    for (let i = 0; i < blockMinutes; i += 1) {
      const timeMs = startMs + i * minuteMs;
      if (!steady && i % 15 === 0) offsetMs = this.calendar.offsetMs(timeMs);
      const localMs = timeMs + offsetMs;
      minuteOfDay[i] = Math.floor((localMs % dayMs) / minuteMs);
      // 1970-01-01 was a Thursday.
      weekday[i] = ((Math.floor(localMs / dayMs) + 3) % 7) + 1;
    }
    return { minuteOfDay, weekday };
  }
}

/** The shifts the simulated plant works, Monday to Saturday; the night and Sunday stand still. */
export const workedShifts = [
  { name: 'day', startMinute: 8 * 60, endMinute: 16 * 60, breakMinute: 12 * 60, activity: 1 },
  { name: 'evening', startMinute: 16 * 60, endMinute: 24 * 60, breakMinute: 19 * 60, activity: 0.9 },
] as const;
const breakMinutes = 40;
const sunday = 7;

/** How busy production is, 0 (stands still) to 1, at a local minute. */
export function activityAt(minuteOfDay: number, weekday: number): number {
  if (weekday === sunday) return 0;
  for (const shift of workedShifts) {
    if (minuteOfDay < shift.startMinute || minuteOfDay >= shift.endMinute) continue;
    const inBreak = minuteOfDay >= shift.breakMinute && minuteOfDay < shift.breakMinute + breakMinutes;
    return inBreak ? 0.25 : shift.activity;
  }
  return 0;
}
