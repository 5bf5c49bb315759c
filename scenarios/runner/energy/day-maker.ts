import { PlantscopeError } from '../../../model/error.ts';
import type { Asset } from '../../../model/plant.ts';
import type { TimeWindow } from '../../../model/window.ts';
import type { ResultRow } from '../../../store/time-series-store.ts';
import type { BaselineKind } from '../../energy/baseline.ts';
import { baselinePeriod, baselineRows, enpiRows, meterBaseline } from './baseline-series.ts';
import { balanceRows, type DayContext, dayRow, passed } from './day-figures.ts';
import type { DayWriter } from './day-writer.ts';
import type { EnergySources } from './energy-sources.ts';
import { forecastScoreRows, weekBefore } from './forecast-score.ts';
import { forecastRows, forecastSeries } from './forecast-series.ts';
import { type MeterSeries, meterSeries } from './meter-intervals.ts';
import { sumCheckRows } from './register-sum-check.ts';
import { qualityRows, supplyQuality } from './supply-quality.ts';
import { veeRows } from './vee-day.ts';
import { virtualRows } from './virtual-rows.ts';

type Context = Omit<DayContext, 'nowMs'> & Pick<EnergySources, 'store'>;

/**
 * Figures of one local day, written back: validation and estimates, the day of each meter, balance, virtual meters, baseline, supply
 * quality and forecast.
 */
export class DayMaker {
  readonly #context: Context;
  readonly #writer: DayWriter;
  /** Days whose forecast is made. */
  readonly #withForecast = new Set<number>();

  constructor(context: Context, writer: DayWriter) {
    this.#context = context;
    this.#writer = writer;
  }

  async make(day: TimeWindow, meters: readonly string[], nowMs: number): Promise<void> {
    const { store, plant } = this.#context;
    const assets = meters.flatMap((meter) => plant.assetsById.get(meter) ?? []);
    const context = { ...this.#context, nowMs };
    for (const asset of assets) await this.#validation(asset, day, nowMs);
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

  async #validation(asset: Asset, day: TimeWindow, nowMs: number): Promise<void> {
    const { store, plant } = this.#context;
    const stands = { asset: asset.id };
    const rows = await veeRows(asset, day, { ...this.#context, nowMs });
    const isFinding = ({ measurement }: ResultRow): boolean => measurement === 'energy_vee_finding';
    const estimates = rows.filter((row) => !isFinding(row));
    await this.#writer.write(['energy_vee'], estimates, day, stands);
    // With the estimates in their place.
    const sums = await sumCheckRows(store, plant, asset, day, nowMs);
    await this.#writer.write(['energy_vee_finding'], [...rows.filter(isFinding), ...sums], day, stands);
  }

  async #baselines(day: TimeWindow, meters: readonly string[], nowMs: number): Promise<void> {
    const { store, plant } = this.#context;
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
      const figures = await supplyQuality(this.#context.store, asset, span);
      if (figures.length > 0)
        await this.#writer.write(['energy_quality'], qualityRows(asset, figures, day.startMs), day, {
          asset: asset.id,
        });
    }
  }

  /** Once a day: a forecast that was made again after the fact would be none. */
  async #forecasts(day: TimeWindow, series: readonly MeterSeries[]): Promise<void> {
    if (this.#withForecast.has(day.startMs)) return;
    this.#withForecast.add(day.startMs);
    const { store, plant } = this.#context;
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
      else this.#withForecast.delete(day.startMs);
    }
  }

  async #forecastScores(day: TimeWindow, series: readonly MeterSeries[]): Promise<void> {
    const { store, plant, calendar } = this.#context;
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
}

const isSupply = ({ carrier, parent, isVirtual }: MeterSeries): boolean =>
  carrier === 'electricity' && parent === undefined && !isVirtual;
