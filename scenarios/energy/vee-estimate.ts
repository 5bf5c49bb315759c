import type { PlantCalendar } from '../../model/calendar.ts';
import { hourMs } from '../../model/window.ts';
import { type VeeInterval, VeeSeries } from './vee-series.ts';
import type { VeeFinding } from './vee-validate.ts';

export interface EstimateOptions {
  readonly calendar: PlantCalendar;
  readonly holidays?: ReadonlySet<string>;
  /** Value of the check (alternate) meter over an interval, in the same unit; undefined where it has none. */
  readonly checkMeter?: (interval: VeeInterval) => number | undefined;
  /** Gaps up to this length are interpolated. Sources say 1 h or 2 h. Default 2. */
  readonly shortGapHours?: number;
}

/** Changes with the rules, so that a stored estimate tells how it came about. */
export const estimationVersion = 1;

/** Like days of three weeks. */
const LIKE_DAYS = { count: 15, withinDays: 21 };

/**
 * Fills what is missing or was rejected. Order: check meter; interpolation of a short gap; mean of like days at the same time; even spread of what the
 * register counted. Where
 * the register tells the energy of the gap, the estimate is scaled to it. Each value keeps its original and its rule; what can't be
 * estimated stays missing.
 * @param findings those that reject values make them missing first
 */
export function estimateIntervals(
  intervals: readonly VeeInterval[],
  findings: readonly VeeFinding[],
  options: EstimateOptions,
): VeeInterval[] {
  const rejected = findings.filter((finding) => finding.rejects);
  const cleared = intervals.map((interval) =>
    interval.quality !== 'edited' &&
    rejected.some((f) => f.startMs <= interval.startMs && interval.endMs <= f.endMs)
      ? { ...interval, value: undefined, quality: 'missing' as const }
      : interval,
  );
  const series = new VeeSeries(cleared, options.calendar, options.holidays);
  const result = [...cleared];
  for (const gap of gapsIn(cleared)) {
    const estimated = scaleToRegister(estimateGap(series, gap, options));
    estimated.forEach((interval, index) => {
      result[gap.first + index] = interval;
    });
  }
  return result;
}

interface Gap {
  readonly first: number;
  readonly end: number;
}

function gapsIn(intervals: readonly VeeInterval[]): Gap[] {
  const gaps: Gap[] = [];
  let first: number | undefined;
  for (let i = 0; i <= intervals.length; i++) {
    const isMissing = i < intervals.length && intervals[i]?.value === undefined;
    if (isMissing) first ??= i;
    else if (first !== undefined) {
      gaps.push({ first, end: i });
      first = undefined;
    }
  }
  return gaps;
}

function estimateGap(series: VeeSeries, { first, end }: Gap, options: EstimateOptions): VeeInterval[] {
  const gap = series.intervals.slice(first, end);
  const before = series.intervals[first - 1]?.value;
  const after = series.intervals[end]?.value;
  const lengthMs = (gap.at(-1)?.endMs ?? 0) - (gap[0]?.startMs ?? 0);
  const isShort =
    lengthMs <= (options.shortGapHours ?? 2) * hourMs && before !== undefined && after !== undefined;
  return gap.map((interval, index) => {
    const checked = options.checkMeter?.(interval);
    if (checked !== undefined) return estimated(interval, checked, 'check-meter');
    if (isShort) {
      const share = (index + 1) / (gap.length + 1);
      return estimated(interval, before + (after - before) * share, 'interpolation');
    }
    const like = likeDays(series, first + index);
    if (like.length > 0)
      return estimated(interval, like.reduce((sum, value) => sum + value, 0) / like.length, 'like-days');
    if (interval.isSpread === true && interval.original !== undefined)
      return estimated(interval, interval.original, 'spread');
    return interval;
  });
}

/** Days before; where there is none yet, days after. */
function likeDays(series: VeeSeries, index: number): number[] {
  const before = series.likeValues(index, LIKE_DAYS.count, LIKE_DAYS.withinDays);
  return before.length > 0 ? before : series.likeValues(index, LIKE_DAYS.count, LIKE_DAYS.withinDays, true);
}

const estimated = (interval: VeeInterval, value: number, rule: string): VeeInterval => ({
  ...interval,
  value,
  quality: 'estimated',
  rule: `${rule}/${estimationVersion}`,
});

/** Where the register tells the energy of the whole gap, the estimates are brought onto it. */
function scaleToRegister(gap: readonly VeeInterval[]): VeeInterval[] {
  const isKnown = gap.every(
    ({ isSpread, original, value }) => isSpread === true && original !== undefined && value !== undefined,
  );
  if (!isKnown) return [...gap];
  const energy = gap.reduce((total, { original }) => total + (original ?? 0), 0);
  const sum = gap.reduce((total, { value }) => total + (value ?? 0), 0);
  return gap.map((interval) => {
    const value = sum > 0 ? ((interval.value ?? 0) * energy) / sum : energy / gap.length;
    return { ...interval, value, rule: `${interval.rule}+scaled` };
  });
}
