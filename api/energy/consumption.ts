import type { CalendarUnit, PlantCalendar } from '../../model/calendar.ts';
import type { Plant } from '../../model/plant.ts';
import { quarterHourMs } from '../../model/window.ts';
import type { ResultRow } from '../../store/time-series-store.ts';
import { VIRTUAL } from './interval-rows.ts';
import type { Consumption } from './schemas.ts';

interface Sum {
  startMs: number;
  value: number;
  /** Interval lengths, weighted by how much of each is metered. */
  meteredMs: number;
  /** The same with what a rule or a person put in. */
  knownMs: number;
  methods: Set<string>;
  edition: string | undefined;
}

/** Length of the runner's energy intervals. */
const INTERVAL_MS = quarterHourMs;

/**
 * Intervals added up to calendar windows, register by register. A window without an interval is left out, not zero.
 */
export function consumptionOf(
  plant: Pick<Plant, 'assetsById'>,
  rows: readonly ResultRow[],
  every: CalendarUnit | 'interval',
  calendar: PlantCalendar,
  span: { readonly startMs: number; readonly endMs: number },
): Consumption[] {
  const startOf = (timeMs: number): number =>
    every === 'interval' ? timeMs : calendar.startOf(every, timeMs);
  // Only whole intervals count: one that has just begun, or began before the span, is nobody's fault.
  const firstMs = Math.ceil(span.startMs / INTERVAL_MS) * INTERVAL_MS;
  const lastMs = Math.floor(span.endMs / INTERVAL_MS) * INTERVAL_MS;
  const lengthOf = (startMs: number): number => {
    if (every === 'interval') return INTERVAL_MS;
    return Math.min(lastMs, calendar.startOfNext(every, startMs)) - Math.max(firstMs, startMs);
  };
  const order = new Map([...plant.assetsById.keys()].map((id, index) => [id, index]));
  const meters = [...groupByMeter(rows).values()].map((meterRows) => {
    const { series, fields } = meterRows[0] as ResultRow;
    const asset = plant.assetsById.get(series.asset ?? '');
    const quantity = series.quantity ?? '';
    return {
      asset: series.asset ?? '',
      carrier: series.carrier ?? '',
      quantity,
      isMain: quantity === VIRTUAL || asset?.nature.quantities[quantity]?.required === true,
      ...(quantity === VIRTUAL && { isVirtual: true }),
      ...(asset?.parent !== undefined && { parent: asset.parent }),
      unit: String(fields.unit ?? ''),
      points: sumBy(meterRows, startOf).map((sum) => presentSum(sum, calendar, lengthOf(sum.startMs))),
    };
  });
  return meters.sort((a, b) => (order.get(a.asset) ?? 0) - (order.get(b.asset) ?? 0));
}

function groupByMeter(rows: readonly ResultRow[]): Map<string, ResultRow[]> {
  const meters = new Map<string, ResultRow[]>();
  for (const row of rows) {
    const key = `${row.series.asset ?? ''} ${row.series.carrier ?? ''} ${row.series.quantity ?? ''}`;
    const meter = meters.get(key);
    if (meter) meter.push(row);
    else meters.set(key, [row]);
  }
  return meters;
}

function sumBy(rows: readonly ResultRow[], startOf: (timeMs: number) => number): Sum[] {
  const sums = new Map<number, Sum>();
  for (const { timeMs, fields } of rows) {
    const startMs = startOf(timeMs);
    const sum = sums.get(startMs) ?? {
      startMs,
      value: 0,
      meteredMs: 0,
      knownMs: 0,
      methods: new Set(),
      edition: undefined,
    };
    sum.value += Number(fields.value ?? 0);
    const metered = Number(fields.completeness ?? 1);
    sum.meteredMs += INTERVAL_MS * metered;
    sum.knownMs += INTERVAL_MS * (isWhole(String(fields.method)) ? 1 : metered);
    if (fields.method !== undefined) sum.methods.add(String(fields.method));
    if (fields.edition !== undefined) sum.edition = String(fields.edition);
    sums.set(startMs, sum);
  }
  return [...sums.values()];
}

/** Methods whose value stands for the whole interval, however much of it was metered. */
const isWhole = (method: string): boolean => ['estimated', 'edited', 'interpolated'].includes(method);

function presentSum(sum: Sum, calendar: PlantCalendar, lengthMs: number): Consumption['points'][number] {
  return {
    start: calendar.toIso(sum.startMs),
    value: sum.value,
    completeness: lengthMs <= 0 ? 1 : Math.min(1, sum.meteredMs / lengthMs),
    known: lengthMs <= 0 ? 1 : Math.min(1, sum.knownMs / lengthMs),
    method: [...sum.methods].join('+'),
    ...(sum.edition !== undefined && { edition: sum.edition }),
  };
}
