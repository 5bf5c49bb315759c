import { hourMs, minuteMs, type TimeWindow } from '../../../model/window.ts';
import { limitAt } from '../../environment/outlet-limits.ts';
import { flowWeightedMean, type WaterSample } from '../../environment/water-hour.ts';
import type { Job, JobReadings, JobRow, JobSubject } from '../job.ts';
import { meanOf, minuteMeansOf } from './minute-means.ts';
import { flagAt } from './stack-minutes.ts';

const POLLUTANTS = ['cod', 'ammoniaNitrogen', 'totalNitrogen', 'totalPhosphorus'] as const;

/** Share of the hour's minutes that a valid mean needs. @see HJ 356-2019 */
const SHARE_NEEDED = 0.75;
/** A slow analyser's value holds until its next, for this long at most. */
const HOLD_MINUTES = 5;

/** Hourly flow-weighted means and loads of each wastewater outlet, by pollutant, and pH, with validity and limit. */
export const waterHourlyJob: Job = {
  measurement: 'water_hourly',
  windowMs: hourMs,
  reachMs: 0,
  holds: ['dataFlag'],
  subjects: (plant) =>
    plant.assets
      .filter((asset) => asset.nature.name === 'wastewater-outlet')
      .map((asset) => ({ asset, tags: asset.tags })),
  compute: (subject, window, readings) => [
    ...POLLUTANTS.filter((name) => subject.tags.some(({ quantity }) => quantity === name)).flatMap(
      (pollutant) => rowOf(subject, pollutant, window, readings),
    ),
    ...acidityRow(subject, window, readings),
  ],
};

function rowOf(
  { asset }: JobSubject,
  pollutant: string,
  window: TimeWindow,
  readings: JobReadings,
): JobRow[] {
  const figures = flowWeightedMean(samplesOf(pollutant, window, readings));
  if (!figures) return [];
  const { meanMgPerL, volumeM3, massKg, coveredMs } = figures;
  const completeness = coveredMs / (window.endMs - window.startMs);
  const isValid = completeness >= SHARE_NEEDED;
  const limit = limitAt(asset, pollutant, window.startMs);
  return [
    {
      series: { asset: asset.id, pollutant },
      fields: {
        ...{ value: meanMgPerL, massKg, volumeM3, unit: 'mg/L', completeness },
        status: isValid ? 'valid' : 'invalid',
        method: volumeM3 > 0 ? 'flow-weighted' : 'no-flow',
        edition: 'HJ 356-2019',
        ...(limit && { limit: limit.value, limitBasis: limit.basis }),
        ...(limit && { exceeded: isValid && meanMgPerL > limit.value }),
      },
    },
  ];
}

/** The mean of the scale itself, as it is read; a band of limits on both sides. */
function acidityRow({ asset }: JobSubject, window: TimeWindow, readings: JobReadings): JobRow[] {
  const flags = readings.of('dataFlag');
  const minutes = [...minuteMeansOf(readings.of('ph'), window)].filter(
    ([minute]) => flagAt(flags, minute) === 'N',
  );
  if (minutes.length === 0) return [];
  const value = meanOf(minutes.map(([, one]) => one));
  const completeness = minutes.length / ((window.endMs - window.startMs) / minuteMs);
  const isValid = completeness >= SHARE_NEEDED;
  const [low, high] = (['low', 'high'] as const).map((side) => limitAt(asset, 'ph', window.startMs, side));
  const isBeyond = (low !== undefined && value < low.value) || (high !== undefined && value > high.value);
  return [
    {
      series: { asset: asset.id, pollutant: 'ph' },
      fields: {
        ...{ value, unit: 'pH', completeness, status: isValid ? 'valid' : 'invalid' },
        ...{ method: 'mean', edition: 'HJ 356-2019', exceeded: isValid && isBeyond },
        ...(high && { limit: high.value, limitBasis: high.basis }),
        ...(low && { limitLow: low.value }),
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
    const usable = held && startMs - held.atMs <= HOLD_MINUTES * minuteMs && flagAt(flags, startMs) === 'N';
    samples.push({
      flowM3PerH: flow.get(startMs),
      concentrationMgPerL: usable ? held?.value : undefined,
      durationMs: minuteMs,
    });
  }
  return samples;
}
