import type { BaselineSetting } from '../../../model/energy-settings.ts';
import { dayMs, type TimeWindow } from '../../../model/window.ts';
import type { DirtySlot } from '../../../store/dirty-windows.ts';
import type { TimeSeriesStore } from '../../../store/time-series-store.ts';
import { ANOMALY_BACK_MS } from './anomalies.ts';

/** Days of meters that were made, and look back at an earlier day whose data has changed since: as slots of the day's marks. */
export async function followingDays(
  store: Pick<TimeSeriesStore, 'results'>,
  baselines: readonly BaselineSetting[],
  changed: { readonly meters: readonly string[]; readonly day: TimeWindow; readonly beforeMs: number },
): Promise<readonly DirtySlot[]> {
  const { meters, day, beforeMs } = changed;
  const endOf = new Map(
    meters.map((meter) => [meter, Math.min(beforeMs, day.endMs + reachMs(baselines, meter, day))]),
  );
  const span = { startMs: day.endMs, endMs: Math.max(day.endMs, ...endOf.values()) };
  if (span.startMs === span.endMs) return [];
  const made = await store.results({ measurement: 'energy_day', ...span });
  return made.flatMap(({ series, timeMs }) => {
    const tag = series.asset ?? '';
    return timeMs < (endOf.get(tag) ?? 0) ? [{ tag, startMs: timeMs }] : [];
  });
}

/** How long after a day figures still look back at it: anomalies, and baselines of the meter. */
export function reachMs(
  baselines: readonly BaselineSetting[],
  meter: string,
  { startMs, endMs }: TimeWindow,
): number {
  const reaches = baselines
    .filter((setting) => setting.meter === meter)
    .map(({ period, daysBefore }) => {
      if (period === undefined) return daysBefore * dayMs;
      return period.startMs < endMs && period.endMs > startMs ? Number.POSITIVE_INFINITY : 0;
    });
  return Math.max(ANOMALY_BACK_MS, ...reaches);
}
