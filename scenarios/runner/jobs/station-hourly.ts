import type { Asset, Tag } from '../../../model/plant.ts';
import { hourMs, minuteMs, type TimeWindow } from '../../../model/window.ts';
import { airLimitAt } from '../../environment/air-standards.ts';
import { limitAt } from '../../environment/outlet-limits.ts';
import { meanDirectionDeg } from '../../environment/wind-rose.ts';
import type { Job, JobReadings, JobRow } from '../job.ts';
import { meanOf, minuteMeansOf } from './minute-means.ts';

const MINUTES = hourMs / minuteMs;
/** @see GB 3095-2012 table 4: an hourly mean needs 45 minutes */
const MINUTES_NEEDED = 45;
const NATURES: ReadonlySet<string> = new Set(['ambient-station', 'weather-station']);

/**
 * Hourly means of every number of the ambient, dust, VOC and weather stations, with validity and, where one is set, the
 * limit: of the plant file, else of GB 3095 for an hour. Wind directions are averaged as vectors.
 */
export const stationHourlyJob: Job = {
  measurement: 'station_hourly',
  windowMs: hourMs,
  reachMs: 0,
  subjects: (plant) =>
    plant.assets
      .filter((asset) => NATURES.has(asset.nature.name))
      .map((asset) => ({
        asset,
        tags: asset.tags.filter(({ definition }) => definition.kind === 'number'),
      })),
  compute: ({ asset, tags }, window, readings) => tags.flatMap((tag) => rowOf(asset, tag, window, readings)),
};

function rowOf(asset: Asset, tag: Tag, window: TimeWindow, readings: JobReadings): JobRow[] {
  const minutes = [...minuteMeansOf(readings.of(tag.quantity), window).values()];
  const isDirection = tag.quantity === 'windDirection';
  const value = isDirection ? meanDirectionDeg(minutes) : minutes.length > 0 ? meanOf(minutes) : undefined;
  if (value === undefined) return [];
  const status = minutes.length >= MINUTES_NEEDED ? 'valid' : 'invalid';
  const limit = limitOf(asset, tag, window.startMs);
  return [
    {
      series: { asset: asset.id, pollutant: tag.quantity },
      fields: {
        ...{ value, status, unit: tag.unit, completeness: minutes.length / MINUTES },
        method: isDirection ? 'vector-mean' : 'mean',
        edition: 'GB 3095-2012 table 4 (validity)',
        ...(limit && { limit: limit.value, limitBasis: limit.basis }),
        ...(limit && { exceeded: status === 'valid' && value > limit.value }),
      },
    },
  ];
}

function limitOf(
  asset: Asset,
  { quantity, unit }: Tag,
  atMs: number,
): { readonly value: number; readonly basis: string } | undefined {
  const own = limitAt(asset, quantity, atMs);
  // The unorganised limits of dust are printed in mg/m3, stations measure ug/m3.
  if (own) return { ...own, value: own.unit === 'mg/m3' && unit === 'ug/m3' ? own.value * 1000 : own.value };
  if (asset.nature.name !== 'ambient-station') return undefined;
  const general = airLimitAt(quantity, 'hour', atMs);
  return general && { value: general.value, basis: general.edition };
}
