import { PlantCalendar } from '../../../model/calendar.ts';
import type { Clock } from '../../../model/clock.ts';
import { errorMessage, PlantscopeError } from '../../../model/error.ts';
import type { StationHealth } from '../../../model/health.ts';
import type { Asset, Plant } from '../../../model/plant.ts';
import { hourMs, minuteMs, quarterHourMs, type TimeWindow } from '../../../model/window.ts';
import type { DirtySlot, DirtyWindows, TakenSlot } from '../../../store/dirty-windows.ts';
import type { ResultRow, TimeSeriesStore } from '../../../store/time-series-store.ts';
import type { BaselineKind } from '../../energy/baseline.ts';
import { TariffCalendar } from '../../energy/tariff-periods.ts';
import { baselinePeriod, baselineRows, enpiRows, meterBaseline } from './baseline-series.ts';
import { balanceRows, type DayContext, dayRow, passed } from './day-figures.ts';
import { DayWriter } from './day-writer.ts';
import { EnergyAnalyses } from './energy-analyses.ts';
import type { EnergyLayout } from './energy-sources.ts';
import { forecastScoreRows, weekBefore } from './forecast-score.ts';
import { forecastRows, forecastSeries } from './forecast-series.ts';
import { type MeterSeries, meterSeries } from './meter-intervals.ts';
import { sumCheckRows } from './register-sum-check.ts';
import { qualityRows, supplyQuality } from './supply-quality.ts';
import { veeRows } from './vee-day.ts';
import { virtualRows } from './virtual-rows.ts';

const ROUND_MS = 1000;
/** How often the figures of a day are made again only because it goes on. */
const OPEN_EVERY_MS = minuteMs;
/** What changed within this time is the present; before it, late data, which does not wait. */
const PRESENT_MS = 2 * quarterHourMs;
/** How often meters are looked at that send nothing. */
const ALL_EVERY_MS = hourMs;
/** The oldest of more marks than this wait for the next minute. */
const MARKS_A_ROUND = 20_000;

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
 * Figures of whole local days, written back: validation and estimates, the day of each meter, balance, baseline, supply quality and
 * forecast. Told of every interval that changes, it makes the touched days anew, and loses none by a kill; after a start it looks at
 * every meter's last week.
 */
export class EnergyDays {
  readonly #options: EnergyDaysOptions;
  readonly #context: Omit<DayContext, 'nowMs'>;
  readonly #meters: ReadonlyMap<string, Asset>;
  /** Days with late data. Those from before a restart are due in the first round, as all are. */
  readonly #late = new Set<number>();
  readonly #writer: DayWriter;
  readonly #analyses: EnergyAnalyses;
  readonly #counters = { days: 0, failures: 0 };
  readonly #forecast = new Set<number>();
  #openRoundMs = Number.NEGATIVE_INFINITY;
  #allRoundMs = Number.NEGATIVE_INFINITY;
  #lastError: StationHealth['lastError'];
  #timer: NodeJS.Timeout | undefined;
  #round: Promise<unknown> = Promise.resolve();

