import type { Asset, Plant } from '../../../model/plant.ts';
import { dayMs, type TimeWindow } from '../../../model/window.ts';
import type { ResultRow, TimeSeriesStore } from '../../../store/time-series-store.ts';
import { veeIntervalsOf } from '../../energy/vee-series.ts';
import { sumCheck } from '../../energy/vee-validate.ts';
import { filled, meterSeries } from './meter-intervals.ts';
import { mainQuantity } from './stored-interval.ts';
import { findingRows } from './vee-day.ts';

/** Share of the day's energy by which the first readings of two days may be off midnight. */
const TOLERANCE_SHARE = 0.005;
/** A register that began anew in the day has no difference to compare with. */
const BROKEN = ['reset', 'implausible', 'rollover', 'missing'];

/**
 * The day's intervals, with estimates and edits, against what the register itself gained from midnight to midnight.
 * @returns nothing where the day runs, or the register's difference is not known
 */
export async function sumCheckRows(
  store: Pick<TimeSeriesStore, 'results' | 'aggregates'>,
  plant: Plant,
  asset: Asset,
  day: TimeWindow,
  nowMs: number,
): Promise<ResultRow[]> {
  const tag = asset.tags.find(({ quantity }) => quantity === mainQuantity(asset))?.id;
  const isChanged = plant.energy?.registerChanges.some(
    ({ meter, atMs }) => meter === asset.id && atMs >= day.startMs && atMs <= day.endMs,
  );
  if (tag === undefined || isChanged || day.endMs > nowMs) return [];
  const [[series], [first]] = await Promise.all([
    meterSeries(store, { assets: plant.assets }, { span: day, meter: asset.id }),
    store.aggregates({
      ...{ tags: [tag], aggregate: 'first', every: 'day' },
      ...{ startMs: day.startMs, endMs: Math.min(nowMs, day.endMs + dayMs) },
    }),
  ]);
  const intervals = filled(series?.intervals ?? [], day);
  const [from, to] = [day.startMs, day.endMs].map((start) =>
    first?.points.find(({ timeMs }) => timeMs === start),
  );
  const gained = from && to ? to.value - from.value : undefined;
  if (gained === undefined || gained < 0 || intervals.some(({ method }) => BROKEN.includes(method)))
    return [];
  const finding = sumCheck(veeIntervalsOf(intervals, 0), gained, TOLERANCE_SHARE * gained);
  return finding ? findingRows(asset, [finding], day) : [];
}
