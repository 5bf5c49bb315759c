import type { PlantCalendar } from '../../../model/calendar.ts';
import { dayMs, hourMs, type TimeWindow } from '../../../model/window.ts';
import {
  type ConsumptionAnomaly,
  consumptionAnomaly,
  type MeterDeviation,
  residualScale,
} from '../../energy/consumption-anomaly.ts';
import type { EnergySources } from './energy-sources.ts';
import { type MeterInterval, type MeterSeries, meterSeries } from './meter-intervals.ts';

/** How far back like hours are looked for. */
export const ANOMALY_BACK_MS = 28 * dayMs;
export const ANOMALY_THRESHOLD = 4;
export const ANOMALY_METHOD = 'median of the same hour of like days in four weeks';
/** Past values that an expectation needs. */
const LEAST_VALUES = 2;

/** Energy of whole hours, and what the same hour of like days before had as its median. */
class HourlyExpectation {
  readonly values: ReadonlyMap<number, number>;
  readonly #calendar: PlantCalendar;
  readonly #bySlot = new Map<string, { timeMs: number; value: number }[]>();

  constructor(intervals: readonly MeterInterval[], calendar: PlantCalendar) {
    this.#calendar = calendar;
    this.values = hourly(intervals, calendar);
    for (const [timeMs, value] of this.values) {
      const slot = this.#slotOf(timeMs);
      this.#bySlot.set(slot, [...(this.#bySlot.get(slot) ?? []), { timeMs, value }]);
    }
  }

  #slotOf(timeMs: number): string {
    const { weekday, hour } = this.#calendar.local(timeMs);
    return `${weekday <= 5 ? 'working' : weekday} ${hour}`;
  }

  expected(timeMs: number): number | undefined {
    const past = (this.#bySlot.get(this.#slotOf(timeMs)) ?? []).filter(
      (one) => one.timeMs < timeMs && one.timeMs >= timeMs - ANOMALY_BACK_MS,
    );
    const sorted = past.map(({ value }) => value).sort((a, b) => a - b);
    return sorted.length < LEAST_VALUES ? undefined : sorted[Math.floor(sorted.length / 2)];
  }
}

function hourly(intervals: readonly MeterInterval[], calendar: PlantCalendar): Map<number, number> {
  const sums = new Map<number, { sum: number; count: number }>();
  for (const { startMs, value } of intervals) {
    if (value === undefined) continue;
    const hour = calendar.startOf('hour', startMs);
    const sum = sums.get(hour) ?? { sum: 0, count: 0 };
    sums.set(hour, { sum: sum.sum + value, count: sum.count + 1 });
  }
  return new Map([...sums].flatMap(([hour, { sum, count }]) => (count === 4 ? [[hour, sum] as const] : [])));
}

/** Hours of one meter that were judged, and those far off. */
export interface MeterAnomalies {
  readonly judged: number;
  /** Judged hours over the hours of the span. */
  readonly completeness: number;
  readonly found: readonly ConsumptionAnomaly[];
}

/** Hours of the span in which a meter is far off what like hours had, each with the sub-meters that made the difference. */
export async function anomaliesOf(
  sources: EnergySources,
  meter: string,
  span: TimeWindow,
): Promise<MeterAnomalies> {
  const { store, plant } = sources;
  const read = { startMs: span.startMs - ANOMALY_BACK_MS, endMs: span.endMs };
  const carrier = plant.assetsById.get(meter)?.nature.carrier;
  return anomaliesIn(sources, meter, span, await meterSeries(store, plant, { span: read, carrier }));
}

/** @param series of the meter and its sub-meters, over the span and the four weeks before */
export function anomaliesIn(
  { plant, calendar }: Pick<EnergySources, 'plant' | 'calendar'>,
  meter: string,
  span: TimeWindow,
  series: readonly MeterSeries[],
): MeterAnomalies {
  const of = (id: string): HourlyExpectation =>
    new HourlyExpectation(series.find((one) => one.id === id)?.intervals ?? [], calendar);
  const own = of(meter);
  const subs = plant.assets.filter(({ parent }) => parent === meter).map(({ id }) => ({ id, hours: of(id) }));
  const deviations = [...own.values].flatMap(([timeMs, actual]): (MeterDeviation & { timeMs: number })[] => {
    const expected = own.expected(timeMs);
    return expected === undefined ? [] : [{ id: meter, actual, expected, timeMs }];
  });
  const scale = residualScale(deviations.map(({ actual, expected }) => actual - expected));
  const judged = deviations.filter(({ timeMs }) => timeMs >= span.startMs && timeMs + hourMs <= span.endMs);
  return {
    judged: judged.length,
    completeness: Math.min(1, (judged.length * hourMs) / (span.endMs - span.startMs)),
    found: judged.flatMap((deviation) => {
      const parts = subs.flatMap(({ id, hours }) => deviationAt(id, hours, deviation.timeMs));
      return consumptionAnomaly(deviation.timeMs, deviation, parts, scale, ANOMALY_THRESHOLD) ?? [];
    }),
  };
}

function deviationAt(id: string, hours: HourlyExpectation, timeMs: number): MeterDeviation[] {
  const [actual, expected] = [hours.values.get(timeMs), hours.expected(timeMs)];
  return actual === undefined || expected === undefined ? [] : [{ id, actual, expected }];
}
