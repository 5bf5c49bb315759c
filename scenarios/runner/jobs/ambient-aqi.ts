import { hourMs, minuteMs } from '../../../model/window.ts';
import { airQualityIndex, type Concentrations } from '../../environment/aqi.ts';
import { AQI_STANDARDS, type AqiEdition } from '../../environment/aqi-tables.ts';
import type { Job } from '../job.ts';
import { meanOf, minuteMeansOf } from './minute-means.ts';

const items = ['so2', 'no2', 'co', 'o3', 'pm10', 'pm25'] as const;
const MINUTES = hourMs / minuteMs;
/** A dust or VOC station at the fence is no station of ambient air. */
const LEAST_ITEMS = 3;
/** Minutes with data that an hourly mean needs. @see GB 3095-2026, validity of an hourly mean */
const MINUTES_NEEDED = 45;
/** 2026-03-01 00:00 in China, the day HJ 633-2026 took effect. */
const EDITION_2026_FROM_MS = Date.UTC(2026, 1, 28, 16);

/** Hourly air quality index of each ambient station, by the edition in force at that hour. */
export const ambientAqiJob: Job = {
  measurement: 'ambient_aqi',
  windowMs: hourMs,
  reachMs: 0,
  subjects: (plant) =>
    plant.assets
      .filter((asset) => asset.nature.name === 'ambient-station')
      .map((asset) => ({
        asset,
        tags: asset.tags.filter(({ quantity }) => items.some((item) => item === quantity)),
      }))
      .filter(({ tags }) => tags.length >= LEAST_ITEMS),
  compute: ({ asset }, window, readings) => {
    const minutes = items.map(
      (item) => [item, [...minuteMeansOf(readings.of(item), window).values()]] as const,
    );
    if (minutes.every(([, own]) => own.length === 0)) return [];
    const concentrations: Concentrations = Object.fromEntries(
      minutes.filter(([, own]) => own.length >= MINUTES_NEEDED).map(([item, own]) => [item, meanOf(own)]),
    );
    const edition: AqiEdition = window.startMs < EDITION_2026_FROM_MS ? 'HJ633-2012' : 'HJ633-2026';
    const { aqi, level, primary, missing } = airQualityIndex(edition, 'hourly', concentrations);
    return [
      {
        series: { asset: asset.id },
        fields: {
          edition,
          completeness: meanOf(minutes.map(([, own]) => own.length / MINUTES)),
          method: 'hourly-means',
          standard: AQI_STANDARDS[edition].source,
          status: aqi === undefined ? 'incomplete' : 'valid',
          missing: missing.join(';'),
          primary: primary.join(';'),
          category: level?.category ?? '',
          colour: level?.colour ?? '',
          ...(aqi !== undefined && { aqi }),
          ...concentrations,
        },
      },
    ];
  },
};
