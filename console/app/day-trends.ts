import { dayMs, quarterHourMs, type TimeWindow } from '../../model/window.ts';
import type { SparkPoint } from '../charts/sparkline.ts';
import { api, type Series, type TagAnswer } from './api.ts';
import { spanQuery } from './time-range.ts';

/** The last 24 h of many tags, one point a quarter of an hour: registers as their increase, the rest as mean. */
export interface DayTrends extends TimeWindow {
  readonly stepMs: number;
  readonly points: ReadonlyMap<string, readonly SparkPoint[]>;
}

export async function loadDayTrends(
  tags: readonly TagAnswer[],
  nowMs: number,
  signal: AbortSignal,
): Promise<DayTrends> {
  const endMs = Math.ceil(nowMs / quarterHourMs) * quarterHourMs;
  const span = { startMs: endMs - dayMs, endMs };
  const countable = tags.filter((tag) => tag.kind !== 'text');
  const ask = async (isRegister: boolean): Promise<Series[]> => {
    const ids = countable.filter((tag) => tag.cumulates === isRegister).map((tag) => tag.tag);
    if (ids.length === 0) return [];
    const aggregate = isRegister ? 'increase' : 'mean';
    return api.readings({ tags: ids.join(','), ...spanQuery(span), every: '15m', aggregate }, signal);
  };
  const series = (await Promise.all([ask(false), ask(true)])).flat();
  return {
    ...span,
    stepMs: quarterHourMs,
    points: new Map(series.map((one) => [one.tag, sparkPoints(one)])),
  };
}

export const sparkPoints = ({ points }: Series): SparkPoint[] =>
  points.flatMap(([time, value]) =>
    typeof value === 'number' || typeof value === 'boolean'
      ? [{ timeMs: Date.parse(time), value: Number(value) }]
      : [],
  );
