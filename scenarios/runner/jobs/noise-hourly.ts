import { PlantCalendar } from '../../../model/calendar.ts';
import { qualityOf } from '../../../model/status.ts';
import { hourMs, minuteMs, type TimeWindow } from '../../../model/window.ts';
import type { RawPoint } from '../../../store/time-series-store.ts';
import { NOISE_EDITION, NOISE_LIMITS, noiseFigures, noisePeriodOf } from '../../environment/noise.ts';
import type { Job } from '../job.ts';
import { minuteMeansOf } from './minute-means.ts';

const MINUTES = hourMs / minuteMs;

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
    const limit = NOISE_LIMITS[String(asset.properties.noiseClass)]?.[period];
    const peaks = levelsOf(readings.of('soundLevelMax'), window);
    return [
      {
        series: { asset: asset.id },
        fields: {
          ...figures,
          lmax: Math.max(figures.lmax, ...peaks),
          period,
          unit: 'dB(A)',
          method: 'energy-mean',
          edition: NOISE_EDITION,
          completeness: minuteMeansOf(levels, window).size / MINUTES,
          ...(limit !== undefined && { limit, exceeded: figures.leq > limit }),
        },
      },
    ];
  },
};

function levelsOf(points: readonly RawPoint[], { startMs, endMs }: TimeWindow): number[] {
  return points.flatMap(({ timeMs, value, status }) =>
    typeof value === 'number' && qualityOf(status) !== 'bad' && timeMs >= startMs && timeMs < endMs
      ? [value]
      : [],
  );
}
