import { PlantCalendar } from '../../../model/calendar.ts';
import type { Clock } from '../../../model/clock.ts';
import { errorMessage, PlantscopeError } from '../../../model/error.ts';
import type { StationHealth } from '../../../model/health.ts';
import type { Plant } from '../../../model/plant.ts';
import { hourMs, minuteMs, quarterHourMs, type TimeWindow } from '../../../model/window.ts';
import type { DirtySlot, DirtyWindows, TakenSlot } from '../../../store/dirty-windows.ts';
import type { ResultRow, TimeSeriesStore } from '../../../store/time-series-store.ts';
import { TariffCalendar } from '../../energy/tariff-periods.ts';
import { DayMaker } from './day-maker.ts';
import { DayWriter } from './day-writer.ts';
import { EnergyAnalyses } from './energy-analyses.ts';
import type { EnergyLayout } from './energy-sources.ts';
import { followingDays } from './following-days.ts';

const ROUND_MS = 1000;
/** How often the figures of a day are made again only because it goes on. */
const OPEN_EVERY_MS = minuteMs;
/** What changed within this time is the present; before it, late data, which does not wait. */
const PRESENT_MS = 2 * quarterHourMs;
/** How often meters are looked at that send nothing. */
const ALL_EVERY_MS = hourMs;
/** The oldest of more marks than this wait for the next minute. */
const MARKS_A_ROUND = 20_000;
/** Before a meter in a mark of its own: the day got late data, and days after it have to follow. No kill forgets that. */
const lateMark = 'late ';
const REPORT_IT =
  'The other days are made; this one is tried again each minute. Please report it, with the message.';

export interface EnergyDaysOptions {
  readonly plant: Plant;
  readonly store: Pick<TimeSeriesStore, 'results' | 'writeResults' | 'aggregates'>;
  /** Marks of its own: a slot is a meter (by its asset) and the first quarter of a local day. */
  readonly dirty: DirtyWindows;
  readonly clock: Clock;
  /** Names and shifts; without it ids stand for names, and there is no intensity by shift. */
  readonly layout?: EnergyLayout;
}

/**
 * Sees to it that the figures and analyses of whole local days follow their intervals. Told of every interval that changes, it makes the
 * touched days anew, and loses none by a kill; after a start it looks at every meter's last week.
 */
export class EnergyDays {
  readonly #options: EnergyDaysOptions;
  readonly #calendar: PlantCalendar;
  readonly #meters: ReadonlySet<string>;
  /** Days with late data. Those from before a restart are due in the first round, as all are. */
  readonly #late = new Set<number>();
  readonly #writer: DayWriter;
  readonly #maker: DayMaker;
  readonly #analyses: EnergyAnalyses;
  readonly #counters = { days: 0, failures: 0 };
  #openRoundMs = Number.NEGATIVE_INFINITY;
  #allRoundMs = Number.NEGATIVE_INFINITY;
  #lastError: StationHealth['lastError'];
  #timer: NodeJS.Timeout | undefined;
  #round: Promise<unknown> = Promise.resolve();

