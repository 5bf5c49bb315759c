import type { TimeWindow } from '../../model/window.ts';
import { hourMs } from '../../model/window.ts';
import type { VeeInterval, VeeSeries } from './vee-series.ts';

export type VeeRule =
  | 'missing'
  | 'interval-size'
  | 'negative'
  | 'high'
  | 'low'
  | 'spike'
  | 'zero-use'
  | 'stuck'
  | 'sum-check';

export interface VeeFinding extends TimeWindow {
  readonly rule: VeeRule;
  /** What was compared with what, for a person. */
  readonly detail: string;
  /** Whether the values are not to be used, and estimation should replace them. */
  readonly rejects: boolean;
}

/** Editable limits of the rules. Defaults are engineering values, not those of a standard. */
export interface VeeLimits {
  /** A day above this multiple, or below this share, of the like days' mean is `high` or `low`. */
  readonly highMultiple: number;
  readonly lowShare: number;
  /** An interval more than this above the day's third-highest one, per cent, is a `spike`. */
  readonly spikePct: number;
  /** Standing still for so long, while like days always counted more than one step of the register, is `stuck`. */
  readonly stuckHours: number;
  /** Energy of one step of the register. */
  readonly resolution: number;
  /** Like days that are compared with. */
  readonly likeDays: number;
}

export const veeDefaults: VeeLimits = {
  highMultiple: 3,
  lowShare: 0.2,
  spikePct: 180,
  stuckHours: 3,
  resolution: 0,
  likeDays: 6,
};

/** Days looked back for like days. */
const LIKE_DAY_REACH = 28;

/**
 * Runs the rules over interval data.
 * @see the rule catalogue of utility VEE (missing, interval size, negative, high/low, spike, zero use, stuck, sum check)
 */
export function validateIntervals(series: VeeSeries, limits: VeeLimits = veeDefaults): VeeFinding[] {
  const { intervals } = series;
  return [
    ...runs(
      intervals,
      (interval) => interval.value === undefined,
      'missing',
      true,
      () => 'no value',
    ),
    ...runs(
      intervals,
      ({ value }) => (value ?? 0) < 0,
      'negative',
      true,
      (run) => `value ${run[0]?.value}`,
    ),
    ...sizeFindings(intervals),
    ...standstills(series, limits),
    ...dayFindings(series, limits),
  ].sort((a, b) => a.startMs - b.startMs);
}

function runs(
  intervals: readonly VeeInterval[],
  belongs: (interval: VeeInterval, index: number) => boolean,
  rule: VeeRule,
  rejects: boolean,
  describe: (run: readonly VeeInterval[]) => string,
): VeeFinding[] {
  const findings: VeeFinding[] = [];
  let run: VeeInterval[] = [];
  const close = (): void => {
    const [first, last] = [run[0], run.at(-1)];
    if (first && last)
      findings.push({ startMs: first.startMs, endMs: last.endMs, rule, rejects, detail: describe(run) });
    run = [];
  };
  intervals.forEach((interval, index) => {
    if (belongs(interval, index)) run.push(interval);
    else close();
  });
  close();
  return findings;
}

/** Intervals that overlap, leave a hole, or are longer than those around them. */
function sizeFindings(intervals: readonly VeeInterval[]): VeeFinding[] {
  const findings: VeeFinding[] = [];
  for (let i = 1; i < intervals.length; i++) {
    const [before, now] = [intervals[i - 1] as VeeInterval, intervals[i] as VeeInterval];
    if (now.startMs === before.endMs) continue;
    const detail =
      now.startMs < before.endMs ? 'overlaps the interval before' : 'leaves a hole after the interval before';
    findings.push({ startMs: now.startMs, endMs: now.endMs, rule: 'interval-size', rejects: false, detail });
  }
  return findings;
}

