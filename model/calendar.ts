import type { TimeWindow } from './window.ts';

/** Calendar fields of an instant in one time zone. Month and day count from 1, weekday from Monday = 1 to Sunday = 7. */
export interface LocalTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly weekday: number;
}

/** A calendar step in plant time; days and months have no fixed length. */
export type CalendarUnit = 'hour' | 'day' | 'week' | 'month' | 'year';

/**
 * The plant's calendar: local days, months and hours that stay right across daylight-saving changes.
 * Offsets come from `Intl` (the IANA time zone data of the runtime) and are kept per quarter of an hour.
 */
export class PlantCalendar {
  readonly timeZone: string;
  readonly #format: Intl.DateTimeFormat;
  readonly #offsets = new Map<number, number>();

  /** @throws RangeError where `timeZone` is no IANA zone name */
  constructor(timeZone: string) {
    this.timeZone = timeZone;
    this.#format = new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  }

  /** Local time minus UTC, milliseconds. */
  offsetMs(timeMs: number): number {
    // Zone changes happen on quarter hours, so one look-up serves 15 minutes.
    const slot = Math.floor(timeMs / 900_000);
    const known = this.#offsets.get(slot);
    if (known !== undefined) return known;
    if (this.#offsets.size > 100_000) this.#offsets.clear();
    const offset = this.#lookUpOffsetMs(slot * 900_000);
    this.#offsets.set(slot, offset);
    return offset;
  }

  #lookUpOffsetMs(timeMs: number): number {
    const part: Record<string, number> = {};
    for (const { type, value } of this.#format.formatToParts(timeMs)) part[type] = Number(value);
    const local = Date.UTC(
      part.year ?? 0,
      (part.month ?? 1) - 1,
      part.day ?? 1,
      part.hour ?? 0,
      part.minute ?? 0,
      part.second ?? 0,
    );
    return local - Math.floor(timeMs / 1000) * 1000;
  }

  local(timeMs: number): LocalTime {
    const shifted = new Date(timeMs + this.offsetMs(timeMs));
    return {
      year: shifted.getUTCFullYear(),
      month: shifted.getUTCMonth() + 1,
      day: shifted.getUTCDate(),
      hour: shifted.getUTCHours(),
      minute: shifted.getUTCMinutes(),
      second: shifted.getUTCSeconds(),
      weekday: shifted.getUTCDay() || 7,
    };
  }

  /**
   * The instant of a wall-clock time. In the gap of a spring change the time moves forward by the gap;
   * in the doubled hour of an autumn change the first passage counts.
   * Fields may overflow (day 32, hour 25) and are carried.
   */
  instantMs(year: number, month: number, day: number, hour = 0, minute = 0, second = 0, ms = 0): number {
    const wall = Date.UTC(year, month - 1, day, hour, minute, second, ms);
    const before = this.offsetMs(wall - 86_400_000);
    const candidates = [before, this.offsetMs(wall + 86_400_000)].map((offset) => wall - offset);
    const exact = candidates.filter((candidate) => candidate + this.offsetMs(candidate) === wall);
    return exact.length > 0 ? Math.min(...exact) : wall - before;
  }

  /** Start of the calendar unit that holds the instant. Weeks start on Monday. */
  startOf(unit: CalendarUnit, timeMs: number): number {
    const { year, month, day, weekday } = this.local(timeMs);
    switch (unit) {
      case 'hour':
        return this.#startOfHour(timeMs);
      case 'day':
        return this.instantMs(year, month, day);
      case 'week':
        return this.instantMs(year, month, day - weekday + 1);
      case 'month':
        return this.instantMs(year, month, 1);
      case 'year':
        return this.instantMs(year, 1, 1);
    }
  }

  /** Works in the zone's current offset, so that both passages of a doubled hour are hours of their own. */
  #startOfHour(timeMs: number): number {
    const offset = this.offsetMs(timeMs);
    return Math.floor((timeMs + offset) / 3_600_000) * 3_600_000 - offset;
  }

  /** Start of the calendar unit after the one that holds the instant. */
  startOfNext(unit: CalendarUnit, timeMs: number): number {
    const { year, month, day, weekday } = this.local(timeMs);
    switch (unit) {
      case 'hour':
        return this.startOf('hour', timeMs) + 3_600_000;
      case 'day':
        return this.instantMs(year, month, day + 1);
      case 'week':
        return this.instantMs(year, month, day - weekday + 8);
      case 'month':
        return this.instantMs(year, month + 1, 1);
      case 'year':
        return this.instantMs(year + 1, 1, 1);
    }
  }

  /** The calendar units that touch `span`, each whole, in order. */
  windows(unit: CalendarUnit, span: TimeWindow): TimeWindow[] {
    const windows: TimeWindow[] = [];
    let startMs = this.startOf(unit, span.startMs);
    while (startMs < span.endMs) {
      const endMs = this.startOfNext(unit, startMs);
      windows.push({ startMs, endMs });
      startMs = endMs;
    }
    return windows;
  }

  /** ISO 8601 with the zone's offset, whole seconds: `2026-11-24T08:00:00+08:00`. */
  toIso(timeMs: number): string {
    const offsetMinutes = Math.round(this.offsetMs(timeMs) / 60_000);
    const sign = offsetMinutes < 0 ? '-' : '+';
    const [hours, minutes] = [Math.floor(Math.abs(offsetMinutes) / 60), Math.abs(offsetMinutes) % 60];
    const wall = new Date(timeMs + offsetMinutes * 60_000).toISOString().slice(0, 19);
    return `${wall}${sign}${String(hours).padStart(2, '0')}:${String(minutes).padStart(2, '0')}`;
  }

  /** `YYYY-MM-DD` of the local day. */
  dayKey(timeMs: number): string {
    return new Date(timeMs + this.offsetMs(timeMs)).toISOString().slice(0, 10);
  }

  /**
   * An ISO 8601 date or time. A time without zone is wall-clock time of the plant; a bare date is its local midnight.
   * @returns undefined where the text is none
   */
  parse(text: string): number | undefined {
    const match =
      /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?)?(Z|[+-]\d{2}:?\d{2})?$/.exec(
        text.trim(),
      );
    if (!match) return undefined;
    const [year, month, day, hour, minute, second] = match.slice(1, 7).map((field) => Number(field ?? 0));
    const ms = Number((match[7] ?? '').padEnd(3, '0').slice(0, 3));
    const wall = Date.UTC(year ?? 0, (month ?? 1) - 1, day, hour, minute, second, ms);
    const carried = new Date(wall);
    if (
      carried.getUTCFullYear() !== year ||
      carried.getUTCMonth() + 1 !== month ||
      carried.getUTCDate() !== day
    )
      return undefined;
    if ((hour ?? 0) > 23 || (minute ?? 0) > 59 || (second ?? 0) > 59) return undefined;
    if (match[8] === undefined) {
      return this.instantMs(year ?? 0, month ?? 1, day ?? 1, hour, minute, second, ms);
    }
    const offsetMs = zoneOffsetMs(match[8]);
    return offsetMs === undefined ? undefined : wall - offsetMs;
  }
}

/** @param zone `Z` or `+08:00` or `+0800`; undefined where no place on earth has it */
function zoneOffsetMs(zone: string): number | undefined {
  if (zone === 'Z') return 0;
  if (!/^[+-](0\d|1[0-4]):?[0-5]\d$/.test(zone)) return undefined;
  const digits = zone.replace(/\D/g, '');
  const minutes = Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2, 4));
  return (zone.startsWith('-') ? -minutes : minutes) * 60_000;
}
