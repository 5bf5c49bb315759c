import { PlantCalendar } from '../../../model/calendar.ts';
import type { Asset } from '../../../model/plant.ts';
import { qualityOf } from '../../../model/status.ts';
import { hourMs, minuteMs, type TimeWindow } from '../../../model/window.ts';
import type { RawPoint } from '../../../store/time-series-store.ts';
import {
  NIGHT_BURST_ALLOWANCE_DB,
  NOISE_EDITION,
  NOISE_LIMITS,
  type NoisePeriod,
  noiseFigures,
  noisePeriodOf,
  withoutBackground,
} from '../../environment/noise.ts';
import type { Job } from '../job.ts';
import { minuteMeansOf } from './minute-means.ts';

const MINUTES = hourMs / minuteMs;
/** Minutes with data that a valid hour needs; own choice, as for gases. */
const MINUTES_NEEDED = 45;

/** Hourly noise figures of each meter against the limit of its acoustic class, by day or night in the plant's zone. */
export const noiseHourlyJob: Job = {
  measurement: 'noise_hourly',
  windowMs: hourMs,
  reachMs: 0,
  subjects: (plant) => {
    const calendar = new PlantCalendar(plant.site.timeZone);
    return plant.assets
      .filter((asset) => asset.nature.name === 'noise-meter')
      .map((asset) => ({ asset, tags: asset.tags, calendar }));
  },
  compute: ({ asset, calendar }, window, readings) => {
    const levels = readings.of('soundLevel');
    const figures = noiseFigures(levelsOf(levels, window));
    if (!figures || !calendar) return [];
    const period = noisePeriodOf(calendar.local(window.startMs).hour);
    const minutes = minuteMeansOf(levels, window).size;
    const lmax = Math.max(figures.lmax, ...levelsOf(readings.of('soundLevelMax'), window));
    return [
      {
        series: { asset: asset.id },
        fields: {
          ...{ ...figures, lmax, period, unit: 'dB(A)', edition: NOISE_EDITION },
          completeness: minutes / MINUTES,
          status: minutes >= MINUTES_NEEDED ? 'valid' : 'invalid',
          ...judged(asset, figures.leq, lmax, period),
        },
      },
    ];
  },
};

/**
 * The level held against the limit (`value`): without the background where that is known and the difference allows it. A
 * level less than 3 dB above its background says nothing of the source: no value.
 */
function judged({ properties }: Asset, leq: number, lmax: number, period: NoisePeriod) {
  const background = properties[period === 'day' ? 'backgroundDayDb' : 'backgroundNightDb'];
  const value = typeof background === 'number' ? withoutBackground(leq, background) : leq;
  const limit = NOISE_LIMITS[String(properties.noiseClass)]?.[period];
  return {
    method: typeof background === 'number' ? 'energy-mean, background taken off' : 'energy-mean',
    ...(typeof background === 'number' && { background }),
    ...(value !== undefined && { value }),
    ...(limit !== undefined && { limit, exceeded: value !== undefined && value > limit }),
    ...(limit !== undefined &&
      period === 'night' && { burst: lmax > limit + NIGHT_BURST_ALLOWANCE_DB.occasional }),
  };
}

function levelsOf(points: readonly RawPoint[], { startMs, endMs }: TimeWindow): number[] {
  return points.flatMap(({ timeMs, value, status }) =>
    typeof value === 'number' && qualityOf(status) !== 'bad' && timeMs >= startMs && timeMs < endMs
      ? [value]
      : [],
  );
}
