import { quarterHourMs, type TimeWindow } from '../../../model/window.ts';
import type { TariffCalendar } from '../../energy/tariff-periods.ts';
import { anomalyRows, billRows, fitRateRows, idleRows, intensityRows, utilityRows } from './analysis-rows.ts';
import { ANOMALY_BACK_MS } from './anomalies.ts';
import { billsOf } from './bills.ts';
import { passed } from './day-figures.ts';
import type { DayWriter } from './day-writer.ts';
import type { EnergySources } from './energy-sources.ts';
import { meterSeries } from './meter-intervals.ts';

/** An open day or month is analysed again this often only because it goes on. */
const OPEN_EVERY_MS = quarterHourMs;

/**
 * What follows from the figures of a day, written back: intensity, idle and night consumption, utilities, anomalies, fit rate; and the
 * bills of its month. The API computes the same functions over whatever span it is asked for.
 */
export class EnergyAnalyses {
  readonly #sources: EnergySources;
  readonly #tariff: TariffCalendar | undefined;
  readonly #writer: DayWriter;
  readonly #lastOpenMs = new Map<number, number>();

  constructor(sources: EnergySources, tariff: TariffCalendar | undefined, writer: DayWriter) {
    this.#sources = sources;
    this.#tariff = tariff;
    this.#writer = writer;
  }

  /** @param isLate whether data of the past changed, which does not wait */
  async day(day: TimeWindow, meters: readonly string[], nowMs: number, isLate: boolean): Promise<void> {
    const span = passed(day, nowMs);
    if (span.startMs >= span.endMs || !(isLate || this.#isDue(day, nowMs))) return;
    const sources = this.#sources;
    await this.#writer.write(['energy_intensity'], await intensityRows(sources, span), day, 'for all');
    await this.#writer.write(['energy_idle', 'energy_night'], await idleRows(sources, span), day, 'for all');
    await this.#writer.write(
      ['energy_air', 'energy_boiler'],
      await utilityRows(sources, span),
      day,
      'for all',
    );
    await this.#anomalies(span, day, meters);
    if (day.endMs > nowMs)
      await this.#writer.write(['energy_fit_rate'], fitRateRows(sources, day.startMs), day, 'for all');
    await this.#bills(day, nowMs);
  }

  #isDue({ startMs, endMs }: TimeWindow, nowMs: number): boolean {
    if (endMs <= nowMs) return true;
    if (nowMs - (this.#lastOpenMs.get(startMs) ?? Number.NEGATIVE_INFINITY) < OPEN_EVERY_MS) return false;
    this.#lastOpenMs.clear();
    this.#lastOpenMs.set(startMs, nowMs);
    return true;
  }

  /** Of the meters and of those they are part of. */
  async #anomalies(span: TimeWindow, day: TimeWindow, meters: readonly string[]): Promise<void> {
    const { plant, store } = this.#sources;
    const parents = meters.flatMap((id) => plant.assetsById.get(id)?.parent ?? []);
    const read = { startMs: span.startMs - ANOMALY_BACK_MS, endMs: span.endMs };
    const series = await meterSeries(store, { assets: plant.assets }, { span: read });
    for (const asset of new Set([...meters, ...parents])) {
      const rows = anomalyRows(this.#sources, asset, span, series);
      await this.#writer.write(['energy_anomaly', 'energy_anomaly_part'], rows, day, { asset });
    }
  }

  async #bills({ startMs }: TimeWindow, nowMs: number): Promise<void> {
    const { calendar } = this.#sources;
    const firstMs = calendar.startOf('month', startMs);
    if (!this.#tariff?.isInForce(firstMs)) return;
    const month = { startMs: firstMs, endMs: calendar.startOfNext('month', firstMs) };
    const bills = await billsOf(this.#sources, this.#tariff, month, nowMs);
    const at = { startMs: firstMs, endMs: firstMs + 1 };
    await this.#writer.write(['energy_bill'], billRows(bills, this.#tariff.tariff.currency), at, 'for all');
  }
}
