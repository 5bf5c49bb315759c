import { hourMs, minuteMs, type TimeWindow } from '../../../model/window.ts';
import { parseDataFlag } from '../../environment/data-flag.ts';
import { flowWeightedMean, type WaterSample } from '../../environment/water-hour.ts';
import type { Job, JobReadings, JobRow, JobSubject } from '../job.ts';
import { minuteMeansOf } from './minute-means.ts';

const limitProperties = {
  cod: 'limitCodMgPerL',
  ammoniaNitrogen: 'limitAmmoniaMgPerL',
  totalNitrogen: 'limitTnMgPerL',
  totalPhosphorus: 'limitTpMgPerL',
} as const;

/** Share of the hour's minutes that a valid mean needs. @see HJ 356-2019 */
const SHARE_NEEDED = 0.75;
/** A slow analyser's value holds until its next, for this long at most. */
const HOLD_MINUTES = 5;

/** Hourly flow-weighted means and loads of each wastewater outlet, by pollutant, with validity and limit. */
export const waterHourlyJob: Job = {
  measurement: 'water_hourly',
  windowMs: hourMs,
  reachMs: 0,
  holds: ['dataFlag'],
  subjects: (plant) =>
    plant.assets
      .filter((asset) => asset.nature.name === 'wastewater-outlet')
      .map((asset) => ({ asset, tags: asset.tags })),
  compute: (subject, window, readings) =>
    Object.entries(limitProperties).flatMap(([pollutant, property]) =>
      subject.tags.some(({ quantity }) => quantity === pollutant)
        ? rowOf(subject, pollutant, property, window, readings)
        : [],
    ),
};

function rowOf(
  { asset }: JobSubject,
  pollutant: string,
  property: string,
  window: TimeWindow,
  readings: JobReadings,
): JobRow[] {
  const figures = flowWeightedMean(samplesOf(pollutant, window, readings));
  if (!figures) return [];
  const { meanMgPerL, volumeM3, massKg, coveredMs } = figures;
  const completeness = coveredMs / (window.endMs - window.startMs);
  const isValid = completeness >= SHARE_NEEDED;
  const given = asset.properties[property];
  const limit = typeof given === 'number' ? given : undefined;
  return [
    {
      series: { asset: asset.id, pollutant },
      fields: {
        ...{ value: meanMgPerL, massKg, volumeM3, unit: 'mg/L', completeness },
        status: isValid ? 'valid' : 'invalid',
        method: volumeM3 > 0 ? 'flow-weighted' : 'no-flow',
        edition: 'HJ 356-2019',
        ...(limit !== undefined && { limit, exceeded: isValid && meanMgPerL > limit }),
      },
    },
  ];
}

function samplesOf(pollutant: string, window: TimeWindow, readings: JobReadings): WaterSample[] {
  const flow = minuteMeansOf(readings.of('flow'), window);
  const concentration = minuteMeansOf(readings.of(pollutant), window);
  const flags = readings.of('dataFlag');
  const samples: WaterSample[] = [];
  let held: { value: number; atMs: number } | undefined;
  for (let startMs = window.startMs; startMs < window.endMs; startMs += minuteMs) {
    const value = concentration.get(startMs);
    if (value !== undefined) held = { value, atMs: startMs };
    const usable = held && startMs - held.atMs <= HOLD_MINUTES * minuteMs && isNormal(flags, startMs);
    samples.push({
      flowM3PerH: flow.get(startMs),
      concentrationMgPerL: usable ? held?.value : undefined,
      durationMs: minuteMs,
    });
  }
  return samples;
}

/** Whether the flag in force lets the minute count; N where none was given. */
function isNormal(flags: ReturnType<JobReadings['of']>, startMs: number): boolean {
  const flag = flags.filter((point) => point.timeMs < startMs + minuteMs).at(-1)?.value;
  return flag === undefined || (typeof flag === 'string' && parseDataFlag(flag) === 'N');
}
