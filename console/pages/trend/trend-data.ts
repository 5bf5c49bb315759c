import { dayMs, parseDurationMs, type TimeWindow } from '../../../model/window.ts';
import { api, type Series, type TagAnswer } from '../../app/api.ts';
import type { PageContext } from '../../app/context.ts';
import { spanQuery } from '../../app/time-range.ts';
import { type LineData, lineData } from '../../charts/line-data.ts';

/** One tag's curve, and the earlier one to compare it with. */
export interface TrendLine {
  readonly tag: TagAnswer;
  readonly series: Series;
  readonly data: LineData;
  readonly earlier: LineData | undefined;
}

export const comparisons = { day: dayMs, week: 7 * dayMs } as const;
export type Comparison = keyof typeof comparisons;

export function comparisonOf({ query }: PageContext): Comparison | undefined {
  const asked = query.get('compare');
  return asked === 'day' || asked === 'week' ? asked : undefined;
}

/** Enough for two points a pixel: more would only cost time. */
const MAX_POINTS = 2400;

export async function loadTrend(
  tags: readonly TagAnswer[],
  span: TimeWindow,
  comparison: Comparison | undefined,
  signal: AbortSignal,
): Promise<TrendLine[]> {
  const shiftMs = comparison === undefined ? 0 : comparisons[comparison];
  const ask = (shift: number): Promise<Series[]> =>
    api.readings(
      {
        tags: tags.map((tag) => tag.tag).join(','),
        ...spanQuery({ startMs: span.startMs - shift, endMs: span.endMs - shift }),
        maxPoints: MAX_POINTS,
      },
      signal,
    );
  const [now, before] = await Promise.all([ask(0), shiftMs === 0 ? [] : ask(shiftMs)]);
  return tags.flatMap((tag, index) => {
    const series = now[index];
    if (!series) return [];
    const earlier = before[index];
    return [{ tag, series, data: toLine(tag, series), earlier: earlier && toLine(tag, earlier, shiftMs) }];
  });
}

function toLine(tag: TagAnswer, series: Series, shiftMs = 0): LineData {
  const stepMs = parseDurationMs(series.downsampled?.every ?? '') ?? 0;
  return lineData(series, Math.max(stepMs * 4, tag.staleAfterS * 1000, tag.samplingIntervalMs * 5), shiftMs);
}