  constructor(options: EnergyDaysOptions) {
    const { plant } = options;
    const calendar = new PlantCalendar(plant.site.timeZone);
    this.#options = options;
    this.#context = { plant, calendar, tariff: plant.tariff && new TariffCalendar(plant.tariff, calendar) };
    this.#writer = new DayWriter(options.store);
    this.#analyses = new EnergyAnalyses({ ...options, calendar }, this.#context.tariff, this.#writer);
    this.#meters = new Map(
      plant.assets
        .filter(({ nature }) => nature.carrier !== undefined && nature.carrier !== 'other')
        .map((asset) => [asset.id, asset]),
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
      if (timeMs < lateBeforeMs) this.#late.add(slot.startMs);
    }
    await this.#options.dirty.mark([...slots.values()]);
  }

  #slotOf(meter: string, timeMs: number): DirtySlot {
    return { tag: meter, startMs: this.#context.calendar.startOf('day', timeMs) };
  }

  async #guardedRound(): Promise<void> {
    try {
      await this.runOnce();
    } catch (error) {
      this.#counters.failures += 1;
      const remedy = 'The days are tried again; see the store station.';
      this.#lastError = { message: errorMessage(error), timeMs: this.#options.clock.nowMs(), remedy };
    }
  }

  /** One round: every touched day that is due. What fails stays marked. */
  async runOnce(): Promise<void> {
    const { clock, dirty } = this.#options;
    const nowMs = clock.nowMs();
    await this.#touchSilentMeters(nowMs);
    const withOpen = nowMs - this.#openRoundMs >= OPEN_EVERY_MS;
    if (!withOpen && this.#late.size === 0) return;
    if (withOpen) this.#openRoundMs = nowMs;
    for (const [startMs, slots] of byDay(await dirty.take(MARKS_A_ROUND))) {
      if (!withOpen && !this.#late.has(startMs)) continue;
      await this.#make(startMs, slots, nowMs);
      this.#counters.days += 1;
    }
  }

  async #make(startMs: number, slots: readonly TakenSlot[], nowMs: number): Promise<void> {
    const day = { startMs, endMs: this.#context.calendar.startOfNext('day', startMs) };
    const meters = slots.map(({ tag }) => tag).filter((meter) => this.#meters.has(meter));
    // Taken out first: what comes late while the day is made is late again.
    const isLate = this.#late.delete(startMs);
    try {
      await this.#day(day, meters, nowMs);
      await this.#analyses.day(day, meters, nowMs, isLate);
      await this.#options.dirty.settle(slots);
    } catch (error) {
      if (isLate) this.#late.add(startMs);
      throw error;
    }
  }

  /** A meter that sends nothing changes no interval, and yet its hole grows. */
  async #touchSilentMeters(nowMs: number): Promise<void> {
    if (nowMs - this.#allRoundMs < ALL_EVERY_MS) return;
    const days = this.#allRoundMs === Number.NEGATIVE_INFINITY ? 7 : 2;
    const slots = Array.from({ length: days }, (_, back) =>
      [...this.#meters.keys()].map((meter) => this.#slotOf(meter, nowMs - back * 24 * hourMs)),
    );
    await this.#options.dirty.mark(slots.flat());
    this.#allRoundMs = nowMs;
  }

  async #day(day: TimeWindow, meters: readonly string[], nowMs: number): Promise<void> {
    const { store, plant } = this.#options;
    const assets = meters.flatMap((meter) => this.#meters.get(meter) ?? []);
    const context = { ...this.#context, store, nowMs };
    for (const asset of assets) {
      const rows = await veeRows(asset, day, context);
      const isFinding = ({ measurement }: ResultRow): boolean => measurement === 'energy_vee_finding';
      await this.#writer.write(
        ['energy_vee'],
        rows.filter((row) => !isFinding(row)),
        day,
        { asset: asset.id },
      );
      // With the estimates in their place.
      const sums = await sumCheckRows(store, plant, asset, day, nowMs);
      await this.#writer.write(['energy_vee_finding'], [...rows.filter(isFinding), ...sums], day, {
        asset: asset.id,
      });
    }
    const [series, reactive] = await Promise.all([
      meterSeries(store, plant, { span: day }),
      meterSeries(store, plant, { span: day, carrier: 'electricity', quantity: 'reactiveEnergyTotal' }),
    ]);
    const reactiveOf = new Map(reactive.map(({ id, intervals }) => [id, intervals]));
    const dayRows = series
      .filter(({ id, isVirtual }) => isVirtual || meters.includes(id))
      .flatMap((one) => dayRow(one, reactiveOf.get(one.id) ?? [], day, context));
    await this.#writer.write(['energy_day'], dayRows, day, 'for none');
    await this.#writer.write(['energy_balance'], balanceRows(plant, series, day, nowMs), day, 'for none');
    for (const one of series.filter(({ isVirtual }) => isVirtual))
      await this.#writer.write(['energy_virtual'], virtualRows(one), day, { asset: one.id });
    await this.#baselines(day, meters, nowMs);
    await this.#quality(day, assets, nowMs);
    await this.#forecasts(day, series);
    await this.#forecastScores(day, series);
  }

  async #baselines(day: TimeWindow, meters: readonly string[], nowMs: number): Promise<void> {
    const { store, plant } = this.#options;
    for (const setting of plant.energy?.baselines ?? []) {
      if (!meters.includes(setting.meter)) continue;
      const reporting = passed(day, nowMs);
      const asked = {
        ...{ ...setting, model: setting.model as BaselineKind, reporting },
        baseline: baselinePeriod(setting, day),
      };
      try {
        const report = await meterBaseline(store, plant, asked, this.#context.calendar);
        await this.#writer.write(
          ['energy_baseline', 'energy_enpi'],
          [
            ...baselineRows(setting.meter, setting.model, report),
            ...enpiRows(setting.meter, setting.model, report, day.startMs),
          ],
          day,
          { asset: setting.meter },
        );
      } catch (error) {
        // A young plant has no baseline yet, and says so where it is asked for.
        if (!(error instanceof PlantscopeError && error.code.startsWith('baseline-'))) throw error;
      }
    }
  }

  async #quality(day: TimeWindow, assets: readonly Asset[], nowMs: number): Promise<void> {
    const span = passed(day, nowMs);
    if (span.startMs >= span.endMs) return;
    for (const asset of assets.filter(({ nature }) => nature.carrier === 'electricity')) {
      const figures = await supplyQuality(this.#options.store, asset, span);
      if (figures.length > 0)
        await this.#writer.write(['energy_quality'], qualityRows(asset, figures, day.startMs), day, {
          asset: asset.id,
        });
    }
  }

  /** Once a day: a forecast that was made again after the fact would be none. */
  async #forecasts(day: TimeWindow, series: readonly MeterSeries[]): Promise<void> {
    if (this.#forecast.has(day.startMs)) return;
    this.#forecast.add(day.startMs);
    const { store, plant } = this.#options;
    for (const { id, unit } of series.filter(isSupply)) {
      const stored = await store.results({
        measurement: 'energy_forecast',
        where: { asset: id },
        ...day,
        limit: 1,
      });
      if (stored.length > 0) continue;
      const days = await forecastSeries(store, plant, id, day, this.#context.calendar);
      if (days)
        await this.#writer.write(['energy_forecast'], forecastRows(id, unit, days), day, { asset: id });
      else this.#forecast.delete(day.startMs);
    }
  }

  async #forecastScores(day: TimeWindow, series: readonly MeterSeries[]): Promise<void> {
    const { store, plant } = this.#options;
    const { calendar } = this.#context;
    for (const { id, unit, intervals } of series.filter(isSupply)) {
      const forecast = await store.results({ measurement: 'energy_forecast', where: { asset: id }, ...day });
      if (forecast.length === 0) continue;
      const span = { startMs: weekBefore(day.startMs, calendar), endMs: weekBefore(day.endMs, calendar) };
      const [before] = await meterSeries(store, plant, { span, meter: id });
      const scored = { meter: id, unit, day, forecast, actual: intervals, lastWeek: before?.intervals ?? [] };
      await this.#writer.write(['energy_forecast_score'], forecastScoreRows(scored, calendar), day, {
        asset: id,
      });
    }
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

const isSupply = ({ carrier, parent, isVirtual }: MeterSeries): boolean =>
  carrier === 'electricity' && parent === undefined && !isVirtual;

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
