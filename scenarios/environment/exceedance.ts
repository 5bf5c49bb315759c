import type { TimeWindow } from '../../model/window.ts';

/** One interval's mean held against its limit; an interval without a valid mean has no value. */
export interface JudgedInterval extends TimeWindow {
  readonly value: number | undefined;
  readonly limit: number;
}

/** Consecutive intervals above the limit. */
export interface ExceedanceEpisode extends TimeWindow {
  readonly intervals: number;
  readonly peak: number;
  readonly peakMs: number;
  /** That the worst interval was held against: day and night differ. */
  readonly limit: number;
  /** (C - C0) / C0 of the worst interval: 0.5 is half the limit too much. */
  readonly multiple: number;
}

/**
 * Episodes of exceedance. A value on the limit complies. An interval that is missing or invalid ends an episode: what was
 * not measured is not claimed.
 * @param intervals by ascending time
 */
export function exceedanceEpisodes(intervals: readonly JudgedInterval[]): ExceedanceEpisode[] {
  const episodes: ExceedanceEpisode[] = [];
  let open = false;
  for (const interval of intervals) {
    const { value, limit, startMs } = interval;
    const isOver = value !== undefined && value > limit;
    const last = episodes.at(-1);
    if (isOver) {
      const one = episodeOf(interval, value);
      if (open && last?.endMs === startMs) episodes[episodes.length - 1] = joined(last, one);
      else episodes.push(one);
    }
    open = isOver;
  }
  return episodes;
}

const episodeOf = ({ startMs, endMs, limit }: JudgedInterval, value: number): ExceedanceEpisode => ({
  ...{ startMs, endMs, intervals: 1, peak: value, peakMs: startMs, limit, multiple: (value - limit) / limit },
});

function joined(a: ExceedanceEpisode, b: ExceedanceEpisode): ExceedanceEpisode {
  const worst = b.multiple > a.multiple ? b : a;
  return { ...worst, startMs: a.startMs, endMs: b.endMs, intervals: a.intervals + b.intervals };
}
