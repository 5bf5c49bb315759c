import type { Clock } from '../../model/clock.ts';
import { PlantscopeError } from '../../model/error.ts';
import type { StationHealth } from '../../model/health.ts';
import type { Plant } from '../../model/plant.ts';
import { dayMs, hourMs } from '../../model/window.ts';
import type { TimeSeriesStore } from '../../store/time-series-store.ts';

const BAR_WIDTH = 30;
/** Of the last 24 hours, so many must hold readings to call a tag filled: the newest may not have begun. */
const FILLED_HOURS = 23;

/**
 * How much of the last 24 hours of every tag that holds a number is in the store: 0 to 1.
 * @returns undefined while the store does not answer; its station on the health page says why
 */
export async function historyShare(
  store: Pick<TimeSeriesStore, 'aggregates'>,
  plant: Pick<Plant, 'tags'>,
  clock: Clock,
): Promise<number | undefined> {
  const endMs = clock.nowMs();
  const numbers = plant.tags.filter((tag) => tag.definition.kind === 'number');
  if (numbers.length === 0) return 1;
  try {
    const series = await store.aggregates({
      ...{ tags: numbers.map((tag) => tag.id), startMs: endMs - dayMs, endMs },
      ...{ every: hourMs, aggregate: 'count' },
    });
    const hours = series.reduce((sum, { points }) => sum + Math.min(points.length, FILLED_HOURS), 0);
    return hours / (numbers.length * FILLED_HOURS);
  } catch (thrown) {
    if (thrown instanceof PlantscopeError && thrown.retryable) return undefined;
    throw thrown;
  }
}

/** `[#########-----] 62 %  history of the last 24 h` */
export function progressBar(share: number, what: string): string {
  const filled = Math.round(share * BAR_WIDTH);
  return `[${'#'.repeat(filled)}${'-'.repeat(BAR_WIDTH - filled)}] ${Math.floor(share * 100)} %  ${what}`;
}

/** One line a station, for the terminal. */
export function stationLine({ station, state, summary }: StationHealth): string {
  const mark = { ok: 'ok  ', degraded: 'WARN', down: 'DOWN' }[state];
  return `  ${mark} ${station.padEnd(18)} ${summary}`;
}
