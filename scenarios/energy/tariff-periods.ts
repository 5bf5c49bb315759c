import type { PlantCalendar } from '../../model/calendar.ts';
import { PlantscopeError } from '../../model/error.ts';
import {
  type DayType,
  minuteOfDay,
  type Tariff,
  type TariffPeriod,
  type TariffVersion,
} from '../../model/tariff.ts';
import { minuteMs, type TimeWindow } from '../../model/window.ts';
import { applies, checkTariff } from './tariff-check.ts';

/** A stretch of time with one price. */
export interface PricedWindow extends TimeWindow {
  readonly period: TariffPeriod;
  readonly price: number;
  readonly edition: string;
}

/** A checked tariff in the plant's calendar: tells the period, price and edition of any time. */
export class TariffCalendar {
  readonly tariff: Tariff;
  readonly #calendar: PlantCalendar;
  readonly #holidays: ReadonlySet<string>;
  readonly #versions: readonly TariffVersion[];
  readonly #days = new Map<number, readonly PricedWindow[]>();

  /** @throws PlantscopeError `tariff-invalid` */
  constructor(tariff: Tariff, calendar: PlantCalendar) {
    checkTariff(tariff);
    this.tariff = tariff;
    this.#calendar = calendar;
    this.#holidays = new Set(tariff.holidays ?? []);
    this.#versions = [...tariff.versions].sort((a, b) => a.from.localeCompare(b.from));
  }

  /**
   * The priced stretches that touch `span`, in order and cut to it.
   * @throws PlantscopeError `tariff-not-in-force` where the span begins before the first version
   */
  windows(span: TimeWindow): PricedWindow[] {
    const windows: PricedWindow[] = [];
    for (const day of this.#calendar.windows('day', span)) {
      for (const window of this.#day(day)) {
        const startMs = Math.max(window.startMs, span.startMs);
        const endMs = Math.min(window.endMs, span.endMs);
        if (startMs < endMs) windows.push({ ...window, startMs, endMs });
      }
    }
    return windows;
  }

  /** Whether some version prices the instant's day. */
  isInForce(timeMs: number): boolean {
    const first = this.#versions[0]?.from;
    return first !== undefined && first <= this.#calendar.dayKey(timeMs);
  }

  /** The version in force at an instant; undefined before the first. */
  versionAt(timeMs: number): TariffVersion | undefined {
    const date = this.#calendar.dayKey(timeMs);
    return this.#versions.findLast(({ from }) => from <= date);
  }

  /** Period, price and edition at one instant. */
  at(timeMs: number): PricedWindow {
    const [window] = this.windows({ startMs: timeMs, endMs: timeMs + 1 });
    if (!window) throw new PlantscopeError('tariff-not-in-force', `No tariff period at ${timeMs}`);
    return window;
  }

  #day(day: TimeWindow): readonly PricedWindow[] {
    const known = this.#days.get(day.startMs);
    if (known) return known;
    const made = this.#priceDay(day);
    if (this.#days.size > 2000) this.#days.clear();
    this.#days.set(day.startMs, made);
    return made;
  }

  #priceDay(day: TimeWindow): PricedWindow[] {
    const date = this.#calendar.dayKey(day.startMs);
    const version = this.#versions.findLast((candidate) => candidate.from <= date);
    if (!version) {
      throw new PlantscopeError(
        'tariff-not-in-force',
        `Tariff "${this.tariff.name}" has no version for ${date}`,
        {
          where: `tariff "${this.tariff.name}"`,
          hint: `Its first version is from ${this.#versions[0]?.from}.`,
        },
      );
    }
    const { year, month, day: dayOfMonth } = this.#calendar.local(day.startMs);
    const dayType = this.#dayTypeOf(day.startMs, date);
    const schedule = version.schedules.find((candidate) => applies(candidate, month, dayType));
    const slots = [...(schedule?.slots ?? [])].sort(
      (a, b) => (minuteOfDay(a.start) ?? 0) - (minuteOfDay(b.start) ?? 0),
    );
    const instants = inOrder(
      [...slots.map(({ start }) => start), '24:00'].map((text) =>
        this.#calendar.instantMs(year, month, dayOfMonth, 0, minuteOfDay(text) ?? 0),
      ),
    );
    return slots
      .map(({ period }, index) => ({
        startMs: instants[index] ?? day.startMs,
        endMs: instants[index + 1] ?? day.endMs,
        period,
        price: version.energyPrices[period] ?? 0,
        edition: version.edition,
      }))
      .filter(({ startMs, endMs }) => startMs < endMs);
  }

  #dayTypeOf(timeMs: number, date: string): DayType {
    if (this.#holidays.has(date)) return 'holiday';
    return this.#calendar.local(timeMs).weekday <= 5 ? 'working' : 'weekend';
  }
}

/**
 * Times that the clock leaves out in spring are moved past later ones: each is drawn back to the first that follows it, so that a
 * slot inside the missing hour is empty and the rest still cover the day once.
 */
function inOrder(instants: readonly number[]): number[] {
  let first = Number.POSITIVE_INFINITY;
  const drawnBack = instants.toReversed().map((instant) => {
    first = Math.min(first, instant);
    return first;
  });
  return drawnBack.reverse();
}

/** Minutes of a window, for a table of how long each period lasts. */
export const minutesOf = ({ startMs, endMs }: TimeWindow): number => (endMs - startMs) / minuteMs;