/** Zero use for long is `stuck` where like days never stood still at that time, else just `zero-use`. */
function standstills(series: VeeSeries, limits: VeeLimits): VeeFinding[] {
  const { intervals } = series;
  const indexOf = new Map(intervals.map((interval, index) => [interval, index]));
  const longest = runs(
    intervals,
    ({ value }) => value === 0,
    'zero-use',
    false,
    (run) => `${run.length} intervals`,
  );
  return longest
    .filter(({ startMs, endMs }) => endMs - startMs >= limits.stuckHours * hourMs)
    .map((finding) => {
      const run = intervals.filter(({ startMs }) => startMs >= finding.startMs && startMs < finding.endMs);
      const usual = run.map((interval) => {
        const like = series.likeValues(indexOf.get(interval) ?? 0, limits.likeDays, LIKE_DAY_REACH);
        return like.length < 3 ? undefined : Math.min(...like);
      });
      const known = usual.filter((value) => value !== undefined);
      const least = known.reduce((sum, value) => sum + value, 0);
      const isStuck = known.length * 2 > run.length && least > 2 * limits.resolution;
      return isStuck
        ? { ...finding, rule: 'stuck', rejects: true, detail: `like days counted at least ${least}` }
        : finding;
    });
}

/** Rules that look at a whole local day: high, low, spike. */
function dayFindings(series: VeeSeries, limits: VeeLimits): VeeFinding[] {
  const days = new Map<number, number[]>();
  series.intervals.forEach((_, index) => {
    const { day } = series.place(index);
    const indices = days.get(day);
    if (indices) indices.push(index);
    else days.set(day, [index]);
  });
  return [...days.values()].flatMap((indices) => [
    ...highLow(series, indices, limits),
    ...spikes(series, indices, limits),
  ]);
}

function highLow(series: VeeSeries, indices: readonly number[], limits: VeeLimits): VeeFinding[] {
  let [actual, usual, compared] = [0, 0, 0];
  for (const index of indices) {
    const { value } = series.intervals[index] as VeeInterval;
    const like = series.likeValues(index, limits.likeDays, LIKE_DAY_REACH);
    if (value === undefined || like.length < 3) continue;
    actual += value;
    usual += like.reduce((sum, v) => sum + v, 0) / like.length;
    compared++;
  }
  if (compared < indices.length / 2 || usual <= 0) return [];
  const share = actual / usual;
  if (share <= limits.highMultiple && share >= limits.lowShare) return [];
  const detail = `the day has ${share.toFixed(2)} times the energy of like days`;
  return [{ ...spanOf(series, indices), rule: share > 1 ? 'high' : 'low', rejects: false, detail }];
}

/** Compares with the third-highest interval, so that a pair of real peaks is no spike. */
function spikes(series: VeeSeries, indices: readonly number[], limits: VeeLimits): VeeFinding[] {
  const known = indices.filter((index) => series.intervals[index]?.value !== undefined);
  const sorted = known.map((index) => series.intervals[index]?.value ?? 0).sort((a, b) => b - a);
  const third = sorted[2];
  if (known.length < 12 || third === undefined || third <= 0) return [];
  return known
    .filter((index) => (series.intervals[index]?.value ?? 0) > third * (1 + limits.spikePct / 100))
    .filter((index) => isUnusual(series, index, limits))
    .map((index) => {
      const detail = `${series.intervals[index]?.value} beside a third-highest of ${third}`;
      return { ...spanOf(series, [index]), rule: 'spike', rejects: true, detail };
    });
}

/** A peak that like days have too is the plant's own. */
function isUnusual(series: VeeSeries, index: number, limits: VeeLimits): boolean {
  const like = series.likeValues(index, limits.likeDays, LIKE_DAY_REACH);
  return like.every((value) => value * (1 + limits.spikePct / 100) < (series.intervals[index]?.value ?? 0));
}

function spanOf(series: VeeSeries, indices: readonly number[]): TimeWindow {
  const [first, last] = [indices[0] ?? 0, indices.at(-1) ?? 0];
  return { startMs: series.intervals[first]?.startMs ?? 0, endMs: series.intervals[last]?.endMs ?? 0 };
}

/**
 * Sum of the intervals against the register's difference over the same window.
 * @param registerDifference already multiplied
 * @param tolerance energy: the register's resolution × multiplier, twice (both ends), plus a share the plant sets
 */
export function sumCheck(
  intervals: readonly VeeInterval[],
  registerDifference: number,
  tolerance: number,
): VeeFinding | undefined {
  const sum = intervals.reduce((total, { value }) => total + (value ?? 0), 0);
  const [first, last] = [intervals[0], intervals.at(-1)];
  if (!first || !last || Math.abs(sum - registerDifference) <= tolerance) return undefined;
  const detail = `intervals sum to ${sum}, the register to ${registerDifference}`;
  return { startMs: first.startMs, endMs: last.endMs, rule: 'sum-check', rejects: false, detail };
}
