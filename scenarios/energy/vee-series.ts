import type { PlantCalendar } from '../../model/calendar.ts';
import type { TimeWindow } from '../../model/window.ts';
import type { EnergyInterval } from './interval-energy.ts';
import { dayIndexOf } from './load-days.ts';

/** Who says so: the meter, an estimate, a person; or nobody. */
export type VeeQuality = 'actual' | 'estimated' | 'edited' | 'missing';

/** An interval on its way through validation, estimation and editing. What it was stays with it. */
export interface VeeInterval extends TimeWindow {
  readonly value: number | undefined;
  readonly quality: VeeQuality;
  /** Value before estimation or editing; undefined where there was none. */
  readonly original: number | undefined;
  /** Rule of estimation with its version, or of the edit; undefined for an actual value. */
  readonly rule?: string;
  /** `original` is a share of known energy that was spread evenly over a gap: only its course is not known. */
  readonly isSpread?: boolean;
}

/**
 * Interval energy as it comes from the register, ready for validation. An interval less complete than `leastCompleteness` counts as
 * missing and keeps what is known as its original.
 */
export function veeIntervalsOf(
  intervals: readonly EnergyInterval[],
  leastCompleteness = 0.99,
): VeeInterval[] {
  return intervals.map(({ startMs, endMs, value, method, completeness }) => {
    const isWhole = value !== undefined && completeness >= leastCompleteness;
    const span = { startMs, endMs, original: value, isSpread: method === 'interpolated' };
    return isWhole
      ? { ...span, value, quality: 'actual' }
      : { ...span, value: undefined, quality: 'missing' };
  });
}

/** Where an interval stands in plant time. */
export interface LocalPlace {
  readonly day: number;
  readonly minute: number;
  /** `working` Monday to Friday, each weekend day for itself; a holiday is a Sunday. */
  readonly dayClass: 'working' | 'saturday' | 'sunday';
}

/** Finds intervals by day and time of day, for comparison with like days. */
export class VeeSeries {
  readonly intervals: readonly VeeInterval[];
  readonly #places: readonly LocalPlace[];
  readonly #at = new Map<string, number>();

  constructor(
    intervals: readonly VeeInterval[],
    calendar: PlantCalendar,
    holidays: ReadonlySet<string> = new Set(),
  ) {
    this.intervals = intervals;
    this.#places = intervals.map(({ startMs }) => placeOf(startMs, calendar, holidays));
    this.#places.forEach(({ day, minute }, index) => {
      this.#at.set(`${day}/${minute}`, index);
    });
  }

  place(index: number): LocalPlace {
    return this.#places[index] as LocalPlace;
  }

  /**
   * Values at the same time of day on like days before (and, with `alsoAfter`, after) an interval, nearest first.
   * Estimated and edited values don't count: an estimate must not feed on estimates.
   */
  likeValues(index: number, count: number, withinDays: number, alsoAfter = false): number[] {
    const { day, minute, dayClass } = this.place(index);
    const found: number[] = [];
    for (let distance = 1; distance <= withinDays && found.length < count; distance++) {
      for (const other of alsoAfter ? [day - distance, day + distance] : [day - distance]) {
        const at = this.#at.get(`${other}/${minute}`);
        if (at === undefined || this.place(at).dayClass !== dayClass || found.length >= count) continue;
        const { value, quality } = this.intervals[at] as VeeInterval;
        if (value !== undefined && quality === 'actual') found.push(value);
      }
    }
    return found;
  }
}

function placeOf(timeMs: number, calendar: PlantCalendar, holidays: ReadonlySet<string>): LocalPlace {
  const { weekday, hour, minute } = calendar.local(timeMs);
  const isSunday = weekday === 7 || holidays.has(calendar.dayKey(timeMs));
  const dayClass = isSunday ? 'sunday' : weekday === 6 ? 'saturday' : 'working';
  return { day: dayIndexOf(timeMs, calendar), minute: hour * 60 + minute, dayClass };
}