  constructor(options: EnergyDaysOptions) {
    const { plant, store } = options;
    const calendar = new PlantCalendar(plant.site.timeZone);
    const tariff = plant.tariff && new TariffCalendar(plant.tariff, calendar);
    this.#options = options;
    this.#calendar = calendar;
    this.#writer = new DayWriter(store);
    this.#maker = new DayMaker({ plant, store, calendar, tariff }, this.#writer);
    this.#analyses = new EnergyAnalyses({ ...options, calendar }, tariff, this.#writer);
    this.#meters = new Set(
      plant.assets
        .filter(({ nature }) => nature.carrier !== undefined && nature.carrier !== 'other')
        .map(({ id }) => id),
    );
  }

  start(): void {
    const plan = (): void => {
      this.#timer = setTimeout(() => {
        this.#round = this.#guardedRound().then(plan);
      }, ROUND_MS);
    };
    plan();
  }

  async stop(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#round;
    clearTimeout(this.#timer);
  }

  /** Marks the days of intervals that change: told before they are written, so that no kill forgets one, and after. */
  async results(rows: readonly ResultRow[]): Promise<void> {
    const lateBeforeMs = this.#options.clock.nowMs() - PRESENT_MS;
    const slots = new Map<string, DirtySlot>();
    for (const { measurement, series, timeMs } of rows) {
      const meter = series.asset ?? '';
      if (measurement !== 'energy_interval' || !this.#meters.has(meter)) continue;
      const slot = this.#slotOf(meter, timeMs);
      slots.set(`${slot.startMs} ${meter}`, slot);
      if (timeMs >= lateBeforeMs) continue;
      this.#late.add(slot.startMs);
      slots.set(`${slot.startMs} ${lateMark}${meter}`, { ...slot, tag: `${lateMark}${meter}` });
    }
    await this.#options.dirty.mark([...slots.values()]);
  }

  #slotOf(meter: string, timeMs: number): DirtySlot {
    return { tag: meter, startMs: this.#calendar.startOf('day', timeMs) };
  }

  async #guardedRound(): Promise<void> {
    try {
      await this.runOnce();
    } catch (error) {
      this.#noteFailure(errorMessage(error), 'The days are tried again; see the store station.');
    }
  }

  #noteFailure(message: string, remedy: string): void {
    this.#counters.failures += 1;
    this.#lastError = { message, timeMs: this.#options.clock.nowMs(), remedy };
  }

  /**
   * One round: every touched day that is due. What fails stays marked. A day that can't be made does not hold up the
   * others, and comes again with those that go on; with the store away none can.
   */
  async runOnce(): Promise<void> {
    const { clock, dirty } = this.#options;
    const nowMs = clock.nowMs();
    await this.#touchSilentMeters(nowMs);
    const withOpen = nowMs - this.#openRoundMs >= OPEN_EVERY_MS;
    if (!withOpen && this.#late.size === 0) return;
    if (withOpen) this.#openRoundMs = nowMs;
    for (const [startMs, slots] of byDay(await dirty.take(MARKS_A_ROUND))) {
      if (!withOpen && !this.#late.has(startMs)) continue;
      try {
        await this.#make(startMs, slots, nowMs);
        this.#counters.days += 1;
      } catch (error) {
        if (mayPass(error)) throw error;
        this.#noteFailure(
          `${this.#calendar.dayKey(startMs)} can't be made: ${errorMessage(error)}`,
          REPORT_IT,
        );
      }
    }
  }

  async #make(startMs: number, slots: readonly TakenSlot[], nowMs: number): Promise<void> {
    const day = { startMs, endMs: this.#calendar.startOfNext('day', startMs) };
    const meters = slots.map(({ tag }) => tag).filter((meter) => this.#meters.has(meter));
    // Taken out first: what comes late while the day is made is late again.
    const isLate = this.#late.delete(startMs);
    try {
      await this.#maker.make(day, meters, nowMs);
      await this.#analyses.day(day, meters, nowMs, isLate);
      await this.#markFollowing(day, slots, nowMs);
      await this.#options.dirty.settle(slots);
    } catch (error) {
      if (isLate && mayPass(error)) this.#late.add(startMs);
      throw error;
    }
  }

  /** Anomalies and baselines of later days look back at this one. */
  async #markFollowing(day: TimeWindow, slots: readonly TakenSlot[], nowMs: number): Promise<void> {
    const { store, plant, dirty } = this.#options;
    const late = slots.filter(({ tag }) => tag.startsWith(lateMark));
    const meters = late.map(({ tag }) => tag.slice(lateMark.length));
    const changed = { meters, day, beforeMs: this.#calendar.startOf('day', nowMs) };
    await dirty.mark(await followingDays(store, plant.energy?.baselines ?? [], changed));
  }

  /** A meter that sends nothing changes no interval, and yet its hole grows. */
  async #touchSilentMeters(nowMs: number): Promise<void> {
    if (nowMs - this.#allRoundMs < ALL_EVERY_MS) return;
    const days = this.#allRoundMs === Number.NEGATIVE_INFINITY ? 7 : 2;
    const slots = Array.from({ length: days }, (_, back) =>
      [...this.#meters].map((meter) => this.#slotOf(meter, nowMs - back * 24 * hourMs)),
    );
    await this.#options.dirty.mark(slots.flat());
    this.#allRoundMs = nowMs;
  }

  health(): StationHealth {
    const nowMs = this.#options.clock.nowMs();
    const failedRecently = this.#lastError && nowMs - this.#lastError.timeMs < minuteMs;
    return {
      station: 'energy-days',
      state: failedRecently ? 'degraded' : 'ok',
      summary: `${this.#writer.rows} figures of whole days written`,
      ratePerS: 0,
      queue: this.#options.dirty.size(),
      ...(this.#lastError ? { lastError: this.#lastError } : {}),
      counters: { ...this.#counters, rows: this.#writer.rows },
    };
  }
}

/** The store away, and the like: the same works later. */
const mayPass = (error: unknown): boolean => error instanceof PlantscopeError && error.retryable;

/** Newest day first. */
function byDay(slots: readonly TakenSlot[]): (readonly [startMs: number, slots: readonly TakenSlot[]])[] {
  const days = new Map<number, TakenSlot[]>();
  for (const slot of slots) {
    const day = days.get(slot.startMs) ?? [];
    day.push(slot);
    days.set(slot.startMs, day);
  }
  return [...days].sort(([a], [b]) => b - a);
}
