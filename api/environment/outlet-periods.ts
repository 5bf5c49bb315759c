import type { PlantCalendar } from '../../model/calendar.ts';
import { hourMs, type TimeWindow } from '../../model/window.ts';
import { localPeriods, type PeriodOf } from '../../scenarios/environment/local-period.ts';
import { type PeriodKind, stackPeriods } from '../../scenarios/environment/stack-report.ts';
import { HJ75_2017 } from '../../scenarios/environment/stack-rules.ts';
import { waterDay } from '../../scenarios/environment/water-day.ts';
import { stackMasses, stackRecord, waterRecord } from '../../scenarios/runner/outlet-record.ts';
import type { ResultRow } from '../../store/time-series-store.ts';
import type { Outlet, SeriesOfHours } from './outlet-rows.ts';

/** Longest look-back of the substitution table: hours of the record before the period are read this far. */
export const LOOK_BACK_MS = 2160 * hourMs;

/** One pollutant of one outlet over a day, month, quarter or year. Means are of valid hours; masses in kg. */
export interface OutletPeriod {
  readonly asset: string;
  readonly pollutant: string;
  readonly period: string;
  readonly valid: boolean;
  readonly hours: number;
  readonly validHours: number;
  readonly operatingHours: number;
  readonly stoppedHours: number;
  readonly transientHours: number;
  readonly capture?: number;
  readonly meanMeasured?: number;
  readonly mean?: number;
  readonly unit: string;
  readonly measuredKg: number;
  readonly substitutedKg: number;
  readonly totalKg: number;
  readonly undeterminedHours: number;
  readonly volumeM3?: number;
}

export interface PeriodQuery {
  readonly kind: PeriodKind;
  /** Periods that begin in it. */
  readonly span: TimeWindow;
  /** Up to where hours are over. */
  readonly endMs: number;
  readonly calendar: PlantCalendar;
  readonly passedCalibrationsMs?: readonly number[];
}

/** @param series rows from {@link LOOK_BACK_MS} before the span on */
export function outletPeriods(outlet: Outlet, series: SeriesOfHours, query: PeriodQuery): OutletPeriod[] {
  const periodOf = localPeriods(query.calendar);
  return outlet.kind === 'stack-monitor'
    ? ofStack(series, query, periodOf)
    : ofWater(series, query, periodOf);
}

function ofStack(
  { asset, pollutant, rows }: SeriesOfHours,
  { kind, span, endMs, passedCalibrationsMs = [] }: PeriodQuery,
  periodOf: PeriodOf,
): OutletPeriod[] {
  const hours = stackRecord(rows, pollutant, endMs);
  const masses = stackMasses(rows, pollutant, { endMs, periodOf, passedCalibrationsMs });
  const from = periodOf(span.startMs)[kind];
  const own = hours.filter(({ startMs }) => periodOf(startMs)[kind] >= from && startMs < span.endMs);
  return stackPeriods(kind, own, masses, pollutant, HJ75_2017, periodOf).map(
    ({ capture, meanMeasuredMgPerM3, meanCorrectedMgPerM3, ...rest }) => ({
      ...{ asset, pollutant, unit: 'mg/m3', ...rest },
      ...(capture !== undefined && { capture }),
      ...(meanMeasuredMgPerM3 !== undefined && { meanMeasured: meanMeasuredMgPerM3 }),
      ...(meanCorrectedMgPerM3 !== undefined && { mean: meanCorrectedMgPerM3 }),
    }),
  );
}

function ofWater(
  { asset, pollutant, rows }: SeriesOfHours,
  { kind, span, endMs }: PeriodQuery,
  periodOf: PeriodOf,
): OutletPeriod[] {
  const hours = waterRecord(rows, endMs);
  const from = periodOf(span.startMs)[kind];
  const groups = new Map<string, typeof hours>();
  for (const hour of hours) {
    const period = periodOf(hour.startMs)[kind];
    if (period < from || hour.startMs >= span.endMs) continue;
    const group = groups.get(period);
    if (group) group.push(hour);
    else groups.set(period, [hour]);
  }
  return [...groups].map(([period, own]) => {
    const before = hours.filter(({ startMs }) => startMs < (own[0]?.startMs ?? 0));
    return waterPeriod({ asset, pollutant, rows }, period, waterDay(own, before));
  });
}

function waterPeriod(
  { asset, pollutant, rows }: SeriesOfHours,
  period: string,
  day: ReturnType<typeof waterDay>,
): OutletPeriod {
  const hasMass = pollutant !== 'ph';
  const [measuredKg, substitutedKg] = hasMass ? [day.measuredKg, day.substitutedKg] : [0, 0];
  return {
    ...{ asset, pollutant, period, valid: day.valid, unit: unitOf(rows) },
    ...{ hours: day.hours, validHours: day.validHours, operatingHours: day.dischargingHours },
    ...{ stoppedHours: day.hours - day.dischargingHours, transientHours: 0 },
    ...(day.dischargingHours > 0 && {
      capture: day.validHours / Math.max(day.validHours, day.dischargingHours),
    }),
    ...(day.mean !== undefined && { meanMeasured: day.mean, mean: day.mean }),
    ...{ measuredKg, substitutedKg, totalKg: measuredKg + substitutedKg, undeterminedHours: 0 },
    ...(hasMass && { volumeM3: day.volumeM3 }),
  };
}

const unitOf = (rows: readonly ResultRow[]): string => String(rows[0]?.fields.unit ?? 'mg/L');

/** Ends of the hours whose automatic check passed, ascending, by pollutant. @param rows of `instrument_check` */
export function passedCalibrations(rows: readonly ResultRow[]): ReadonlyMap<string, readonly number[]> {
  const passed = new Map<string, number[]>();
  for (const { series, timeMs, fields } of rows) {
    if (fields.driftPassed !== true) continue;
    const key = `${series.asset}.${series.pollutant}`;
    passed.set(key, [...(passed.get(key) ?? []), timeMs + hourMs]);
  }
  return passed;
}
